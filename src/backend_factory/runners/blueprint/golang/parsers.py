"""Which parser reads a field: a Go expression made of the input package's parsers."""

from collections.abc import Callable
from math import ceil, floor

from backend_factory.domain.feature import Field, FieldType
from backend_factory.runners.blueprint.golang.literal import go_scalar, go_string

GO_TYPES = {FieldType.INTEGER: "int64", FieldType.DECIMAL: "float64", FieldType.BOOLEAN: "bool"}
"""All others are strings, kept in their canonical form."""

FORMATS = {
    FieldType.INTEGER: "input.Integer",
    FieldType.DECIMAL: "input.Decimal",
    FieldType.BOOLEAN: "input.Boolean",
    FieldType.TIMESTAMP: "input.Timestamp",
    FieldType.DATE: "input.Date",
    FieldType.EMAIL: "input.Email",
    FieldType.URL: "input.URL",
    FieldType.IP_ADDRESS: "input.IPAddress",
    FieldType.HOSTNAME: "input.Hostname",
    FieldType.CVE: "input.CVE",
}

LENGTHS = {FieldType.TEXT: 256, FieldType.LONG_TEXT: 4096}
"""Most characters where the field states none."""

WITHOUT_SEPARATOR = frozenset({FieldType.HOSTNAME, FieldType.IP_ADDRESS, FieldType.CVE, FieldType.DATE, FieldType.TIMESTAMP})
"""Types whose values never hold the separator of keys."""

MAX_ID = 1366
"""Characters: the longest key, 1,024 bytes, in base64url."""

CHOICES_WIDTH = 90
CHOICES_A_ROW = 5

_INT64 = 2**63


def scalar(field: Field) -> str:
    """The Go type of one value."""
    return GO_TYPES.get(field.type, "string")


def parser(field: Field, *, known: frozenset[str], key: bool, pattern: str) -> str:
    """The expression. `known` are the feature's entities, `key` says that the field is part of the record's key,
    `pattern` is the Go variable that holds the compiled pattern, where the field has one."""
    found = _limited(field, _base(field, known))
    if field.pattern is not None:
        found = f"input.Matching({pattern}, {found})"
    if key and field.type not in WITHOUT_SEPARATOR:
        found = f"input.KeyPart({found})"
    return found


def longest(field: Field) -> int:
    """The most bytes that a value has in UTF-8."""
    if field.type in WITHOUT_SEPARATOR:
        return 253
    return 4 * (field.max_length or LENGTHS.get(field.type, 4096))


def _base(field: Field, known: frozenset[str]) -> str:
    match field.type:
        case FieldType.TEXT | FieldType.LONG_TEXT:
            name = "input.Text" if field.type is FieldType.TEXT else "input.LongText"
            return f"{name}({_least(field)}, {field.max_length or LENGTHS[field.type]})"
        case FieldType.CHOICE:
            return f"input.Choice({_choices(field)})"
        case FieldType.REFERENCE if field.references is None or field.references in known:
            return f"input.Text(1, {MAX_ID})"
        case FieldType.REFERENCE:
            return f"input.PlatformKey({go_string(str(field.references))})"
        case _:
            return FORMATS[field.type]


def _choices(field: Field) -> str:
    """The values on one line, or in rows where they are many."""
    line = ", ".join(go_string(choice) for choice in field.choices)
    if len(line) <= CHOICES_WIDTH:
        return line
    rows = (field.choices[at : at + CHOICES_A_ROW] for at in range(0, len(field.choices), CHOICES_A_ROW))
    return "".join("\n\t\t" + " ".join(f"{go_string(choice)}," for choice in row) for row in rows) + "\n\t"


def _limited(field: Field, found: str) -> str:
    if field.type in (FieldType.INTEGER, FieldType.DECIMAL):
        if (least := _bound(field, field.minimum, ceil)) is not None:
            found = f"input.AtLeast({least}, {found})"
        if (most := _bound(field, field.maximum, floor)) is not None:
            found = f"input.AtMost({most}, {found})"
        return found
    stated = field.min_length is not None or field.max_length is not None
    if stated and field.type in FORMATS and field.type is not FieldType.BOOLEAN:
        return f"input.Sized({found}, {_least(field)}, {field.max_length or 4096})"
    return found


def _bound(field: Field, limit: float | None, whole: Callable[[float], int]) -> str | None:
    """The literal of a limit, or None where every number satisfies it."""
    if limit is None:
        return None
    if field.type is FieldType.DECIMAL:
        return go_scalar(limit, field.type)
    number = whole(limit)
    return str(number) if -_INT64 < number < _INT64 - 1 else None


def _least(field: Field) -> int:
    return field.min_length if field.min_length is not None else int(field.required)
