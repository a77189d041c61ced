"""Members that belong to the service: ids, versions, times, roles. Nobody sets them from outside."""

from collections.abc import AsyncIterator
from typing import Any

from backend_factory.domain.feature import Operation
from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Ground, NotMade, at, identity
from backend_factory.gates.outside.port import ATTACKER
from backend_factory.gates.outside.visit import Seen
from backend_factory.gates.outside.wound import Wound, wound

MEMBERS: dict[str, Any] = {
    "id": "forged-id",
    "key": "#forged#key",
    "version": 4711,
    "created": "1999-12-31T23:59:59.000Z",
    "updated": "1999-12-31T23:59:59.000Z",
    "ttl": 1,
    "role": "admin",
    "isAdmin": True,
    "__proto__": {"admin": True},
}


async def launch(ground: Ground) -> AsyncIterator[Wound]:
    """Each of them in a new record and in a change: refused, or as if it had not been sent."""
    for entity in ground.plan.model.entities:
        try:
            made = await ground.made(ATTACKER, entity)
        except NotMade:
            continue
        own = {ground.wire(entity, f.name) for f in entity.fields}
        for name, value in ((n, v) for n, v in MEMBERS.items() if n not in own):
            if update := ground.route(entity.name, Operation.UPDATE):
                seen = await ground.visit(ATTACKER, update.method, at(update.path, made.id), body={name: value})
                if _set(seen, name, value):
                    yield wound("assigned", seen, f"{name} refused, or left to the service", f"{name}: {value!r}")
            if create := ground.route(entity.name, Operation.CREATE):
                seen = await ground.visit(ATTACKER, create.method, create.path, body=made.body | {name: value})
                if _set(seen, name, value):
                    yield wound("assigned", seen, f"{name} refused, or left to the service", f"{name}: {value!r}")
                delete = ground.route(entity.name, Operation.DELETE)
                if seen.ok and delete and identity(seen) != made.id:
                    await ground.visit(ATTACKER, "DELETE", at(delete.path, identity(seen)))


def _set(seen: Seen, name: str, value: Any) -> bool:
    body = seen.json
    return seen.ok and isinstance(body, dict) and body.get(name) == value


ATTACK = Attack("forged-members", "What belongs to the service is not set from outside", launch)
