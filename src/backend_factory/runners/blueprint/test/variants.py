"""Changes of a valid record: what is kept of them, or which rule refuses them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from backend_factory.domain.feature import Field, FieldType, OrderRule
from backend_factory.runners.blueprint.golang.literal import go_string
from backend_factory.runners.blueprint.samples import NoSample, capacity, invalid, misordered, refusal, value
from backend_factory.runners.blueprint.test.subject import FOREIGN, MISSING, Subject
from backend_factory.runners.blueprint.test.values import GONE, NIL, Expression, go_value, members, strings

NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)
PLAIN = (FieldType.TEXT, FieldType.LONG_TEXT)


@dataclass(frozen=True)
class Variant:
    """One row of a table of tests."""

    name: str
    change: Mapping[str, object]
    kept: Mapping[str, object] | None = None
    refused: tuple[str, ...] = ()

    def row(self) -> str:
        """The row as a Go literal."""
        parts = [f"name: {go_string(self.name)}", f"change: {members(self.change)}"]
        if self.kept is not None:
            parts.append(f"kept: {members(self.kept)}")
        if self.refused:
            parts.append(f"refused: {strings(self.refused)}")
        return "{" + ", ".join(parts) + "}"


def told_apart(variants: Iterable[Variant]) -> tuple[Variant, ...]:
    """The same with distinct names."""
    used: dict[str, int] = {}
    found = []
    for each in variants:
        used[each.name] = used.get(each.name, 0) + 1
        number = used[each.name]
        name = each.name if number == 1 else f"{each.name}_{number}"
        found.append(Variant(name, each.change, each.kept, each.refused))
    return tuple(found)


# ------------------------------------------------------------ what is accepted


def accepted(subject: Subject) -> Iterator[Variant]:
    """Values at the limits, other spellings of a value, defaults and what may be left out."""
    for field in subject.entity.fields:
        wire = subject.wire(field.name)
        if field.default is not None:
            yield Variant(f"defaulted_{wire}", {wire: GONE})
        elif not (field.required or field.name in subject.entity.key):
            yield Variant(f"without_{wire}", {wire: GONE})
        if not (field.required or field.name in subject.entity.key):
            yield Variant(f"null_{wire}", {wire: NIL})
        for label, given, kept in _spellings(subject, field):
            many = field.many
            yield Variant(f"{wire}_{label}", {wire: [given] if many else given}, {wire: [kept] if many else kept})
        if field.many:
            yield from _lists(field, wire)
    for rule in subject.entity.rules:
        yield from _equal(subject, rule)


def _spellings(subject: Subject, field: Field) -> Iterator[tuple[str, object, object]]:
    for label, given, kept in _candidates(subject, field):
        if isinstance(kept, Expression) or refusal(field, kept) is None:
            yield label, given, kept


def _candidates(subject: Subject, field: Field) -> Iterator[tuple[str, object, object]]:
    ruled = any(field.name in (rule.earlier, rule.later) for rule in subject.entity.rules)
    match field.type:
        case FieldType.INTEGER | FieldType.DECIMAL if not ruled:
            yield from _limits(field)
        case FieldType.TEXT | FieldType.LONG_TEXT if field.pattern is None:
            yield from _texts(subject, field)
        case FieldType.HOSTNAME:
            yield "in_capitals", "API-1.Example.COM", "api-1.example.com"
        case FieldType.IP_ADDRESS:
            yield "long_form", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"
            yield "mapped", "::ffff:192.0.2.77", "192.0.2.77"
        case FieldType.CVE:
            yield "in_small_letters", "cve-2026-99999", "CVE-2026-99999"
        case FieldType.URL:
            yield "plain_http", "http://example.com", "http://example.com"
        case FieldType.TIMESTAMP:
            stored = str(_first(subject, field))
            yield "with_offset", stored.replace("08:00:00.000Z", "10:00:00.0004+02:00"), stored
        case FieldType.CHOICE:
            yield from ((f"choice_{n}", each, each) for n, each in enumerate(field.choices[:2] + field.choices[-1:]))
        case FieldType.BOOLEAN:
            yield from (("true", True, True), ("false", False, False))
        case _:
            return


def _first(subject: Subject, field: Field) -> object:
    found = subject.values(0)[field.name]
    return found[0] if isinstance(found, list) else found


def _limits(field: Field) -> Iterator[tuple[str, object, object]]:
    if field.minimum is not None:
        least = _whole(field.minimum)
        yield "least", least, least
    elif field.maximum is None:
        yield "negative", -7, -7
    if field.maximum is not None:
        most = _whole(field.maximum)
        yield "most", most, most


def _texts(subject: Subject, field: Field) -> Iterator[tuple[str, object, object]]:
    most = field.max_length or (256 if field.type is FieldType.TEXT else 4096)
    if field.name not in subject.entity.key or most <= 256:
        yield "longest", "\u00e9" * most, "\u00e9" * most
    if field.min_length:
        yield "shortest", "x" * field.min_length, "x" * field.min_length
    elif field.min_length is None and not field.required and not field.many:
        yield "empty", "", ""
    if field.type is FieldType.LONG_TEXT and field.name not in subject.entity.key and most >= 6:
        yield "in_lines", "a\n\tb", "a\n\tb"


def _lists(field: Field, wire: str) -> Iterator[Variant]:
    yield Variant(f"{wire}_empty", {wire: []}, {wire: []})
    if field.type is not FieldType.REFERENCE and 1 < field.max_items <= min(capacity(field), 200):
        full = [value(field, n) for n in range(field.max_items)]
        yield Variant(f"{wire}_full", {wire: full}, {wire: full})


def _equal(subject: Subject, rule: OrderRule) -> Iterator[Variant]:
    earlier, later = subject.entity.field(rule.earlier), subject.entity.field(rule.later)
    if not rule.or_equal or earlier.type is not later.type:
        return
    same = subject.values(0)[rule.later]
    if refusal(earlier, same) is None and not order_broken(subject, subject.values(0) | {rule.earlier: same}):
        change = {subject.wire(rule.earlier): same}
        yield Variant(f"equal_{subject.wire(rule.later)}", change)


# ------------------------------------------------------------ what is refused


def refused(subject: Subject) -> Iterator[Variant]:
    """Values that break a rule, each alone, and everything that can be missing at once."""
    required = [each for each in subject.entity.fields if each.required or each.name in subject.entity.key]
    for field in required:
        wire = subject.wire(field.name)
        yield Variant(f"missing_{wire}", {wire: GONE}, refused=(f"{wire} missing",))
        yield Variant(f"null_{wire}", {wire: NIL}, refused=(f"{wire} missing",))
    for field in subject.entity.fields:
        wire = subject.wire(field.name)
        yield from (Variant(f"{wire}_{rule}", {wire: wrong}, refused=(f"{wire} {rule}",)) for rule, wrong in _wrong(subject, field))
        if field.type is FieldType.REFERENCE:
            yield from _dangling(subject, field, wire)
    for rule in subject.entity.rules:
        yield from _misordered(subject, rule)
    yield Variant("unknown", {"surprise": 1}, refused=("surprise unknown",))
    yield Variant("metadata", {"id": "x", "version": 7}, refused=("id unknown", "version unknown"))
    everything = {subject.wire(each.name): GONE for each in subject.entity.fields}
    names = tuple(f"{subject.wire(each.name)} missing" for each in required)
    yield Variant("all_at_once", everything | {"surprise": 1, "another": 2}, refused=(*names, "another unknown", "surprise unknown"))


def _wrong(subject: Subject, field: Field) -> Iterator[tuple[str, object]]:
    for each in invalid(field):
        yield each.rule, each.value
    if field.name in subject.entity.key and field.type is FieldType.TEXT and field.pattern is None and not field.many:
        yield "pattern", "a#b"


def _dangling(subject: Subject, field: Field, wire: str) -> Iterator[Variant]:
    if subject.inside(field):
        rule, wrong = "reference", [subject.target(field, MISSING), subject.target(field, FOREIGN), "x"]
        if field.many:
            wrong_lists: list[list[object]] = [[each] for each in wrong]
            wrong_lists.append([subject.target(field, 0), subject.target(field, MISSING)])
            yield from (Variant(f"reference_{wire}", {wire: each}, refused=(f"{wire} {rule}",)) for each in wrong_lists)
            return
    else:
        kind = field.references or "asset"
        rule = "pattern"
        wrong = ["not-a-platform-key", "#other#a#b", f"#{kind}##b", f"#{kind}#a#", f"#{kind}#a#b#c", f"x#{kind}#a#b"]
        wrong.append(Expression(f'"#{kind}#a#" + strings.Repeat("b", 1024)'))
    for one in wrong:
        yield Variant(f"reference_{wire}", {wire: [one] if field.many else one}, refused=(f"{wire} {rule}",))


def _misordered(subject: Subject, rule: OrderRule) -> Iterator[Variant]:
    try:
        swapped = misordered(subject.entity, rule, 0)
    except NoSample:
        return
    wire = subject.wire(rule.later)
    changes = [swapped]
    if not rule.or_equal and subject.entity.field(rule.earlier).type is subject.entity.field(rule.later).type:
        changes.append(swapped | {rule.later: swapped[rule.earlier]})
    for change in changes:
        broken = order_broken(subject, subject.values(0) | change)
        if f"{wire} order" in broken:
            yield Variant(f"order_{wire}", subject.wired(change), refused=broken)


def order_broken(subject: Subject, values: Mapping[str, object]) -> tuple[str, ...]:
    """The violations of order rules, in the order of the rules."""
    found = []
    for rule in subject.entity.rules:
        earlier, later = values.get(rule.earlier), values.get(rule.later)
        if earlier is None or later is None:
            continue
        before, after = (float(each) if isinstance(each, int | float) else str(each) for each in (earlier, later))
        if before > after or (before == after and not rule.or_equal):  # type: ignore[operator]
            found.append(f"{subject.wire(rule.later)} order")
    return tuple(found)


# ------------------------------------------------------------ what changes a stored record


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
    if field.type in PLAIN and not field.many and refusal(field, str(found).upper()) is None and field.name not in subject.entity.key:
        found = str(found).upper()
    return {subject.wire(field.name): found}


# ------------------------------------------------------------ parameters of lists


def parameters_refused(subject: Subject) -> Iterator[Variant]:
    """Values that a filter refuses."""
    for name in subject.entity.filters:
        field = subject.entity.field(name)
        for each in invalid(field):
            wrong = each.value[0] if each.element and isinstance(each.value, list) else each.value
            if (field.many and not each.element) or (each.rule == "type" and field.type not in (*NUMBERS, FieldType.BOOLEAN)):
                continue
            wire = subject.wire(name)
            yield Variant(f"{wire}_{each.rule}", {wire: parameter(wrong)}, refused=(f"{wire} {each.rule}",))


def parameter(given: object) -> str:
    """A value as the text of a parameter."""
    if isinstance(given, Expression):
        return given
    return str(given).lower() if isinstance(given, bool) else str(given)


def _whole(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number


__all__ = ["Variant", "accepted", "claimed", "go_value", "kept", "parameter", "parameters_refused", "patches", "refused", "taken", "told_apart"]
