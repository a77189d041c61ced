"""Paging that never ends, or goes on in somebody else's list."""

from collections.abc import AsyncIterator

from backend_factory.domain.feature import Entity, Operation
from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Ground, NotMade
from backend_factory.gates.outside.port import READER, STRANGER
from backend_factory.gates.outside.wound import Wound, wound

RECORDS = 3
SPARE = 3
"""Pages more than records that a list of one record a page may have."""


async def launch(ground: Ground) -> AsyncIterator[Wound]:
    """A list of a few records, one a page: it ends, shows each once, and its cursors open nobody else's list."""
    for route in ground.routes(Operation.LIST):
        entity = ground.plan.entity(route.entity)
        operation = ground.contract.operation(route.method, route.path)
        names = {p.name for p in operation.within("query")} if operation else set()
        if not {"limit", "cursor"} <= names or not await _some(ground, entity):
            continue
        cursor, shown = "", []
        for _ in range(RECORDS + SPARE):
            query = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
            seen = await ground.visit(READER, "GET", route.path, query=query)
            shown += [str(r.get("id")) for r in seen.member(ground.plural(entity)) or () if isinstance(r, dict)]
            if cursor and not seen.ok:
                yield wound("unpaged", seen, "the next page")
            cursor = str(seen.member("next") or "")
            if not cursor:
                break
            if len(shown) == 1:
                crossed = await ground.visit(STRANGER, "GET", route.path, query=query | {"cursor": cursor})
                if crossed.member(ground.plural(entity)):
                    yield wound("crossed", crossed, "no records: the cursor is another customer's")
        if cursor or len(shown) != len(set(shown)):
            yield wound(
                "endless", seen, "an end, and each record once", f"{len(shown)} records shown, {len(set(shown))} different"
            )


async def _some(ground: Ground, entity: Entity) -> int:
    """Makes what the scenarios know to make, up to three; how many there are."""
    made = 0
    for recipe in ground.ways(entity)[: RECORDS * 2]:
        if recipe.route.operation is not Operation.CREATE or made == RECORDS:
            break
        try:
            await ground.perform(recipe, READER)
            made += 1
        except NotMade:
            continue
    return made


ATTACK = Attack("pages", "A list ends, and its cursors are its own", launch)
