"""Writers at the same time: one wins, the others are told, no change is lost."""

from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.outside.races import WRITERS, races
from backend_factory.gates.outside.reach import grounded
from backend_factory.gates.outside.wound import findings, lawful
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """Creations, changes and deletions at once, for each entity that has them."""
    async with grounded(subject) as ground:
        wounds = [each async for each in races(ground)]
        wounds += [each for seen in ground.seen for each in lawful(seen)]
    return Examination(
        f"{WRITERS} writers at once, {len(ground.seen)} requests", findings(CHECK.id, wounds), (), {"writers_count": WRITERS}
    )


CHECK = Check(
    "concurrent-writers",
    "Of writers at the same time one wins, and no change is lost",
    (PhaseId.VALIDATE,),
    examine,
    after=("stack-created",),
)
