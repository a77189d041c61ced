"""What is refused: of a record, and of the parameters of a list."""

from collections.abc import Iterator, Mapping

from backend_factory.domain.feature import Field, FieldType, OrderRule
from backend_factory.runners.blueprint.samples import NoSample, invalid, misordered
from backend_factory.runners.blueprint.test.subject import FOREIGN, MISSING, Subject
from backend_factory.runners.blueprint.test.values import GONE, NIL, Expression
from backend_factory.runners.blueprint.test.variants import Variant, parameter

_NO_TEXT = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.BOOLEAN)


def refused(subject: Subject) -> Iterator[Variant]:
    """Values that break a rule, each alone, and everything that can be missing at once."""
    required = [each for each in subject.entity.fields if each.required or each.name in subject.entity.key]
    for field in required:
        wire = subject.wire(field.name)
        yield Variant(f"missing_{wire}", {wire: GONE}, refused=(f"{wire} missing",))
        yield Variant(f"null_{wire}", {wire: NIL}, refused=(f"{wire} missing",))
    for field in subject.entity.fields:
        wire = subject.wire(field.name)
        for rule, wrong in _wrong(subject, field):
            yield Variant(f"{wire}_{rule}", {wire: wrong}, refused=(f"{wire} {rule}",))
        if field.type is FieldType.REFERENCE:
            yield from _dangling(subject, field, wire)
    for order in subject.entity.rules:
        yield from _misordered(subject, order)
    yield Variant("unknown", {"surprise": 1}, refused=("surprise unknown",))
    yield Variant("metadata", {"id": "x", "version": 7}, refused=("id unknown", "version unknown"))
    everything = {subject.wire(each.name): GONE for each in subject.entity.fields}
    names = (*(f"{subject.wire(each.name)} missing" for each in required), "another unknown", "surprise unknown")
    yield Variant("all_at_once", everything | {"surprise": 1, "another": 2}, refused=names)


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


def parameters_refused(subject: Subject) -> Iterator[Variant]:
    """Values that a filter refuses."""
    for name in subject.entity.filters:
        field = subject.entity.field(name)
        for each in invalid(field):
            wrong = each.value[0] if each.element and isinstance(each.value, list) else each.value
            if (field.many and not each.element) or (each.rule == "type" and field.type not in _NO_TEXT):
                continue
            wire = subject.wire(name)
            yield Variant(f"{wire}_{each.rule}", {wire: parameter(wrong)}, refused=(f"{wire} {each.rule}",))
