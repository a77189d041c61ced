"""go vet has nothing to say."""

from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.commands import findings_in, go, kept
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """go vet of all packages, tests among them."""
    done = await go(subject, ["vet", "-tags", "lambda.norpc", "./..."])
    findings = () if done.ok else findings_in(subject, done.output, CHECK.id, "vet", subject.phase, "go vet failed")
    return Examination(f"{len(findings)} complaints", findings, (kept(subject, "go vet", done),))


CHECK = Check(
    "go-vet",
    "go vet is content",
    (PhaseId.IMPLEMENT, PhaseId.TEST),
    examine,
    # Two Go commands at once on a cold cache compile every dependency twice.
    after=("go-build", "go-test"),
)
