"""The standard table of attacks, on the deployed feature: none succeeds."""

from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.outside.assault import assault
from backend_factory.gates.outside.attack import all_attacks
from backend_factory.gates.outside.reach import grounded
from backend_factory.gates.outside.wound import findings
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """All attacks, each wherever the contract leaves room for it."""
    attacks = all_attacks()
    async with grounded(subject) as ground:
        wounds = await assault(ground, attacks)
    lines = "\n".join(f"{seen.status or seen.failure} {seen.ms:.0f} ms {seen.visit.line}" for seen in ground.seen)
    found = findings(CHECK.id, wounds)
    return Examination(
        f"{len(attacks)} kinds of attack, {len(ground.seen)} requests, {len(found) or 'no'} wounds",
        found,
        (subject.keep("attacks", lines),),
        {"attack_requests_count": len(ground.seen)},
    )


CHECK = Check(
    "attacks-fail",
    "No attack of the standard table succeeds on the deployed feature",
    (PhaseId.VALIDATE,),
    examine,
    after=("stack-created",),
)
