"""Text that means something to some interpreter: SQL, NoSQL expressions, templates, shells, keys. It must stay text."""

from collections.abc import AsyncIterator
from itertools import count

from backend_factory.domain.deliverable import Route
from backend_factory.domain.feature import Entity, Operation
from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Body, Ground, NotMade, at, identity
from backend_factory.gates.outside.port import ATTACKER
from backend_factory.gates.outside.visit import Seen
from backend_factory.gates.outside.wound import Wound, wound

TEXTS = (
    "' OR '1'='1",
    "'; DROP TABLE records; --",
    '{"$gt": ""}',
    "#k = :v OR attribute_exists(#k)",
    "a#b#c",
    "{{191*7}}${191*7}<%= 191*7 %>#{191*7}",
    "$(id); `id` | id && id",
    "__import__('os').system('id')",
    "../../../../etc/passwd",
    "${jndi:ldap://127.0.0.1/a}",
    "%s%s%n%x %!d(string=x)",
    "\u202eexe.gpj \u200b\ufeffA\u0308\u0130\u00df\U0001f4a3",
    "null",
    "-1e309",
)
_COMPUTED = "1337"
"""191*7: in an answer to a request that does not hold it, something has been computed."""


async def launch(ground: Ground) -> AsyncIterator[Wound]:
    """Each text in some field of each entity, in a new record and in a change; what is stored is read again."""
    for entity in ground.plan.model.entities:
        try:
            made = await ground.made(ATTACKER, entity)
        except NotMade:
            continue
        create, update = ground.route(entity.name, Operation.CREATE), ground.route(entity.name, Operation.UPDATE)
        fields = ground.text_members(create)
        for text, n in zip(TEXTS, count(), strict=False):
            if create and fields:
                async for each in _created(ground, entity, create, made.body, fields[n % len(fields)], text):
                    yield each
        open_to_change = [f for f in ground.text_members(update) if f not in ground.fixed(entity)]
        for text, n in zip(TEXTS, count(), strict=False):
            if update and open_to_change:
                field = open_to_change[n % len(open_to_change)]
                seen = await ground.visit(ATTACKER, update.method, at(update.path, made.id), body={field: text})
                for each in _judged(seen, field, text):
                    yield each


async def _created(ground: Ground, entity: Entity, create: Route, body: Body, field: str, text: str) -> AsyncIterator[Wound]:
    seen = await ground.visit(ATTACKER, create.method, create.path, body=body | {field: text})
    for each in _judged(seen, field, text):
        yield each
    if not seen.ok:
        return
    id = identity(seen)
    if read := ground.route(entity.name, Operation.READ):
        again = await ground.visit(ATTACKER, read.method, at(read.path, id))
        if not again.ok:
            yield wound("lost", again, f"the record with {text!r} in {field}, which was accepted")
        for each in _judged(again, field, text):
            yield each
    if delete := ground.route(entity.name, Operation.DELETE):
        await ground.visit(ATTACKER, delete.method, at(delete.path, id))


def _judged(seen: Seen, field: str, text: str) -> list[Wound]:
    """Refused, or taken as it is."""
    if seen.ok and seen.member(field) != text:
        return [wound("not-taken-as-data", seen, f"{field} as it was sent: {text!r}", f"{field}: {seen.member(field)!r}")]
    if not seen.ok and _COMPUTED in seen.text:
        return [wound("computed", seen, "text that nothing computes")]
    return []


ATTACK = Attack("text", "Text is data, whatever some interpreter would make of it", launch)
