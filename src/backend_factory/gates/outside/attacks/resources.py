"""Requests that cost much: great bodies, deep ones, long lists, greedy pages, texts that make expressions explode."""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import chain, repeat

from backend_factory.domain.feature import Operation
from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Ground, NotMade, at
from backend_factory.gates.outside.port import ATTACKER
from backend_factory.gates.outside.wound import Wound, wound

DEEP = b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
GREAT = b'{"a": "' + b"x" * (10 << 20) + b'"}'
LONG = json.dumps({"items": [{"a": "x" * 100}] * 20_000}).encode()
SLOWEST_MS = 5_000.0
"""For one request of a stranger's; a machine under load included."""
EXPLOSIVE = ("a" * 200 + "!", "a." * 120 + "!", "0" * 60 + "-", "x" * 100_000)
GREEDY = {"limit": "1000000000", "pageSize": "1000000000", "page_size": "1000000000"}
FLOOD = 12


async def launch(ground: Ground) -> AsyncIterator[Wound]:
    """Refused or answered within bounds; and while a dozen of them are under way, others are served."""
    for route, first in zip(ground.routes("create", "ingest"), chain((True,), repeat(False)), strict=False):
        for raw in (DEEP, GREAT, LONG) if first else (DEEP,):
            seen = await ground.visit(ATTACKER, route.method, route.path, raw=raw)
            if seen.ok:
                yield wound("unlimited", seen, "a refusal")
            elif seen.ms > SLOWEST_MS:
                yield wound("slow", seen, f"an answer within {SLOWEST_MS:g} ms", f"{seen.ms:g} ms")
    for entity in ground.plan.model.entities:
        create = ground.route(entity.name, Operation.CREATE)
        for text in EXPLOSIVE if create else ():
            body = dict.fromkeys(ground.schema(create).get("properties") or {}, text)
            seen = await ground.visit(ATTACKER, "POST", create.path, body=body)  # type: ignore[union-attr]
            if seen.ms > SLOWEST_MS:
                yield wound("slow", seen, f"an answer within {SLOWEST_MS:g} ms", f"{seen.ms:g} ms")
    async for each in _flood(ground):
        yield each


async def _flood(ground: Ground) -> AsyncIterator[Wound]:
    for route in ground.routes(Operation.READ)[:1]:
        try:
            made = await ground.made(ATTACKER, ground.plan.entity(route.entity))
        except NotMade:
            return
        heavy = b'{"a": "' + b"x" * 200_000 + b'"}'
        post = next((r for r in ground.routes("create", "ingest")), None)
        listing = ground.routes("list")[:1]
        greedy = [ground.visit(ATTACKER, "GET", r.path, query={n: v}) for r in listing for n, v in GREEDY.items()]
        flood = [ground.visit(ATTACKER, post.method, post.path, raw=heavy) for _ in range(FLOOD)] if post else []
        *_, seen = await asyncio.gather(*flood, *greedy, ground.visit(ATTACKER, "GET", at(route.path, made.id)))
        if seen.status != 200 or seen.ms > SLOWEST_MS:
            yield wound("starved", seen, f"status 200 within {SLOWEST_MS:g} ms", f"{seen.short} after {seen.ms:g} ms")


ATTACK = Attack("resources", "No request costs more than it may", launch)
