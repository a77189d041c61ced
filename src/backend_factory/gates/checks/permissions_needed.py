"""No permission is there for nothing: taken away, one after the other, each is missed by a scenario."""

from collections.abc import Iterator
from contextlib import nullcontext

from backend_factory.delivery.stack.observer import Observer
from backend_factory.delivery.stack.port import StackState
from backend_factory.delivery.stack.template import located
from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan, Validation
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.deployed_target import DeployedTarget
from backend_factory.gates.permissions.around import IN_ITS_NAME
from backend_factory.gates.permissions.grants import Grant, grants
from backend_factory.gates.permissions.mutants import Mutants
from backend_factory.gates.reading import text_of
from backend_factory.gates.rehearsal import account
from backend_factory.gates.scenario.target import ANYBODY
from backend_factory.gates.subject import Subject

_QUEUE = "QueueUrl"
_ROLE = "AWS::IAM::Role"
_NAMED = frozenset({_ROLE, "AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::S3::Bucket"})


async def examine(subject: Subject) -> Examination:
    """In an account of its own, so that the scenarios of others are not disturbed."""
    async with account(subject, "permissions", (ANYBODY,)) as at:
        if at.proposal.status != "ready":
            raise Unreadable(f"there is no change set to execute: {at.proposal.reason or at.proposal.status}")
        state = await at.stack.execute(at.proposal)
        if not state.complete:
            raise Unreadable(f"the stack is {state.status}")
        every = await grants(at.emulator, _roles(state))
        # Polling and logging are AWS's doing, which the emulator does without asking; least-privilege compares them.
        asked = {grant for grant in every if grant.action not in IN_ITS_NAME}
        mutants = Mutants(DeployedTarget(at, state), subject.handed(Plan).routes, set(asked))
        quick = Observer(at.emulator).quick_retries(state.outputs[_QUEUE]) if _QUEUE in state.outputs else nullcontext()
        async with quick:
            await mutants.try_all(subject.handed(Validation).scenarios)
    return _examination(subject, mutants, state, len(every) - len(asked))


def _examination(subject: Subject, mutants: Mutants, state: StackState, unasked: int) -> Examination:
    if not mutants.passed and mutants.waiting:
        raise Unreadable("no scenario passed with all permissions")
    evidence = subject.keep("permissions taken away", "\n".join(_lines(mutants, state)) + "\n")
    summary = (
        f"{len(mutants.noticed)} of {len(mutants.noticed) + len(mutants.waiting)} permissions missed when taken away; "
        f"{unasked} for logs and queues, which the emulator does not ask for, compared by least-privilege"
    )
    figures = {"permissions_missed_count": len(mutants.noticed), "permission_mutants_count": mutants.runs}
    findings = tuple(_finding(subject, mutants, grant, state) for grant in sorted(mutants.waiting))
    return Examination(summary, findings, (evidence,), figures)


def _roles(state: StackState) -> list[str]:
    return [each.physical_id for each in state.resources if each.type == _ROLE]


def _lines(mutants: Mutants, state: StackState) -> Iterator[str]:
    for grant, scenario in sorted(mutants.noticed.items()):
        yield f"{_named(grant, state)}: missed by {scenario}"
    for grant in sorted(mutants.waiting):
        yield f"{_named(grant, state)}: {_seen(mutants, grant)}"


def _seen(mutants: Mutants, grant: Grant) -> str:
    used = mutants.unnoticed.get(grant)
    return f"used by {', '.join(used)}, which did as well without" if used else "used by no scenario"


def _named(grant: Grant, state: StackState) -> str:
    """As the template names things; the account's names are others each time."""
    text = f"{grant.resource} of {grant.role}".rsplit(":", 1)[-1]
    names = {each.physical_id.rsplit("/", 1)[-1]: each.logical_id for each in state.resources if each.type in _NAMED}
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, names[name])
    return f"{grant.action} on {text}"


def _finding(subject: Subject, mutants: Mutants, grant: Grant, state: StackState) -> Finding:
    path = subject.handed(Plan).layout.template
    role = next(each.logical_id for each in state.resources if (each.type, each.physical_id) == (_ROLE, grant.role))
    _, lines = located(text_of(subject, path))
    return Finding(
        check=CHECK.id,
        rule="not-missed" if grant in mutants.unnoticed else "not-used",
        message=f"nobody misses {_named(grant, state)}",
        file=path,
        line=lines[("Resources", role)],
        expected="a scenario that fails when it is taken away",
        seen=_seen(mutants, grant),
        hint="take the permission away, or let the feature do what it is for",
        mends=PhaseId.IMPLEMENT,
    )


CHECK = Check(
    "permissions-needed",
    "Each permission is missed when it is taken away",
    (PhaseId.VALIDATE,),
    examine,
    after=("stack-created", "criteria-exercised"),
)
