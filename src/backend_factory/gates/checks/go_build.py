"""Everything builds, for the machine that checks it and for the one that runs it."""

from backend_factory.domain.assignment import Finding
from backend_factory.domain.gate import Evidence
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.commands import findings_in, go, kept
from backend_factory.gates.subject import Subject

_ARCHITECTURES = (None, "arm64")


async def examine(subject: Subject) -> Examination:
    """go build of all packages, natively and for arm64."""
    findings: list[Finding] = []
    evidence: list[Evidence] = []
    for architecture in _ARCHITECTURES:
        done = await go(subject, ["build", "-tags", "lambda.norpc", "./..."], goarch=architecture)
        evidence.append(kept(subject, f"go build ({architecture or 'native'})", done))
        if not done.ok:
            findings += findings_in(subject, done.output, CHECK.id, "build", subject.phase, "go build failed")
            break
    return Examination(
        f"builds with {subject.go.version}" if not findings else "does not build", tuple(findings), tuple(evidence)
    )


CHECK = Check("go-build", "Builds for this machine and for arm64", (PhaseId.IMPLEMENT,), examine)
