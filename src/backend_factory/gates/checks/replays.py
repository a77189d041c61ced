"""A request that is sent again with the same Idempotency-Key has happened once."""

from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.outside.reach import grounded
from backend_factory.gates.outside.replays import TWICE, replayable, replayed
from backend_factory.gates.outside.wound import findings, lawful
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """Each operation whose contract knows such a key, and what there is afterwards."""
    async with grounded(subject) as ground:
        known = replayable(ground)
        if not known:
            return Examination("no operation knows an Idempotency-Key")
        wounds = [each async for each in replayed(ground)]
        wounds += [each for seen in ground.seen for each in lawful(seen)]
    return Examination(f"{len(known)} operations, each sent {TWICE} times", findings(CHECK.id, wounds))


CHECK = Check("replays", "What is sent again happens once", (PhaseId.VALIDATE,), examine, after=("stack-created",))
