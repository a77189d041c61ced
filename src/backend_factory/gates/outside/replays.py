"""The same request twice: a client that heard no answer asks again, and it must not happen again."""

import asyncio
import time
from collections.abc import AsyncIterator

from backend_factory.domain.deliverable import Route
from backend_factory.domain.feature import Operation
from backend_factory.domain.scenario import Call
from backend_factory.gates.outside.ground import Ground, NotMade, at
from backend_factory.gates.outside.port import REPLAYER
from backend_factory.gates.outside.recipe import recipes
from backend_factory.gates.outside.visit import Seen
from backend_factory.gates.outside.wound import Wound, wound

KEY = "replayed-by-the-factory"
TWICE = 3
"""Times that the request is sent: the first two at once."""
_SETTLE = 15.0


def replayable(ground: Ground) -> list[Route]:
    """The planned operations whose contract knows an Idempotency-Key."""
    found = []
    for route in ground.routes():
        operation = ground.contract.operation(route.method, route.path)
        if operation and any(p.name.lower() == "idempotency-key" for p in operation.within("header")):
            found.append(route)
    return found


async def replayed(ground: Ground) -> AsyncIterator[Wound]:
    """Each of those operations, with one key and one body: one answer, one effect."""
    for route in replayable(ground):
        try:
            call = await _call(ground, route)
        except NotMade as error:
            yield Wound("not-made", f"{route.method} {route.path}", "a request, as the scenarios make it", str(error))
            continue
        headers = {"Idempotency-Key": KEY}
        send = [ground.visit(REPLAYER, call.method, call.path, headers=headers, body=call.body) for _ in range(TWICE)]
        seen = [*await asyncio.gather(*send[:-1]), await send[-1]]
        for each in seen:
            if not each.ok:
                yield wound("not-repeated", each, "the answer of the first time")
        if len({each.text for each in seen if each.ok}) > 1:
            yield wound("not-repeated", seen[-1], f"the answer of the first time: {seen[0].short}")
        async for each_wound in _once(ground, route, call, seen):
            yield each_wound


async def _call(ground: Ground, route: Route) -> Call:
    """The request, filled; what it needs has been made."""
    known = recipes(ground.plan, ground.scenarios, route.entity, Operation(route.operation))
    if not known:
        raise NotMade("no scenario sends one")
    recipe = known[0]
    return await ground.prepared(recipe, REPLAYER)


async def _once(ground: Ground, route: Route, call: Call, seen: list[Seen]) -> AsyncIterator[Wound]:
    """As many records as were sent, each in its first version; the batch says so too."""
    items = call.body.get("items") if isinstance(call.body, dict) else None
    wanted = len(items) if isinstance(items, list) else 1
    batch = next((r for r in ground.routes("batch") if r.entity == route.entity), None)
    answers = [str(each.member("batch")) for each in seen if each.member("batch")]
    deadline = time.monotonic() + _SETTLE
    while batch and answers:
        state = await ground.visit(REPLAYER, "GET", at(batch.path, answers[0]))
        if state.member("state") == "done" or time.monotonic() > deadline:
            if state.member("processed") != wanted:
                yield wound("not-once", state, f"{wanted} processed")
            break
        await asyncio.sleep(0.1)
    listing, entity = ground.route(route.entity, Operation.LIST), ground.plan.entity(route.entity)
    if listing is None:
        return
    listed = await ground.visit(REPLAYER, "GET", listing.path)
    records = [r for r in listed.member(ground.plural(entity)) or () if isinstance(r, dict)]
    versions = [r.get("version") for r in records]
    if len(records) != wanted or any(v not in (None, 1) for v in versions):
        yield wound("not-once", seen[-1], f"{wanted} records in version 1", f"{len(records)} records in versions {versions}")
