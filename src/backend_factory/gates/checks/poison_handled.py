"""Poison is put aside, holds nothing up, and is processed once it is mended."""

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.outside.poison import DEAD, QUEUE, poisoned
from backend_factory.gates.outside.reach import grounded
from backend_factory.gates.outside.wound import findings
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """A batch whose first message is cut off; the dead letter; the message whole again."""
    plan = subject.handed(Plan)
    async with grounded(subject) as ground:
        if not ground.target.queued:
            return _without(plan)
        async with ground.target.hurried():
            wounds = [each async for each in poisoned(ground)]
    return Examination("put aside, nothing held up, processed when mended", findings(CHECK.id, wounds))


def _without(plan: Plan) -> Examination:
    """Right only where nothing is processed in the background."""
    if not plan.layout.worker and not plan.model.ingestions:
        return Examination("no queue")
    finding = Finding(
        check=CHECK.id,
        rule="no-queue",
        message="the plan has work in the background",
        file=plan.layout.template,
        expected=f"the stack's outputs {QUEUE} and {DEAD}",
        seen="no such outputs",
        mends=PhaseId.IMPLEMENT,
    )
    return Examination("no queue", (finding,))


CHECK = Check(
    "poison-handled",
    "Poison is put aside, holds nothing up, and is processed once it is mended",
    (PhaseId.VALIDATE,),
    examine,
    after=("stack-created", "scenarios-hold", "replays"),
)
"""After the scenarios, some of which count dead letters, and what waits for its own batches: nobody consumes for a moment."""
