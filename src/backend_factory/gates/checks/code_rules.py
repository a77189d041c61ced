"""The factory's own rules: errors, built queries, unbounded reads, tenants, contexts, secrets in logs, fake success."""

from backend_factory.domain.phase import PhaseId
from backend_factory.gates.analysis.analysed import examined
from backend_factory.gates.analysis.families import Family
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """Production code against the rules of the embedded module; what the run found is not held against it."""
    return await examined(subject, CHECK.id, Family.OWN)


CHECK = Check("code-rules", "The factory's own rules for Go are kept", (PhaseId.IMPLEMENT,), examine, after=("go-build",))
