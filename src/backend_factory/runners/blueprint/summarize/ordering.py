"""What comes before what: rules between two fields, and fields that lists are sorted by."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.domain.feature import FieldType, Origin
from backend_factory.runners.blueprint.summarize.kinds import add_text_field, decide_type, find_field, in_words
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, FieldSketch, Sketch, refuse

T = FieldType


_SORTABLE = frozenset(
    {T.TEXT, T.INTEGER, T.DECIMAL, T.TIMESTAMP, T.DATE, T.EMAIL, T.HOSTNAME, T.IP_ADDRESS, T.CVE, T.CHOICE, T.URL}
)


_ORDERED = frozenset({T.TIMESTAMP, T.DATE, T.INTEGER, T.DECIMAL})


_PAIRS = (
    ("start", "end"),
    ("starts", "ends"),
    ("begin", "end"),
    ("from", "to"),
    ("from", "until"),
    ("opens", "closes"),
    ("open", "close"),
    ("minimum", "maximum"),
    ("min", "max"),
)


def decide_orders(entity: EntitySketch, sketch: Sketch) -> None:
    """Check the stated orders and add those that pairs such as start and end imply."""
    for earlier, later, _ in entity.orders:
        for name in (earlier, later):
            field = entity.fields.get(name)
            if field is None or field.many or field.type not in _ORDERED:
                label = field.label if field else name
                refuse(
                    sketch,
                    label,
                    "Two times, dates or numbers to put in order.",
                    f"{label} is no time, date or number.",
                    f"What kind of value is {label}?",
                )
    stated = {frozenset(order[:2]) for order in entity.orders}
    for one in entity.fields.values():
        other = _partner(one, entity)
        if other and one.type is other.type and one.type in _ORDERED and frozenset((one.name, other.name)) not in stated:
            or_equal = one.type is not T.TIMESTAMP
            entity.orders.append((one.name, other.name, or_equal))
            entity.assumed_orders.add((one.name, other.name))
            sketch.assume(
                f"The {one.label} of a {entity.label} comes before its {other.label}{' or is equal to it' if or_equal else ''}."
            )


def _partner(one: FieldSketch, entity: EntitySketch) -> FieldSketch | None:
    for first, second in _PAIRS:
        swapped = re.sub(rf"\b{first}\b", second, one.label)
        if swapped != one.label:
            found = next((f for f in entity.fields.values() if f.label == swapped), None)
            if found and not one.many and not found.many:
                return found
    return None


def decide_sorts(entity: EntitySketch, sketch: Sketch) -> None:
    """Turn the stated sorts into field names: at most two, of short values that every record has."""
    names: list[str] = []
    for label in entity.sorts:
        field = find_field(entity, label) or wished(entity, label, "sorted", sketch)
        if _can_sort(field, label, entity, sketch) and field.name not in names:
            names.append(field.name)
    if len(names) > 2:
        refuse(
            sketch, entity.sorts[2], "At most two fields to sort by, besides the times of creation and change.", f"{len(names)} fields are named.",
            f"By which two fields should {entity.plural} be sorted?", unsupported=True,
        )  # fmt: skip
    if names:
        said = " and ".join(entity.fields[name].label for name in names)
        sketch.assume(
            f"Lists of {entity.plural} come in the order of creation unless sorting by {said}, rising or falling, is asked for."
        )
    entity.sorts = names


def _can_sort(field: FieldSketch, label: str, entity: EntitySketch, sketch: Sketch) -> bool:
    if field.type not in _SORTABLE or field.many or (field.type is T.TEXT and (field.max_length or 0) > 256):
        refuse(
            sketch, label, "A single short value to sort by.", f"{field.label} is {in_words(field)}.",
            f"By what else should {entity.plural} be sorted?", unsupported=True,
        )  # fmt: skip
        return False
    if field.required is False or field.default is not None:
        refuse(
            sketch, label, "A value that every record has.", f"{field.label} may be left out.",
            f"Shall {field.label} be required, or shall {entity.plural} not be sorted by it?",
        )  # fmt: skip
        return False
    if field.required is None:
        field.required = field.sorted_by = True
        sketch.assume(f"Lists are sorted by {field.label}, so every {entity.label} has one.")
    if field.type is T.CHOICE:
        sketch.assume(f"Sorting by {field.label} goes by the letters of its values.")
    return True


def wished(entity: EntitySketch, label: str, why: str, sketch: Sketch) -> FieldSketch:
    """A field that lists are to be narrowed or sorted by and that nothing else names."""
    field = add_text_field(entity, label, Origin.ASSUMED)
    decide_type(field, entity, sketch)
    sketch.assume(f"Lists of {entity.plural} are {why} by {label}, so {label} is a field ({in_words(field)}).")
    return field
