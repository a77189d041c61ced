"""The stack is created by change set, completely."""

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.rehearsal import deployed, rehearsal
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """Change set, execution, state; with the account's permissions enforced."""
    path = subject.handed(Plan).layout.template
    at = await rehearsal(subject)
    proposed = subject.keep("change set", at.proposal.model_dump_json(indent=2))
    if at.proposal.status != "ready":
        finding = Finding(
            check=CHECK.id,
            rule="refused",
            message=f"the change set was refused: {at.proposal.reason}",
            file=path,
            mends=PhaseId.IMPLEMENT,
        )
        return Examination("change set refused", (finding,), (proposed,))
    state = await deployed(subject)
    findings = tuple(
        Finding(
            check=CHECK.id,
            rule="not-created",
            message=f"{failure.logical_id} ({failure.type}): {failure.reason}"[:500],
            file=path,
            mends=PhaseId.IMPLEMENT,
        )
        for failure in state.failures
    )
    if not state.complete and not findings:
        findings = (
            Finding(
                check=CHECK.id, rule="incomplete", message=f"the stack is {state.status}", file=path, mends=PhaseId.IMPLEMENT
            ),
        )
    evidence = (proposed, subject.keep("stack", state.model_dump_json(indent=2, exclude={"template"})))
    return Examination(
        f"{state.status}, {len(state.resources)} resources", findings, evidence, {"stack_resources_count": len(state.resources)}
    )


CHECK = Check(
    "stack-created", "The stack is created by change set, with permissions enforced", (PhaseId.VALIDATE, "stack"), examine
)
