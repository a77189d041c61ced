"""How an entity's records are kept: index attributes, claims to unique values, matches of correlations, references."""

from collections.abc import Iterator
from dataclasses import dataclass

from backend_factory.domain.deliverable import Plan
from backend_factory.domain.feature import FieldType, Operation
from backend_factory.runners.blueprint.golang.literal import go_string
from backend_factory.runners.blueprint.golang.view import EntityView, FieldView


@dataclass(frozen=True)
class Entry:
    """Something that a record has, if the condition holds; no condition: always."""

    name: str
    value: str
    """A Go expression."""
    given: str = ""


@dataclass(frozen=True)
class ReferenceView:
    """A field that holds ids of records of `target`."""

    wire: str
    ids: str
    """Go expression of type []string."""
    target: EntityView


def attributes(plan: Plan, view: EntityView) -> tuple[Entry, ...]:
    """What the indexes need of a record, besides its own members."""
    return tuple(_attributes(plan, view))


def pairs(plan: Plan) -> Iterator[tuple[int, str, str, str, str]]:
    """Number over all correlations, left entity, its field, right entity, its field."""
    number = 0
    for correlation in plan.model.correlations:
        for pair in correlation.keys:
            number += 1
            yield number, correlation.left, pair.left, correlation.right, pair.right


def _attributes(plan: Plan, view: EntityView) -> Iterator[Entry]:
    name = go_string(view.entity.name)
    if Operation.LIST in view.entity.operations:
        yield Entry("table.ScopeAttribute", f"t.Scope({name})")
        for place, sort in enumerate(view.entity.sorts, start=1):
            field = view.field(sort)
            yield Entry(go_string(f"sort{place}"), _ordered(field), field.given)
    for number, left, left_field, right, right_field in pairs(plan):
        for entity, own in dict.fromkeys(((left, left_field), (right, right_field))):
            if entity == view.entity.name:
                field = view.field(own)
                yield Entry(go_string(f"match{number}"), f"t.Match({name}, {_text(field)})", _filled(field))


def matches(plan: Plan, view: EntityView, other: EntityView) -> tuple[Entry, ...]:
    """What records of `other` that belong to a record of `view` hold: attribute of the index and value."""
    found: list[Entry] = []
    for number, left, left_field, right, right_field in pairs(plan):
        for one, own, two in ((left, left_field, right), (right, right_field, left)):
            if (one, two) == (view.entity.name, other.entity.name):
                field = view.field(own)
                entry = Entry(go_string(f"match{number}"), _text(field), _filled(field))
                if entry not in found:
                    found.append(entry)
    return tuple(found)


def claims(view: EntityView) -> tuple[Entry, ...]:
    """The values that no two records share."""
    return tuple(Entry(go_string(field.wire), _text(field), field.given) for field in view.fields if field.field.unique)


def references(view: EntityView, others: tuple[EntityView, ...]) -> tuple[ReferenceView, ...]:
    """The fields that refer to records of the feature."""
    by_name = {other.entity.name: other for other in others}
    return tuple(
        ReferenceView(field.wire, _ids(field), by_name[field.field.references])
        for field in view.fields
        if field.field.type is FieldType.REFERENCE and field.field.references in by_name
    )


def _ids(field: FieldView) -> str:
    if field.many:
        return f"r.{field.go}"
    return f"rules.Given(r.{field.go})" if field.optional else f"[]string{{r.{field.go}}}"


def _ordered(field: FieldView) -> str:
    match field.field.type:
        case FieldType.INTEGER:
            return f"table.OrderInteger({field.value})"
        case FieldType.DECIMAL:
            return f"table.OrderDecimal({field.value})"
        case FieldType.TIMESTAMP | FieldType.DATE:
            return field.value
        case _:
            return f"table.Order({field.value})"


def _text(field: FieldView) -> str:
    match field.scalar:
        case "int64":
            return f"strconv.FormatInt({field.value}, 10)"
        case "float64":
            return f"strconv.FormatFloat({field.value}, 'f', -1, 64)"
        case "bool":
            return f"strconv.FormatBool({field.value})"
        case _:
            return field.value


def _filled(field: FieldView) -> str:
    """The condition that there is a value that can be equal to another: an empty text is none."""
    empty = field.scalar == "string" and field.field.type in (FieldType.TEXT, FieldType.LONG_TEXT) and not field.field.required
    return " && ".join(part for part in (field.given, f'{field.value} != ""' if empty else "") if part)
