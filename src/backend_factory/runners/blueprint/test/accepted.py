"""What is accepted: values at the limits, other spellings of a value, defaults, and what may be left out."""

from collections.abc import Iterator

from backend_factory.domain.feature import Field, FieldType, OrderRule
from backend_factory.runners.blueprint.samples import capacity, refusal, value
from backend_factory.runners.blueprint.test.refused import order_broken
from backend_factory.runners.blueprint.test.subject import Subject
from backend_factory.runners.blueprint.test.values import GONE, NIL, Expression
from backend_factory.runners.blueprint.test.variants import Variant


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


def _whole(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number
