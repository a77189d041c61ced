"""What changes of a stored record, what never does, and what two records must not share."""

from collections.abc import Iterator

from backend_factory.domain.feature import Field, FieldType
from backend_factory.runners.blueprint.samples import refusal
from backend_factory.runners.blueprint.test.refused import order_broken
from backend_factory.runners.blueprint.test.subject import Subject
from backend_factory.runners.blueprint.test.values import NIL
from backend_factory.runners.blueprint.test.variants import Variant

PLAIN = (FieldType.TEXT, FieldType.LONG_TEXT)


def patches(subject: Subject) -> Iterator[Variant]:
    """Each field alone, or with those that order rules tie it to: given another value, and removed."""
    target = subject.values(1)
    for field in subject.mutable:
        wire = subject.wire(field.name)
        tied = subject.bound(field.name)
        if not tied & {each.name for each in subject.fixed}:
            yield Variant(f"set_{wire}", subject.wired({name: target[name] for name in target if name in tied}))
        if field.required:
            yield Variant(f"clear_{wire}", {wire: NIL}, refused=(f"{wire} missing",))
        else:
            yield Variant(f"clear_{wire}", {wire: NIL})


def kept(subject: Subject) -> Iterator[Variant]:
    """Other values for what never changes."""
    first = subject.values(0)
    for field in subject.fixed:
        wire = subject.wire(field.name)
        other = subject.values(1)[field.name]
        if other == first[field.name]:
            continue
        broken = order_broken(subject, first | {field.name: other})
        yield Variant(wire, {wire: other}, refused=(*broken, f"{wire} immutable") if f"{wire} order" not in broken else broken)


def taken(subject: Subject) -> Iterator[Variant]:
    """What two records of a tenant must not share."""
    first = subject.sample(0)
    keys = [subject.wire(name) for name in subject.entity.key]
    if keys:
        yield Variant("key", {wire: first[wire] for wire in keys}, refused=tuple(f"{wire} duplicate" for wire in keys))
    for field in _unique(subject):
        yield Variant(subject.wire(field.name), _same(subject, field), refused=(f"{subject.wire(field.name)} duplicate",))


def claimed(subject: Subject) -> Iterator[Variant]:
    """Unique values that a record takes over from another."""
    if subject.count <= LAST:
        return
    for field in _unique(subject):
        wire = subject.wire(field.name)
        if field in subject.fixed or len(subject.bound(field.name)) > 1:
            continue
        yield Variant(wire, _same(subject, field), {wire: subject.sample(LAST)[wire]}, refused=(f"{wire} duplicate",))


LAST = 3
"""Number of the sample whose unique values no other record in the test has."""


def _unique(subject: Subject) -> tuple[Field, ...]:
    return tuple(each for each in subject.entity.fields if each.unique and len(subject.bound(each.name)) == 1)


def _same(subject: Subject, field: Field) -> dict[str, object]:
    """The first sample's value, in other letters where that is another spelling of it."""
    found = subject.values(0)[field.name]
    spelt = field.type in PLAIN and not field.many and field.name not in subject.entity.key
    if spelt and refusal(field, str(found).upper()) is None:
        found = str(found).upper()
    return {subject.wire(field.name): found}
