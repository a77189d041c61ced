"""A failed update leaves the deployed stack as it was."""

from backend_factory.delivery.stack.rollback import prove_rollback
from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.rehearsal import deployed, rehearsal
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """An update that must fail, made to fail, and what was there before and after."""
    await deployed(subject)
    at = await rehearsal(subject)
    proof = await prove_rollback(at.stack, at.name, at.template, at.parameters)
    findings: tuple[Finding, ...] = ()
    if not proof.proven:
        findings = (
            Finding(
                check=CHECK.id,
                rule="not-restored",
                message=f"the stack is not as it was before the failed update: {proof.status}",
                expected="UPDATE_ROLLBACK_COMPLETE with template, parameters, outputs and resources as before",
                seen=proof.cause,
                mends=PhaseId.IMPLEMENT,
            ),
        )
    evidence = subject.keep("rollback", proof.model_dump_json(indent=2))
    return Examination(
        f"{proof.status} in {proof.duration.total_seconds():.1f} s, drift {proof.drift.status}", findings, (evidence,)
    )


CHECK = Check(
    "rollback-proven", "A failed update rolls back to what was there", ("stack",), examine, after=("stack-created", "smoke")
)
