"""Lists over three samples: in each order, and narrowed by each filter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backend_factory.domain.feature import Field
from backend_factory.runners.blueprint.golang.literal import go_string
from backend_factory.runners.blueprint.samples import capacity, value
from backend_factory.runners.blueprint.test.subject import MISSING, Subject
from backend_factory.runners.blueprint.test.values import parameters
from backend_factory.runners.blueprint.test.variants import parameter

STORING = (1, 2, 0)
"""The order in which the samples are stored: no other order gives the same list by chance."""


@dataclass(frozen=True)
class Listing:
    """One row of the table of lists."""

    name: str
    query: Mapping[str, object]
    want: tuple[int, ...]

    def row(self) -> str:
        """The row as a Go literal."""
        wanted = ", ".join(str(n) for n in self.want)
        return f"{{name: {go_string(self.name)}, query: {parameters(self.query)}, want: []int{{{wanted}}}}}"


def listings(subject: Subject) -> Iterator[Listing]:
    """The default order, every other one in both directions, every filter alone and all together."""
    yield Listing("created", {}, STORING)
    for order in ("created", "updated"):
        yield Listing(f"sort_{order}", {"sort": order}, STORING)
        yield Listing(f"sort_{order}_descending", {"sort": f"-{order}"}, STORING[::-1])
    for name in subject.entity.sorts:
        wire = subject.wire(name)
        ordered = sorted(STORING, key=lambda n: _rank(subject, name, n))
        yield Listing(f"sort_{wire}", {"sort": wire}, tuple(ordered))
        yield Listing(f"sort_{wire}_descending", {"sort": f"-{wire}"}, tuple(ordered[::-1]))
    yield from _filtered(subject)


def _rank(subject: Subject, name: str, n: int) -> tuple[float | str, object]:
    """By the value, letter case aside, then by the record's key."""
    found = subject.values(n)[name]
    by = float(found) if isinstance(found, int | float) else str(found).lower()
    key = [str(subject.values(n)[part]) for part in subject.entity.key]
    return by, "#".join(key) if key else STORING.index(n)


def _filtered(subject: Subject) -> Iterator[Listing]:
    everything: dict[str, object] = {}
    for name in subject.entity.filters:
        field, wire = subject.entity.field(name), subject.wire(name)
        wanted = _element(subject, field, 0)
        everything[wire] = parameter(wanted)
        matching = tuple(n for n in STORING if _element(subject, field, n) == wanted)
        yield Listing(f"filter_{wire}", {wire: parameter(wanted)}, matching)
        yield Listing(f"filter_{wire}_descending", {wire: parameter(wanted), "sort": "-created"}, matching[::-1])
        if (other := _other(subject, field)) is not None:
            yield Listing(f"filter_{wire}_nothing", {wire: parameter(other)}, ())
    if len(everything) > 1:
        yield Listing("filter_all", everything, tuple(n for n in STORING if _same(subject, n)))


def _same(subject: Subject, n: int) -> bool:
    fields = [subject.entity.field(name) for name in subject.entity.filters]
    return all(_element(subject, field, n) == _element(subject, field, 0) for field in fields)


def _element(subject: Subject, field: Field, n: int) -> object:
    found = subject.values(n)[field.name]
    return found[0] if isinstance(found, list) else found


def _other(subject: Subject, field: Field) -> object:
    """A valid value that none of the samples has."""
    if subject.inside(field):
        return subject.target(field, MISSING)
    used = [_element(subject, field, n) for n in STORING]
    return next((made for n in range(min(capacity(field), 10)) if (made := value(field, n)) not in used), None)


def foreign(subject: Subject) -> Iterator[dict[str, object]]:
    """Parameters of lists for which a cursor of the plain list is no good."""
    yield {"sort": "-created"}
    yield {"sort": "updated"}
    for name in subject.entity.filters[:1]:
        yield {subject.wire(name): parameter(_element(subject, subject.entity.field(name), 0))}
