"""go vet has nothing to say."""

from backend_factory.domain.phase import PhaseId
from backend_factory.gates.analysis.analysed import analysed, examined
from backend_factory.gates.analysis.families import Family
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.commands import findings_in
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """go vet's own suite on all packages, tests among them."""
    seen = await analysed(subject)
    if seen.done.ok:
        return await examined(subject, CHECK.id, Family.VET)
    found = findings_in(subject, seen.done.stderr, CHECK.id, "vet", subject.phase, "go vet failed")
    return Examination(f"{len(found)} complaints", found, (seen.evidence,))


CHECK = Check(
    "go-vet",
    "go vet is content",
    (PhaseId.IMPLEMENT, PhaseId.TEST),
    examine,
    # Two Go commands at once on a cold cache compile the standard library twice.
    after=("go-build",),
)
