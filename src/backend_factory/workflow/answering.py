"""Whose answer counts, and what a person may accept."""

from collections.abc import Collection, Sequence
from typing import Literal

from backend_factory.domain.event import Asked, Event, PhaseJudged, StepFailed
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.policy import Risk
from backend_factory.domain.run import Run
from backend_factory.errors import AskerError
from backend_factory.gates.repository_policy import PLACE, refusal
from backend_factory.workflow.ports import Site


def ensure_may_answer(run: Run, answer: Literal["go_on", "send_back", "stop"], by: str) -> Asked:
    """The open question. AskerError where there is none, or the repository names others who may answer it.

    Stopping is anybody's: it ships nothing.
    """
    approval, question = run.requested.policy.approval, run.question
    if question is None:
        hint = f"backend-factory {'report' if run.finished else 'resume'} {run.id}"
        raise AskerError(f"run {run.id} waits for no answer: it is {run.status}", hint=hint)
    if answer == "stop":
        return question
    if question.about == "checkpoint" and question.phase is PhaseId.COMMIT and answer == "go_on":
        if not run.may_pass(question.phase, by):
            alone = approval.second_person and run.requested.by == by
            why = f"{by} asked for this run, and a second person has to approve it" if alone else f"{by} may not approve it"
            raise _refused(f"the deployment of run {run.id} is not approved: {why}", approval.deployers)
    elif not approval.may_decide(by):
        raise _refused(f"{by} may not answer for run {run.id}", approval.approvers)
    return question


async def keep_sent_back(run: Run, phase: PhaseId, site: Site) -> str:
    """The path under which accepted work that a person sends back is kept; empty where it has no files."""
    return await site.keep_rejected(run, phase, f"{phase.number}-{phase}-{run.attempts.get(phase, 0)}-sent-back")


def accepted_risks(
    run: Run, events: Sequence[Event], checks: Sequence[str], reason: str, by: str, known: Collection[str]
) -> tuple[Risk, ...]:
    """The risks that `by` accepts for these checks. AskerError for what nobody can accept, or what does not fail."""
    if run.question is None or run.question.about != "escalation":
        raise AskerError("a risk is accepted in answer to an escalation; this is a checkpoint", hint="answer --go-on")
    if not reason.strip():
        raise AskerError("accepting a risk needs a reason", hint='--reason "why this may fail, and what is done about it"')
    failing = _failing(events)
    for check in checks:
        if refused := refusal(check, known):
            raise refused
        if check not in failing:
            hint = f"these did not pass: {', '.join(sorted(failing)) or 'none'}"
            raise AskerError(f"{check} did not fail in run {run.id}", hint=hint)
    return tuple(Risk(check=check, reason=reason, by=by) for check in dict.fromkeys(checks))


def _failing(events: Sequence[Event]) -> frozenset[str]:
    """Checks that did not pass when their gate last ran."""
    newest: dict[str, tuple[CheckResult, ...]] = {}
    for event in events:
        if isinstance(event, PhaseJudged):
            newest[event.phase] = event.checks
        elif isinstance(event, StepFailed):
            newest[event.step] = event.checks
    return frozenset(result.check for results in newest.values() for result in results if result.in_the_way)


def _refused(message: str, named: tuple[str, ...]) -> AskerError:
    return AskerError(message, hint=f"{PLACE} names who may: {', '.join(named)}; give your name with --as")
