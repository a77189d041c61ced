"""Writers who come at the same time: one wins, the others are told, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from backend_factory.domain.feature import Entity, Field, FieldType, Operation
from backend_factory.gates.outside.ground import Body, Ground, Made, NotMade, at, identity
from backend_factory.gates.outside.port import WRITER
from backend_factory.gates.outside.visit import Seen
from backend_factory.gates.outside.wound import Wound, wound

WRITERS = 6
_LOST = (409, 412)


async def races(ground: Ground) -> AsyncIterator[Wound]:
    """Creations of one key, changes of one version, changes of any version, deletions: at once, for each entity."""
    for entity in ground.plan.model.entities:
        if not ground.route(entity.name, Operation.CREATE):
            continue
        try:
            made = await ground.made(WRITER, entity)
        except NotMade as error:
            yield Wound("not-made", f"one of the {entity.plural}", "a record, as the scenarios make it", str(error))
            continue
        for race in (_same_version, _any_version, _deleted, _created):
            async for each in race(ground, made):
                yield each


async def _created(ground: Ground, made: Made) -> AsyncIterator[Wound]:
    """What the record took is free now; of those who want it, one gets it."""
    create = ground.route(made.entity.name, Operation.CREATE)
    if create is None or not (made.entity.key or any(f.unique for f in made.entity.fields)):
        return
    if not ground.route(made.entity.name, Operation.DELETE):
        return
    seen = await _at_once([ground.visit(WRITER, create.method, create.path, body=made.body) for _ in range(WRITERS)])
    for each in _one(seen, 201, (409,), "creation of the same key"):
        yield each
    delete = ground.route(made.entity.name, Operation.DELETE)
    for winner in (s for s in seen if s.ok and delete):
        await ground.visit(WRITER, "DELETE", at(delete.path, identity(winner)))  # type: ignore[union-attr]


async def _same_version(ground: Ground, made: Made) -> AsyncIterator[Wound]:
    """All say which version they change: one is right, for the others it is another version by then."""
    way = change(ground, made)
    tag = made.seen.headers.get("etag") or _tag(made.seen.member("version"))
    if way is None or not tag:
        return
    method, path, bodies = way
    visits = [ground.visit(WRITER, method, path, body=body, headers={"If-Match": tag}) for body in bodies]
    for each in _one(await _at_once(visits), 200, _LOST, "change of the same version"):
        yield each


async def _any_version(ground: Ground, made: Made) -> AsyncIterator[Wound]:
    """Each change that was accepted has made a version of its own, and the last of them is what is there."""
    way, read = change(ground, made), ground.route(made.entity.name, Operation.READ)
    if way is None or read is None:
        return
    method, path, bodies = way
    before = await ground.visit(WRITER, "GET", at(read.path, made.id))
    seen = await _at_once([ground.visit(WRITER, method, path, body=body) for body in bodies])
    after = await ground.visit(WRITER, "GET", at(read.path, made.id))
    accepted = [s for s in seen if s.ok]
    for each in seen:
        if not each.ok and each.status not in _LOST:
            yield wound("not-told", each, "status 200, 409 or 412")
    if not accepted:
        yield wound("none-won", seen[0], "at least one change that is accepted")
    versions = [s.member("version") for s in accepted]
    first = before.member("version")
    if not isinstance(first, int) or not accepted:
        return
    wanted = sorted(range(first + 1, first + 1 + len(accepted)))
    if sorted(v for v in versions if isinstance(v, int)) != wanted or after.member("version") != wanted[-1]:
        yield wound(
            "lost-update", accepted[0], f"versions {wanted}, one for each accepted change", f"{versions}, then {after.short}"
        )
        return
    last = next(s for s in accepted if s.member("version") == wanted[-1])
    if last.json != after.json:
        yield wound("lost-update", last, f"what the last change answered: {last.short}", after.short)


async def _deleted(ground: Ground, made: Made) -> AsyncIterator[Wound]:
    delete = ground.route(made.entity.name, Operation.DELETE)
    if delete is None:
        return
    seen = await _at_once([ground.visit(WRITER, "DELETE", at(delete.path, made.id)) for _ in range(WRITERS)])
    for each in _one(seen, None, (404, *_LOST), "deletion of the same record"):
        yield each


async def _at_once(visits: Sequence[Any]) -> list[Seen]:
    return list(await asyncio.gather(*visits))


def _one(seen: Sequence[Seen], won: int | None, lost: tuple[int, ...], what: str) -> list[Wound]:
    """Exactly one of them won, and the others were told so."""
    winners = [s for s in seen if (s.status == won if won else s.ok)]
    told = [s for s in seen if s not in winners and s.status not in lost]
    statuses = f"statuses {sorted(s.status for s in seen)}"
    wanted = f"of {len(seen)} writers at once one {won or 'success'}, the others {' or '.join(map(str, lost))}"
    if len(winners) != 1:
        return [wound("winners", seen[0], f"{what}: {wanted}", statuses)]
    return [wound("not-told", told[0], f"{what}: {wanted}", statuses)] if told else []


def change(ground: Ground, made: Made) -> tuple[str, str, list[Body]] | None:
    """How the record is changed, and a body for each writer; they differ where the entity has a field that may."""
    update = ground.route(made.entity.name, Operation.UPDATE)
    route = update or ground.route(made.entity.name, Operation.REPLACE)
    if route is None:
        return None
    bodies = list(_bodies(ground, made.entity, made.body, whole=update is None))
    return (route.method, at(route.path, made.id), bodies) if bodies else None


def _bodies(ground: Ground, entity: Entity, body: Body, *, whole: bool) -> list[Body]:
    tied = {name for rule in entity.rules for name in (rule.earlier, rule.later)}
    paired = {name for c in ground.plan.model.correlations for pair in c.keys for name in (pair.left, pair.right)}
    for field in sorted(entity.fields, key=lambda f: f.name in paired):
        wire = ground.wire(entity, field.name)
        if wire in ground.fixed(entity) or field.name in tied or field.many or field.unique:
            continue
        if values := _values(field, body.get(wire)):
            return [(body if whole else {}) | {wire: values[n % len(values)]} for n in range(WRITERS)]
    return []


def _values(field: Field, value: Any) -> list[Any]:
    """Values that the field takes, as different as may be."""
    match field.type:
        case FieldType.CHOICE:
            return list(field.choices)
        case FieldType.BOOLEAN:
            return [True, False]
        case FieldType.TEXT | FieldType.LONG_TEXT if not field.pattern and isinstance(value, str) and value:
            return [f"{value[:-1]}{letter}" for letter in "abcdef"]
        case FieldType.INTEGER if isinstance(value, int):
            low = field.minimum if field.minimum is not None else value
            high = field.maximum if field.maximum is not None else value + WRITERS
            return list(range(int(low), int(min(high, low + WRITERS)) + 1))
        case _:
            return [value] if value is not None else []


def _tag(version: object) -> str:
    return f'"{version}"' if isinstance(version, int) else ""
