"""A failed update leaves the deployed stack as it was, with its data, and the API answers as before."""

from functools import partial

from backend_factory.delivery.stack.contents import Held, contents, leave_mark
from backend_factory.delivery.stack.identity import renewed
from backend_factory.delivery.stack.rollback import RollbackProof, prove_rollback
from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Release, Validation
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.scenario import Scenario
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.deployed_target import DeployedTarget
from backend_factory.gates.rehearsal import Rehearsal, deployed, rehearsal
from backend_factory.gates.scenario import perform_scenarios
from backend_factory.gates.scenario.result import ScenarioResult
from backend_factory.gates.scenario.target import tenants
from backend_factory.gates.subject import Subject

_EXPECTED = "UPDATE_ROLLBACK_COMPLETE with template, parameters, outputs, resources and data as before, and no drift"


async def examine(subject: Subject) -> Examination:
    """An update that must fail, made to fail; what was there before and after; and a smoke test by new tenants after it."""
    state, at = await deployed(subject), await rehearsal(subject)
    marks = await leave_mark(at.emulator, state)
    proof = await prove_rollback(at.stack, at.name, at.template, at.parameters, partial(contents, at.emulator))
    answered = await _answered(subject, at) if proof.proven else None
    findings = tuple(_findings(proof, answered))
    evidence = subject.keep("rollback", proof.model_dump_json(indent=2))
    kept = sum(each.count for each in proof.data_after)
    summary = (
        f"{proof.status} in {proof.duration.total_seconds():.1f} s, drift {proof.drift.status}, "
        f"{kept} items in {marks} places, {answered.scenario if answered else 'no scenario'} performed after it"
    )
    return Examination(summary, findings, (evidence,), {"items_kept_count": kept})


async def _answered(subject: Subject, at: Rehearsal) -> ScenarioResult:
    """The shortest smoke test that changes something, by tenants who never did anything."""
    smoke = subject.handed(Release).smoke
    known = [each for each in subject.handed(Validation).scenarios if each.id in smoke]
    scenario = min((each for each in known if _succeeds(each)), key=lambda each: len(each.steps), default=None)
    if scenario is None:
        raise Unreadable("no smoke test expects a success, so that none can tell whether the API answers after a rollback")
    identity = await renewed(at.emulator, at.identity, tenants(scenario), "after-rollback")
    again = Rehearsal(at.emulator, at.stack, identity, at.name, at.template, at.parameters, at.proposal)
    (result,) = await perform_scenarios([scenario], DeployedTarget(again, await at.stack.describe(at.name)))
    return result


def _succeeds(scenario: Scenario) -> bool:
    return any(step.kind == "call" and step.method not in ("GET", "HEAD") and step.status < 300 for step in scenario.steps)


def _findings(proof: RollbackProof, answered: ScenarioResult | None) -> list[Finding]:
    found = []
    if proof.data_before != proof.data_after:
        lost = [each.logical_id for each in proof.data_before if each not in proof.data_after]
        message = f"a failed update changed the data of {', '.join(lost) or 'what was not there before'}"
        found.append(_finding("data-lost", message, _told(proof.data_before), _told(proof.data_after)))
    elif not proof.proven:
        found.append(
            _finding(
                "not-restored", f"the stack is not as it was before the failed update: {proof.status}", _EXPECTED, proof.cause
            )
        )
    if answered is not None:
        for mismatch in answered.mismatches:
            message = f"after a rollback, {answered.scenario} step {mismatch.step}: {mismatch.line}"
            found.append(_finding("not-answering", message, mismatch.expected, mismatch.seen))
    return found


def _told(held: tuple[Held, ...]) -> str:
    return "; ".join(f"{each.logical_id}: {each.count} items, {each.digest[:12]}" for each in held)


def _finding(rule: str, message: str, expected: str, seen: str) -> Finding:
    return Finding(
        check=CHECK.id, rule=rule, message=message[:500], expected=expected[:500], seen=seen[:500], mends=PhaseId.IMPLEMENT
    )


CHECK = Check(
    "rollback-proven",
    "A failed update rolls back to what was there, with its data",
    ("stack",),
    examine,
    after=("stack-created", "smoke"),
)
