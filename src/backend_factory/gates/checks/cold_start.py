"""The first request after deployment, for which the function has to be started, is answered in time."""

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.deployed_target import reached
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """What the first request of all saw."""
    target = await reached(subject)
    most = subject.thresholds.cold_start_ms
    findings: tuple[Finding, ...] = ()
    if not target.cold_status or target.cold_status >= 500 or target.cold_ms > most:
        findings = (
            Finding(
                check=CHECK.id,
                rule="slow-start",
                message="the first request after deployment",
                expected=f"an answer below 500 within {most:g} ms",
                seen=f"status {target.cold_status} after {target.cold_ms:g} ms" if target.cold_status else "no answer",
                mends=PhaseId.IMPLEMENT,
            ),
        )
    return Examination(f"{target.cold_ms:.0f} ms", findings, (), {"cold_start_ms": target.cold_ms})


CHECK = Check(
    "cold-start", "The first request after deployment is answered in time", (PhaseId.VALIDATE,), examine, after=("stack-created",)
)
