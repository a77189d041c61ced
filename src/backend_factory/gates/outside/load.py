"""Load: clients of different tenants, each with its own record, asking one thing after the other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import cycle, islice

from backend_factory.domain.feature import Entity, Operation
from backend_factory.gates.outside.ground import Ground, Made, NotMade, at
from backend_factory.gates.outside.port import CROWD
from backend_factory.gates.outside.races import change
from backend_factory.gates.outside.visit import Seen

_MIX = ("read", "list", "change", "read", "list", "read", "change", "correlated", "read", "list")
"""What a client does, over and over: seven in ten read, as on most days."""

Ask = Callable[[], Awaitable[Seen]]


async def warmed(ground: Ground, clients: int) -> list[Made]:
    """A record for each client; the functions that serve them all are running then. Raises NotMade."""
    entities = [e for e in ground.plan.model.entities if _servable(ground, e)]
    if not entities:
        raise NotMade("no entity whose records are made and read over HTTP")
    made = [ground.made(tenant, entities[n % len(entities)]) for n, tenant in enumerate(CROWD[:clients])]
    return list(await asyncio.gather(*made))


async def load(ground: Ground, records: Sequence[Made], requests: int) -> list[Seen]:
    """All answers: so many requests of each record's client, all clients at once."""
    return [seen for each in await asyncio.gather(*(_client(ground, made, requests) for made in records)) for seen in each]


def _servable(ground: Ground, entity: Entity) -> bool:
    return bool(ground.ways(entity)) and bool(ground.routes(Operation.READ, Operation.LIST))


async def _client(ground: Ground, made: Made, requests: int) -> list[Seen]:
    return [await ask() for ask in islice(cycle(_mixed(ground, made)), requests)]


def _mixed(ground: Ground, made: Made) -> list[Ask]:
    """The mix, without what the entity does not offer."""
    asks = {kind: ask for kind in set(_MIX) if (ask := _ask(ground, made, kind))}
    return [asks[kind] for kind in _MIX if kind in asks]


def _ask(ground: Ground, made: Made, kind: str) -> Ask | None:
    if kind == "change":
        found = change(ground, made)
        if found is None:
            return None
        method, path, bodies = found
        return lambda: ground.visit(made.tenant, method, path, body=bodies[0])
    route = ground.route(made.entity.name, kind)
    return (lambda: ground.visit(made.tenant, "GET", at(route.path, made.id))) if route else None
