"""All attacks on one ground, side by side; what each answer must be whatever was asked; what is left behind, last."""

import asyncio
from collections.abc import Sequence

from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Ground, NotMade
from backend_factory.gates.outside.port import ATTACKER, VICTIM
from backend_factory.gates.outside.wound import Wound, lawful


async def assault(ground: Ground, attacks: Sequence[Attack]) -> tuple[Wound, ...]:
    """Where an attack succeeded."""
    wounds = await _makers(ground)
    for last in (False, True):
        for found in await asyncio.gather(*(_tried(each, ground) for each in attacks if each.last is last)):
            wounds += found
    return (*wounds, *(each for seen in ground.seen for each in lawful(seen)))


async def _tried(attack: Attack, ground: Ground) -> list[Wound]:
    return [each async for each in attack.launch(ground)]


async def _makers(ground: Ground) -> list[Wound]:
    """An entity without records would be attacked in vain, and nobody would know."""
    wounds: list[Wound] = []
    for tenant in (VICTIM, ATTACKER):
        for entity in ground.plan.model.entities:
            if not (ground.route(entity.name, "create") or ground.route(entity.name, "ingest")):
                continue
            try:
                await ground.made(tenant, entity)
            except NotMade as error:
                wounds.append(Wound("not-made", f"one of the {entity.plural}", "a record, as the scenarios make it", str(error)))
    return wounds
