"""gosec has nothing to say."""

from backend_factory.domain.phase import PhaseId
from backend_factory.gates.analysis.analysed import examined
from backend_factory.gates.analysis.families import Family
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """gosec on production code, deaf to comments that would silence it; what the run found is not held against it."""
    return await examined(subject, CHECK.id, Family.GOSEC)


CHECK = Check("security-analysis", "gosec finds no security problem", (PhaseId.IMPLEMENT,), examine, after=("go-build",))
