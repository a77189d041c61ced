"""Query parameters that ask for more: unlimited pages, expressions, other tenants, other spellings."""

from collections.abc import AsyncIterator

from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Ground, NotMade
from backend_factory.gates.outside.port import STRANGER, VICTIM
from backend_factory.gates.outside.wound import Wound, wound

TEXTS = ("' OR '1'='1", "1000000000", "-1", "\u0661", "../../etc/passwd", '{"$ne": null}', "\r\nX-Injected: yes", "a" * 4000)


async def launch(ground: Ground) -> AsyncIterator[Wound]:
    """Each text in each parameter of each list, by somebody who has no records: none may be shown."""
    for route in ground.routes("list"):
        entity = ground.plan.entity(route.entity)
        try:
            await ground.made(VICTIM, entity)
        except NotMade:
            continue
        operation = ground.contract.operation(route.method, route.path)
        for parameter in operation.within("query") if operation else ():
            for text in TEXTS:
                seen = await ground.visit(STRANGER, "GET", route.path, query={parameter.name: text})
                if seen.member(ground.plural(entity)):
                    yield wound("crossed", seen, "no records: the caller has none")
                if "x-injected" in seen.headers:
                    yield wound("header-injected", seen, "no header of the caller's making")


ATTACK = Attack("queries", "A query narrows what the caller may see, and never widens it", launch)
