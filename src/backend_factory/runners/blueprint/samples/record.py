"""Valid records of an entity: distinct in their keys and unique fields, and true to the order rules."""

from collections.abc import Callable, Mapping

from pydantic import JsonValue

from backend_factory.domain.feature import Entity, Field, FieldType, OrderRule, Scalar
from backend_factory.runners.blueprint.samples.value import MANY, NoSample, capacity, day, moment, scale, value

Refer = Callable[[Field, int], JsonValue]
"""The value of a reference field for the n-th record: the id of a record created before, or a platform key."""


def record(entity: Entity, n: int, refer: Refer, *, only_required: bool = False) -> dict[str, JsonValue]:
    """The n-th valid record by field name; records of different n differ in key and unique fields, while values last.

    Optional references are left out where `refer` answers None. Raises NoSample where a field has no valid value or the
    order rules contradict the limits.
    """
    ordered = _ordered(entity, n)
    made: dict[str, JsonValue] = {}
    for field in entity.fields:
        if only_required and not (field.required or field.name in entity.key):
            continue
        if field.type is FieldType.REFERENCE:
            one: JsonValue = refer(field, n)
            if one is None:
                continue
        else:
            one = ordered[field.name] if field.name in ordered else value(field, n)
        made[field.name] = [one] if field.many else one
    return made


def misordered(entity: Entity, rule: OrderRule, n: int) -> dict[str, JsonValue]:
    """Values of the rule's two fields that break it and nothing else; NoSample where every valid pair satisfies it."""
    earlier, later = entity.field(rule.earlier), entity.field(rule.later)
    if rule.earlier not in _ordered(entity, n):
        raise NoSample(rule.later, "order rules over dates, timestamps or numbers")
    if earlier.type in (FieldType.TIMESTAMP, FieldType.DATE):
        at = moment if earlier.type is FieldType.TIMESTAMP else day
        return {rule.earlier: at(n, 9), rule.later: at(n, 1)}
    least, most = scale(later)[0], scale(earlier)[1]
    if least > most or (least == most and rule.or_equal):
        raise NoSample(rule.later, f"limits under which {rule.earlier} can exceed {rule.later}")
    return {rule.earlier: _plain(most), rule.later: _plain(least)}


def _ordered(entity: Entity, n: int) -> Mapping[str, Scalar]:
    """Values of the fields under order rules: each after all that come before it."""
    ranks = _ranks(entity)
    for offset in (n, n % 8, n % 2, 0):
        if (found := _assign(entity, ranks, offset, n)) is not None:
            return found
    raise NoSample(entity.rules[-1].later, "order rules that some values within the limits satisfy")


def _assign(entity: Entity, ranks: Mapping[str, int], offset: int, n: int) -> dict[str, Scalar] | None:
    made: dict[str, Scalar] = {}
    for name in sorted(ranks, key=lambda each: (ranks[each], each)):
        field = entity.field(name)
        if field.type is FieldType.TIMESTAMP:
            made[name] = moment(n, ranks[name])
        elif field.type is FieldType.DATE:
            made[name] = day(n, ranks[name])
        elif field.type in (FieldType.INTEGER, FieldType.DECIMAL):
            low, high, step = scale(field)
            before = [float(made[r.earlier]) + step for r in entity.rules if r.later == name and r.earlier in made]
            number = max(low + offset * step, *before) if before else low + offset * step
            if number > (high if field.maximum is not None else number + MANY):
                return None
            made[name] = _plain(number)
    return made


def _ranks(entity: Entity) -> dict[str, int]:
    """How many fields come before each one, along the longest chain of order rules."""
    ranks = {name: 0 for rule in entity.rules for name in (rule.earlier, rule.later)}
    for _ in ranks:
        for rule in entity.rules:
            ranks[rule.later] = max(ranks[rule.later], ranks[rule.earlier] + 1)
    if any(rank >= len(ranks) for rank in ranks.values()):
        raise NoSample(entity.rules[-1].later, "order rules without a circle")
    return ranks


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number


def distinct(entity: Entity) -> int:
    """How many records differ in every unique field and in the key: what a scenario can create at once."""
    unique = [capacity(f) for f in entity.fields if f.unique and f.type is not FieldType.REFERENCE]
    keys = max((capacity(entity.field(name)) for name in entity.key), default=MANY)
    return min([keys, *unique], default=MANY)
