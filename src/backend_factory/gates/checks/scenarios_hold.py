"""Each acceptance criterion holds on the deployed feature, exercised over HTTP against the real binary."""

from backend_factory.domain.deliverable import Validation
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.scenario_findings import performed
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """All scenarios of the QA Engineer."""
    return await performed(subject, CHECK.id, subject.handed(Validation).scenarios)


CHECK = Check(
    "scenarios-hold",
    "Each acceptance criterion holds on the deployed feature",
    (PhaseId.VALIDATE,),
    examine,
    after=("stack-created", "criteria-exercised"),
)
