"""What is too much is refused with 429, has no effect, and passes."""

from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.checks.load_held import CHECK as LOAD
from backend_factory.gates.outside.ground import NotMade
from backend_factory.gates.outside.port import THROTTLED
from backend_factory.gates.outside.reach import grounded
from backend_factory.gates.outside.throttling import throttled
from backend_factory.gates.outside.wound import findings
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """The first entity whose records can be read; the function takes one request at a time for as long as this lasts."""
    async with grounded(subject) as ground:
        readable = [e for e in ground.plan.model.entities if ground.route(e.name, "read") and ground.ways(e)]
        if not readable:
            raise Unreadable("there is no record that can be made and read")
        try:
            made = await ground.made(THROTTLED, readable[0])
        except NotMade as error:
            raise Unreadable(f"there is nothing to ask for: {error}") from error
        wounds = [each async for each in throttled(ground, made)]
    refused = sum(seen.status == 429 for seen in ground.seen)
    return Examination(
        f"{refused} of {len(ground.seen)} requests refused, none half done",
        findings(CHECK.id, wounds),
        (),
        {"throttled_count": refused},
    )


CHECK = Check(
    "throttled",
    "What is too much is refused with 429, and passes",
    (PhaseId.VALIDATE,),
    examine,
    after=(*LOAD.after, LOAD.id),
)
"""Last: while it lasts, the function takes one request at a time."""
