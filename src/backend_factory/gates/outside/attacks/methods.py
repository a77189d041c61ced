"""Headers that turn a request into another one: method overrides, other hosts, other paths."""

from collections.abc import AsyncIterator

from backend_factory.domain.feature import Operation
from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Ground, NotMade, at
from backend_factory.gates.outside.port import ATTACKER
from backend_factory.gates.outside.wound import Wound, wound

OVERRIDES = {
    "X-HTTP-Method-Override": "DELETE",
    "X-HTTP-Method": "DELETE",
    "X-Method-Override": "DELETE",
    "X-Original-URL": "/admin",
    "X-Rewrite-URL": "/admin",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-For": "127.0.0.1",
}


async def launch(ground: Ground) -> AsyncIterator[Wound]:
    """A read stays a read, and no answer names the host that the caller made up."""
    for route in ground.routes(Operation.READ):
        try:
            made = await ground.made(ATTACKER, ground.plan.entity(route.entity))
        except NotMade:
            continue
        path = at(route.path, made.id)
        seen = await ground.visit(ATTACKER, "GET", path, headers=OVERRIDES)
        again = await ground.visit(ATTACKER, "GET", path)
        if seen.status != 200 or again.status != 200:
            yield wound("overridden", seen, "a read, whatever the headers say", f"{seen.short}, then {again.short}")
        if "evil.example" in seen.text or "evil.example" in str(dict(seen.headers)):
            yield wound("overridden", seen, "no answer that names the caller's host")


ATTACK = Attack("methods", "A request is what its line says", launch)
