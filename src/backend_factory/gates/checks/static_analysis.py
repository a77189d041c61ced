"""staticcheck has nothing to say."""

from backend_factory.domain.phase import PhaseId
from backend_factory.gates.analysis.analysed import examined
from backend_factory.gates.analysis.families import Family
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """staticcheck's checks that are on by default, on code and tests; what the run found is not held against it."""
    return await examined(subject, CHECK.id, Family.STATICCHECK)


CHECK = Check("static-analysis", "staticcheck is content", (PhaseId.IMPLEMENT, PhaseId.TEST), examine, after=("go-build",))
