"""Another customer's records: read, listed, changed, deleted, referred to, paged through, by one who knows their ids."""

from collections.abc import AsyncIterator, Iterator

from backend_factory.domain.deliverable import Route
from backend_factory.domain.feature import Operation
from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Ground, Made, NotMade, at
from backend_factory.gates.outside.port import STRANGER, VICTIM
from backend_factory.gates.outside.visit import Seen
from backend_factory.gates.outside.wound import Wound, wound

HIDDEN = (403, 404)
ORDER = ("read", "correlated", "update", "replace", "delete")
"""The gentle ones first, so that a finding names the operation that crossed and not what was left of it."""


async def launch(ground: Ground) -> AsyncIterator[Wound]:
    """Each operation on each of the victim's records; afterwards the victim's records are as they were."""
    for entity in ground.plan.model.entities:
        try:
            theirs = await ground.made(VICTIM, entity)
        except NotMade:
            continue
        for route in _on_one(ground, entity.name):
            body = theirs.body if route.method in ("POST", "PUT", "PATCH") else None
            seen = await ground.visit(STRANGER, route.method, at(route.path, theirs.id), body=body)
            if seen.status not in HIDDEN:
                yield wound("crossed", seen, "status 404: the record is another customer's")
        for route in ground.routes(Operation.LIST):
            if route.entity == entity.name:
                seen = await ground.visit(STRANGER, "GET", route.path)
                if seen.member(ground.plural(entity)):
                    yield wound("crossed", seen, "no records: the caller has none")
        async for each in _unharmed(ground, theirs):
            yield each
        async for each in _referred(ground, theirs):
            yield each


def _on_one(ground: Ground, entity: str) -> Iterator[Route]:
    for operation in ORDER:
        yield from (r for r in ground.routes(operation) if r.entity == entity and "{" in r.path)


async def _unharmed(ground: Ground, theirs: Made) -> AsyncIterator[Wound]:
    read = ground.route(theirs.entity.name, Operation.READ)
    if read is None:
        return
    seen = await ground.visit(VICTIM, "GET", at(read.path, theirs.id))
    if seen.status != 200 or _version(seen) != _version(theirs.seen):
        yield wound("harmed", seen, f"the victim's record as it was, version {_version(theirs.seen)}")


def _version(seen: Seen) -> object:
    return seen.member("version")


async def _referred(ground: Ground, theirs: Made) -> AsyncIterator[Wound]:
    """The victim's record in the body of one's own."""
    for entity in ground.plan.model.entities:
        create = ground.route(entity.name, Operation.CREATE)
        for field in entity.fields:
            if create is None or field.references != theirs.entity.name:
                continue
            wire = ground.wire(entity, field.name)
            try:
                body = (await ground.made(VICTIM, entity)).body
            except NotMade:
                continue
            value = [theirs.id] if field.many else theirs.id
            seen = await ground.visit(STRANGER, create.method, create.path, body=body | {wire: value})
            if seen.ok:
                yield wound("referred", seen, f"a refusal: {wire} names another customer's record")


ATTACK = Attack("crossing", "Another customer's records are out of reach of every operation", launch)
