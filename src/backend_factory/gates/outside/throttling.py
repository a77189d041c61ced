"""More requests than the function may take at a time: some are refused with 429, none is half done, and it passes."""

import asyncio
import time
from collections.abc import AsyncIterator

from backend_factory.domain.feature import Operation
from backend_factory.gates.outside.ground import Ground, Made, at
from backend_factory.gates.outside.port import THROTTLED
from backend_factory.gates.outside.races import change
from backend_factory.gates.outside.visit import Seen
from backend_factory.gates.outside.wound import Wound, wound

CROWD = 12
"""Requests at once, where one at a time is served."""
_RECOVERY_SECONDS = 5.0


async def throttled(ground: Ground, made: Made) -> AsyncIterator[Wound]:
    """Changes at once, of which one at a time is served; then all is as before, plus the changes that were accepted."""
    read = ground.route(made.entity.name, Operation.READ)
    changed = change(ground, made)
    if read is None:
        return
    path = at(read.path, made.id)
    before = await ground.visit(THROTTLED, "GET", path)
    method, target, bodies = changed or ("GET", path, [])
    async with ground.target.held_back(1):
        asked = (ground.visit(THROTTLED, method, target, body=bodies[n % len(bodies)] if bodies else None) for n in range(CROWD))
        seen = list(await asyncio.gather(*asked))
    for each in _told(seen):
        yield each
    after = await _recovered(ground, path)
    if after.status != 200:
        yield wound("not-recovered", after, f"status 200 within {_RECOVERY_SECONDS:g} s of the last refusal")
    first, last = before.member("version"), after.member("version")
    accepted = sum(s.ok for s in seen) if changed else 0
    if isinstance(first, int) and last != first + accepted:
        yield wound("half-done", after, f"version {first + accepted}: {accepted} changes were accepted", f"version {last}")


def _told(seen: list[Seen]) -> list[Wound]:
    """Served, told of another writer, or told to come back; at least one of them is, and nothing else happened."""
    strange = [s for s in seen if not s.ok and s.status not in (409, 412, 429)]
    wounds = [wound("not-429", s, "status 429 for what is too much") for s in strange]
    if not any(s.status == 429 for s in seen) and not wounds:
        expected = f"429 for some of {len(seen)} at once where one at a time is served"
        wounds.append(wound("not-throttled", seen[0], expected, f"statuses {sorted(s.status for s in seen)}"))
    return wounds


async def _recovered(ground: Ground, path: str) -> Seen:
    deadline = time.monotonic() + _RECOVERY_SECONDS
    while True:
        seen = await ground.visit(THROTTLED, "GET", path)
        if seen.status == 200 or time.monotonic() > deadline:
            return seen
        await asyncio.sleep(0.1)
