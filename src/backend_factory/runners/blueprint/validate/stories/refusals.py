"""What is refused at creation and change, and how the answer names it."""

from itertools import zip_longest

from pydantic import JsonValue

from backend_factory.domain.deliverable import Behaviour
from backend_factory.domain.feature import Entity, Field, FieldType, Operation
from backend_factory.domain.scenario import Expectation
from backend_factory.runners.blueprint.samples import NoSample, invalid, misordered
from backend_factory.runners.blueprint.validate.story import Body, Story, equals, refused
from backend_factory.runners.blueprint.validate.wanted import Wanted

UNKNOWN = "unexpectedMember"
NO_KEY = "not-a-platform-key"


def tell(story: Story, entity: Entity, wanted: Wanted) -> None:
    """Steps for the criteria about refused input."""
    refusals = _Refusals(story, entity)
    required = [f.name for f in entity.fields if f.required or f.name in entity.key]
    if wanted.has(Behaviour.MISSING_REFUSED):
        refusals.missing(wanted.fields(Behaviour.MISSING_REFUSED, required))
    if wanted.has(Behaviour.VALUE_REFUSED):
        refusals.values(wanted.fields(Behaviour.VALUE_REFUSED, (f.name for f in entity.fields)))
    if wanted.has(Behaviour.ORDER_REFUSED):
        refusals.order(wanted.fields(Behaviour.ORDER_REFUSED, (r.later for r in entity.rules)))
    if wanted.has(Behaviour.UNKNOWN_REFUSED):
        refusals.unknown()
    if wanted.has(Behaviour.REFERENCE_REFUSED):
        links = (f.name for f in entity.fields if f.type is FieldType.REFERENCE)
        refusals.references(wanted.fields(Behaviour.REFERENCE_REFUSED, links))
    if wanted.has(Behaviour.DUPLICATE_REFUSED):
        refusals.duplicates(wanted.fields(Behaviour.DUPLICATE_REFUSED, [""]))


class _Refusals:
    def __init__(self, story: Story, entity: Entity) -> None:
        self.story, self.entity = story, entity

    def _wire(self, name: str) -> str:
        return self.story.wire(self.entity, name)

    def _refuse(self, body: JsonValue, *expect: Expectation, status: int = 400) -> None:
        """The body is refused at creation, or as the only item of a batch where records only come in batches."""
        if self.story.offers(self.entity, Operation.CREATE):
            self.story.call(self.entity, Operation.CREATE, status=status, body=body, expect=expect)
        else:
            prefixed = tuple(e.model_copy(update={"value": _in_batch(e.value)}) for e in expect)
            self.story.call(self.entity, Operation.INGEST, status=status, body={"items": [body]}, expect=prefixed)

    def missing(self, names: tuple[str, ...]) -> None:
        wires = [self._wire(name) for name in names]
        expected = [refused(wire, "missing") for wire in wires]
        whole = self.story.body(self.entity, 0)
        self._refuse({w: v for w, v in whole.items() if w not in wires}, *expected)
        self._refuse(whole | dict.fromkeys(wires), *expected)
        changeable = [f for f in map(self.entity.field, names) if not f.immutable and f.name not in self.entity.key]
        if changeable and self.story.offers(self.entity, Operation.UPDATE) and self.story.offers(self.entity, Operation.CREATE):
            made = self.story.create(self.entity, 1)
            removed: Body = {self._wire(f.name): None for f in changeable}
            expect = [refused(wire, "missing") for wire in removed]
            self.story.call(self.entity, Operation.UPDATE, status=400, item=made, body=removed, expect=expect)

    def values(self, names: tuple[str, ...]) -> None:
        """Each request carries one invalid value per field: all of them are named at once."""
        fields = [self.entity.field(name) for name in names]
        if without := [f.name for f in fields if not invalid(f)]:
            raise NoSample(without[0], "a value that the field refuses")
        whole = self.story.body(self.entity, 0)
        for round_ in zip_longest(*(invalid(f) for f in fields)):
            wrong = [(f, each) for f, each in zip(fields, round_, strict=True) if each is not None]
            body = whole | {self._wire(f.name): each.value for f, each in wrong}
            self._refuse(body, *(refused(self._wire(f.name), each.rule) for f, each in wrong))

    def order(self, names: tuple[str, ...]) -> None:
        whole = self.story.body(self.entity, 0)
        for rule in (r for r in self.entity.rules if r.later in names):
            later = refused(self._wire(rule.later), "order")
            swapped = {self._wire(name): each for name, each in misordered(self.entity, rule, 0).items()}
            self._refuse(whole | swapped, later)
            if not rule.or_equal and self.entity.field(rule.earlier).type is self.entity.field(rule.later).type:
                earlier, later_wire = self._wire(rule.earlier), self._wire(rule.later)
                self._refuse(whole | swapped | {later_wire: swapped[earlier]}, later)

    def unknown(self) -> None:
        self._refuse(self.story.body(self.entity, 0) | {UNKNOWN: 1}, refused(UNKNOWN, "unknown"))

    def references(self, names: tuple[str, ...]) -> None:
        whole = self.story.body(self.entity, 0)
        for field in map(self.entity.field, names):
            wire = self._wire(field.name)
            for target in self._wrong_targets(field):
                one: JsonValue = [target] if field.many else target
                self._refuse(whole | {wire: one}, refused(wire, "reference" if self._inside(field) else "pattern"))

    def _inside(self, field: Field) -> bool:
        return field.references in {e.name for e in self.story.plan.model.entities}

    def _wrong_targets(self, field: Field) -> tuple[str, ...]:
        """A record that does not exist, and one of another customer."""
        if not self._inside(field):
            return (NO_KEY,)
        target = self.story.plan.entity(field.references or "")
        return self.story.absent(target), self.story.reference(field, 0, self.story.other)

    def duplicates(self, names: tuple[str, ...]) -> None:
        """By natural key (a criterion that names no field or a part of the key) and by each unique field; within a customer."""
        first, made = self.story.body(self.entity, 3), self.story.create(self.entity, 3)
        unique = [f for f in self.entity.fields if f.unique and (f.name in names or ("" in names and not self.entity.key))]
        if not unique and not self.entity.key:
            raise NoSample(self.entity.name, "a natural key or a unique field")
        if self.entity.key and any(name == "" or name in self.entity.key for name in names):
            self._refuse(first, Expectation(at="/errors", test="contains", value={"rule": "duplicate"}), status=409)
        for n, field in enumerate(unique, start=4):
            taken: Body = {self._wire(field.name): first[self._wire(field.name)]}
            self._refuse(self.story.body(self.entity, n) | taken, refused(self._wire(field.name), "duplicate"), status=409)
        if self.story.offers(self.entity, Operation.READ):
            self.story.call(self.entity, Operation.READ, item=made, status=200, expect=equals(first | {"version": 1}))
        self.story.create(self.entity, 3, tenant=self.story.other)


def _in_batch(value: JsonValue) -> JsonValue:
    if isinstance(value, dict) and "field" in value:
        return value | {"field": f"items[0].{value['field']}"}
    return value
