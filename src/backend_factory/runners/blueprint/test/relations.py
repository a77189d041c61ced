"""Records of two kinds that belong together, seen from either side."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from backend_factory.domain.deliverable import Route
from backend_factory.domain.feature import Field, FieldType
from backend_factory.runners.blueprint.samples import NoSample, capacity, refusal, value
from backend_factory.runners.blueprint.test.subject import Body, Subject

APART = 20
"""Records from this number on have nothing in common with those before."""


@dataclass(frozen=True)
class Relation:
    """The way from one kind to another."""

    route: Route
    of: Subject
    to: Subject
    one: Body
    others: tuple[Body, ...]
    stranger: Body
    lonely: Body

    @property
    def name(self) -> str:
        """Name of its test."""
        return f"Test{self.of.go}_To{self.to.go}"


def relations(subjects: tuple[Subject, ...]) -> Iterator[Relation]:
    """Each route from a record to those that belong to it."""
    by_name = {each.entity.name: each for each in subjects}
    for one in subjects:
        for route in one.routes:
            if route.operation == "correlated":
                yield _relation(route, one, by_name[route.other])


def _relation(route: Route, of: Subject, to: Subject) -> Relation:
    pairs = tuple(_pairs(of, to))
    shared = [_shared(left, right) for left, right in pairs]
    own = {left.name: each for (left, _), each in zip(pairs, shared, strict=True)}
    numbers = iter(range(APART, APART + 90))
    return Relation(
        route=route,
        of=of,
        to=to,
        one=of.wired(of.values(0) | own),
        others=tuple(_others(to, pairs, shared, numbers)),
        stranger=to.wired(_unlike(to, [right for _, right in pairs], shared, next(numbers))),
        lonely=of.wired(_unlike(of, [left for left, _ in pairs], shared, next(numbers))),
    )


def _pairs(of: Subject, to: Subject) -> Iterator[tuple[Field, Field]]:
    for each in of.plan.model.correlations:
        for pair in each.keys:
            if (each.left, each.right) == (of.entity.name, to.entity.name):
                yield of.entity.field(pair.left), to.entity.field(pair.right)
            elif (each.right, each.left) == (of.entity.name, to.entity.name):
                yield of.entity.field(pair.right), to.entity.field(pair.left)


def _shared(left: Field, right: Field) -> JsonValue:
    """A value that both fields accept."""
    for each in (value(left, 0), value(right, 0)):
        if left.type is FieldType.REFERENCE or (refusal(left, each) is None and refusal(right, each) is None):
            return each
    raise NoSample(left.name, f"a value that {right.name} can hold too")


def _others(
    to: Subject, pairs: tuple[tuple[Field, Field], ...], shared: list[JsonValue], numbers: Iterator[int]
) -> Iterator[Body]:
    """One that shares each pair alone, in capitals where letter case is no difference; one that shares all of them."""
    fields = [right for _, right in pairs]
    for right, each in zip(fields, shared, strict=True):
        yield to.wired(_unlike(to, fields, shared, next(numbers)) | {right.name: _loud(right, each)})
    single = len(to.entity.key) == 1 and to.entity.key[0] in {right.name for right in fields}
    if not single and not any(right.unique for right in fields):
        whole = {right.name: each for right, each in zip(fields, shared, strict=True)}
        yield to.wired(to.values(next(numbers)) | whole)


def _loud(field: Field, each: JsonValue) -> JsonValue:
    loud = each.upper() if isinstance(each, str) and field.type in (FieldType.TEXT, FieldType.LONG_TEXT) else each
    return loud if refusal(field, loud) is None else each


def _unlike(one: Subject, fields: list[Field], shared: list[JsonValue], n: int) -> dict[str, JsonValue]:
    """The n-th record, with values that nothing shares."""
    taken = {str(each).lower() for each in shared}
    strange: dict[str, JsonValue] = {}
    for field in fields:
        found = next((v for i in range(capacity(field)) if str(v := value(field, n + i)).lower() not in taken), None)
        if found is None:
            raise NoSample(field.name, "a second value, so that records can differ")
        strange[field.name] = found
    return one.values(n) | strange
