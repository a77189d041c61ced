"""What deployment would do was reviewed: nothing that holds data is removed or replaced."""

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
    path = plan.layout.template
    stateful = {resource.logical_id for resource in plan.resources if resource.stateful}
    findings = [
        Finding(
            check=CHECK.id,
            rule="data-lost",
            message=f"{change.action} of {change.logical_id} ({change.type}), replacement {change.replacement or 'no'}",
            file=path,
            hint="keep what holds data; migrate in steps",
            mends=PhaseId.IMPLEMENT,
        )
        for change in at.proposal.changes
        if (change.logical_id in stateful or change.type in TYPES)
        and change.action != "Add"
        and not (change.action == "Modify" and change.replacement == "False")
    ]
    planned = {resource.logical_id for resource in plan.resources}
    findings += [
        Finding(
            check=CHECK.id,
            rule="unplanned",
            message=f"{change.logical_id} ({change.type}) is not in the plan",
            file=path,
            mends=PhaseId.IMPLEMENT,
        )
        for change in at.proposal.changes
        if change.logical_id not in planned
    ]
    if at.proposal.status != "ready":
        findings.append(
            Finding(
                check=CHECK.id,
                rule="refused",
                message=f"the change set was refused: {at.proposal.reason}",
                file=path,
                mends=PhaseId.IMPLEMENT,
            )
        )
    evidence = subject.keep("change set", at.proposal.model_dump_json(indent=2))
    return Examination(
        f"{len(at.proposal.changes)} changes proposed to {at.name}",
        tuple(findings),
        (evidence,),
        {"changes_proposed_count": len(at.proposal.changes)},
    )


CHECK = Check("change-set-reviewed", "The change set is as planned and loses no data", (PhaseId.COMMIT, "stack"), examine)
