"""Invalid values: for each rule of a field, a value that breaks it and no other rule."""

from collections.abc import Iterator
from typing import cast

from pydantic import JsonValue

from backend_factory.domain.feature import Field, FieldType
from backend_factory.domain.model import Record
from backend_factory.runners.blueprint.samples.accept import LENGTHS, refusal
from backend_factory.runners.blueprint.samples.value import capacity, value

_WRONG_FORMS = {
    FieldType.TIMESTAMP: ("yesterday", "2030-02-30T08:00:00Z"),
    FieldType.DATE: ("tomorrow", "2030-02-30"),
    FieldType.EMAIL: ("not-an-address",),
    FieldType.URL: ("ftp://example.com/file",),
    FieldType.IP_ADDRESS: ("999.0.2.1",),
    FieldType.HOSTNAME: ("not a host name",),
    FieldType.CVE: ("CVE-26-1",),
}


class Invalid(Record):
    """A value that a field refuses."""

    rule: str
    """As in the problem body: type, choice, minimum, maximum, length, pattern, format, items, duplicate."""
    value: JsonValue
    """What to send for the field, a list where the field is `many` (unless the rule is about that)."""
    why: str
    """In words: "one above the maximum"."""
    element: bool = False
    """It is about an element of a `many` field."""


def invalid(field: Field) -> tuple[Invalid, ...]:
    """All the kinds of invalid values of a field, the most telling first, leaving out `missing` and `reference`."""
    single = tuple(each for each in _single(field) if _breaks_only(field, each))
    if not field.many:
        return single
    elements = tuple(Invalid(rule=e.rule, value=[e.value], why=e.why, element=True) for e in single)
    return elements + tuple(_lists(field))


def _single(field: Field) -> Iterator[Invalid]:
    if field.type is FieldType.CHOICE:
        yield Invalid(rule="choice", value="no-such-choice", why="not one of the choices")
    if field.minimum is not None:
        yield Invalid(rule="minimum", value=_whole(field.minimum - 1), why="one below the minimum")
    if field.maximum is not None:
        yield Invalid(rule="maximum", value=_whole(field.maximum + 1), why="one above the maximum")
    for form in _WRONG_FORMS.get(field.type, ()):
        yield Invalid(rule="format", value=form, why=f"not a valid {field.type.value.replace('_', ' ')}")
    yield from _texts(field)
    wrong = "seven" if field.type in (FieldType.INTEGER, FieldType.DECIMAL, FieldType.BOOLEAN) else 7
    yield Invalid(rule="type", value=wrong, why="a value of another type")


def _texts(field: Field) -> Iterator[Invalid]:
    if field.type not in LENGTHS:
        return
    most = field.max_length or LENGTHS[field.type]
    if field.pattern is not None:
        for text in ("~", "~~~~", "no match!", "~" * max(field.min_length or 1, 1)):
            if refusal(field, text) == "pattern":
                yield Invalid(rule="pattern", value=text, why="does not match the pattern")
                break
    else:
        yield Invalid(rule="length", value="x" * (most + 1), why="one character too long")
        if (field.min_length or 0) > 1:
            yield Invalid(rule="length", value="x" * ((field.min_length or 0) - 1), why="one character too short")
        padding = "x" * max((field.min_length or 1) - 1, 1)
        yield Invalid(rule="format", value=f"{padding}\u0007", why="holds a control character")


def _lists(field: Field) -> Iterator[Invalid]:
    if field.type is FieldType.REFERENCE:
        return
    one = cast(JsonValue, value(field, 0))
    yield Invalid(rule="type", value=one, why="one value instead of a list")
    if field.max_items > 1:
        yield Invalid(rule="duplicate", value=[one, one], why="the same value twice")
    if field.max_items < min(capacity(field), 200):
        too_many = cast(JsonValue, [value(field, n) for n in range(field.max_items + 1)])
        yield Invalid(rule="items", value=too_many, why="one value too many")


def _breaks_only(field: Field, candidate: Invalid) -> bool:
    return refusal(field, candidate.value) == candidate.rule


def _whole(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number
