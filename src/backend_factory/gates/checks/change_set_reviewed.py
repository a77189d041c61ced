"""What deployment would do was reviewed: nothing that holds data is removed or replaced."""

from collections.abc import Iterator

from backend_factory.delivery.stack.port import ChangeSet
from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.rehearsal import rehearsal
from backend_factory.gates.stateful import TYPES
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """The proposed change set, before anything is executed."""
    at, plan = await rehearsal(subject), subject.handed(Plan)
    findings = [*_lost(at.proposal, plan), *_unplanned(at.proposal, plan)]
    if at.proposal.status != "ready":
        findings.append(_finding(plan, "refused", f"the change set was refused: {at.proposal.reason}"))
    evidence = subject.keep("change set", at.proposal.model_dump_json(indent=2))
    return Examination(
        f"{len(at.proposal.changes)} changes proposed to {at.name}",
        tuple(findings),
        (evidence,),
        {"changes_proposed_count": len(at.proposal.changes)},
    )


def _lost(proposal: ChangeSet, plan: Plan) -> Iterator[Finding]:
    stateful = {resource.logical_id for resource in plan.resources if resource.stateful}
    for change in proposal.changes:
        kept = change.action == "Add" or (change.action == "Modify" and change.replacement == "False")
        if (change.logical_id in stateful or change.type in TYPES) and not kept:
            message = f"{change.action} of {change.logical_id} ({change.type}), replacement {change.replacement or 'no'}"
            yield _finding(plan, "data-lost", message, "keep what holds data; migrate in steps")


def _unplanned(proposal: ChangeSet, plan: Plan) -> Iterator[Finding]:
    planned = {resource.logical_id for resource in plan.resources}
    for change in proposal.changes:
        if change.logical_id not in planned:
            yield _finding(plan, "unplanned", f"{change.logical_id} ({change.type}) is not in the plan")


def _finding(plan: Plan, rule: str, message: str, hint: str = "") -> Finding:
    return Finding(check=CHECK.id, rule=rule, message=message, file=plan.layout.template, hint=hint, mends=PhaseId.IMPLEMENT)


CHECK = Check("change-set-reviewed", "The change set is as planned and loses no data", (PhaseId.COMMIT, "stack"), examine)
