"""A message that nobody can process, made of one that could be: put aside, nothing else held up, and processed when mended."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from backend_factory.domain.deliverable import Route
from backend_factory.domain.feature import Operation
from backend_factory.domain.scenario import Call
from backend_factory.gates.outside.ground import Ground, NotMade, at
from backend_factory.gates.outside.port import SENDER
from backend_factory.gates.outside.recipe import recipes
from backend_factory.gates.outside.visit import Seen
from backend_factory.gates.outside.wound import Wound, wound

QUEUE, DEAD = "QueueUrl", "DeadLetterQueueUrl"
_ARRIVES = 10.0
_PUT_ASIDE = 60.0
"""Seconds; a message is tried a few times, a second apart."""
_LEFT = 1.5
"""Seconds in which a message that was processed and not removed would be there again."""


@dataclass(frozen=True)
class _Batch:
    """A batch that was accepted and is held on its way to the worker."""

    route: Route
    sent: Seen
    messages: tuple[str, ...]
    count: int


async def poisoned(ground: Ground) -> AsyncIterator[Wound]:
    """One message of a real batch is cut off: a dead letter, while the rest is processed; whole again, it is processed too."""
    for route in ground.routes(Operation.INGEST):
        try:
            batch = await _held(ground, route)
        except NotMade as error:
            yield Wound("not-made", f"{route.method} {route.path}", "a batch in the queue", str(error))
            continue
        whole, others = batch.messages[0], batch.messages[1:]
        poison = whole[: len(whole) // 2]
        for message in (poison, *others):
            await ground.target.send(QUEUE, message)
        if len(others) and (late := await _processed(ground, batch, len(others))):
            yield wound("held-up", late, f"{len(others)} of {batch.count} processed: all but the poison")
        aside = await ground.target.take(DEAD, [poison], _PUT_ASIDE)
        if poison not in aside:
            told = "nothing of it there"
            yield wound("not-put-aside", batch.sent, f"the poison in {DEAD} within {_PUT_ASIDE:g} s", told)
            continue
        await ground.target.send(QUEUE, whole)
        if late := await _processed(ground, batch, batch.count):
            yield wound("not-back", late, f"{batch.count} of {batch.count} processed after the mended message was sent again")
            continue
        async with ground.target.undelivered():
            left = await ground.target.take(QUEUE, batch.messages, _LEFT) + await ground.target.take(DEAD, batch.messages, 0.0)
        if left:
            yield wound(
                "not-removed", batch.sent, "a queue without what has been processed", f"{len(left)} messages to come again"
            )


async def _held(ground: Ground, route: Route) -> _Batch:
    """A batch of the scenarios, sent while nobody consumes, and its messages."""
    known = recipes(ground.plan, ground.scenarios, route.entity, Operation.INGEST)
    if not known:
        raise NotMade("no scenario sends one")
    recipe = max(known[:8], key=lambda r: len(_items(r.last)))
    call = await ground.prepared(recipe, SENDER)
    async with ground.target.undelivered():
        sent = await ground.visit(SENDER, call.method, call.path, body=call.body)
        if not sent.ok:
            raise NotMade(f"{sent.visit.line}: {sent.short}")
        messages: list[str] = []
        deadline = time.monotonic() + _ARRIVES
        marks = [f'"{SENDER}"', str(sent.member("batch") or SENDER)]
        while len(messages) < len(_items(call)) and time.monotonic() < deadline:
            messages += await ground.target.take(QUEUE, marks, 1.0)
    if not messages:
        raise NotMade("no message of the batch came to the queue")
    return _Batch(route, sent, tuple(messages), len(messages))


def _items(call: Call) -> Sequence[Any]:
    items = call.body.get("items") if isinstance(call.body, dict) else None
    return items if isinstance(items, list) else []


async def _processed(ground: Ground, batch: _Batch, count: int) -> Seen | None:
    """What is seen of the batch at last where it is other than `count` processed items; nothing where that comes true."""
    state = next((r for r in ground.routes("batch") if r.entity == batch.route.entity), None)
    listing = ground.route(batch.route.entity, Operation.LIST)
    deadline = time.monotonic() + _ARRIVES
    while True:
        if state:
            seen = await ground.visit(SENDER, "GET", at(state.path, str(batch.sent.member("batch"))))
            done = seen.member("processed")
        elif listing:
            seen = await ground.visit(SENDER, "GET", listing.path)
            done = len(seen.member(ground.plural(ground.plan.entity(batch.route.entity))) or ())
        else:
            return None
        if done == count:
            return None
        if time.monotonic() > deadline:
            return seen
        await asyncio.sleep(0.1)
