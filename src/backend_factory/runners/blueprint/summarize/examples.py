"""Concrete values for criteria, in words: one that a field takes, one that it refuses."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

from backend_factory.domain.feature import Entity, Field, FieldType

T = FieldType
_GOOD = {
    T.BOOLEAN: "true", T.TIMESTAMP: "2026-03-01T09:00:00Z", T.DATE: "2026-03-01", T.EMAIL: "ada@example.com", T.URL: "https://example.com/a",
    T.IP_ADDRESS: "192.0.2.10", T.HOSTNAME: "web-1.example.com", T.CVE: "CVE-2024-12345", T.LONG_TEXT: "First line", T.DECIMAL: "12.5", T.INTEGER: "7",
}  # fmt: skip
_BAD = {
    T.BOOLEAN: "“maybe”", T.TIMESTAMP: "“tomorrow”", T.DATE: "“2026-02-30”", T.EMAIL: "“nobody”", T.URL: "“not a web address”",
    T.IP_ADDRESS: "“300.1.1.1”", T.HOSTNAME: "“not a host!”", T.CVE: "“CVE-1”", T.INTEGER: "“seven”", T.DECIMAL: "“seven”",
    T.TEXT: "a number instead of a text", T.LONG_TEXT: "a number instead of a text", T.REFERENCE: "a number instead of a reference",
}  # fmt: skip


def good(field: Field) -> str:
    """A value that the field takes, as it reads in a sentence."""
    if field.choices:
        value = f"“{field.choices[0]}”"
    elif field.type is T.REFERENCE:
        value = f"an existing {(field.references or '').replace('_', ' ')}"
    elif field.type in (T.INTEGER, T.DECIMAL) and (field.minimum is not None or field.maximum is not None):
        value = f"{field.minimum if field.minimum is not None else field.maximum:g}"
    elif field.type is T.TEXT:
        value = f"a text matching {field.pattern}" if field.pattern else f"“{field.label} 1”"
    else:
        value = _GOOD[field.type]
    return f"a list with {value}" if field.many else value


def bad(field: Field) -> str:
    """A value that the field refuses, as it reads in a sentence."""
    if field.many:
        return (
            f"one value {_one_bad(field)}"
            if field.type not in (T.TEXT, T.LONG_TEXT)
            else f"a list of {field.max_items + 1} values"
        )
    return _one_bad(field)


def _one_bad(field: Field) -> str:
    if field.choices:
        return "“none-of-these”"
    if field.type in (T.INTEGER, T.DECIMAL) and field.maximum is not None:
        return f"{field.maximum + 1:g}"
    if field.type in (T.INTEGER, T.DECIMAL) and field.minimum is not None:
        return f"{field.minimum - 1:g}"
    if field.pattern:
        return f"a text that does not match {field.pattern}"
    if field.type in (T.TEXT, T.LONG_TEXT) and field.max_length is not None:
        return f"a text of {field.max_length + 1:,} characters"
    return _BAD[field.type]


def record(entity: Entity) -> str:
    """A whole record by its required fields: `name “name 1”, start 2026-...`."""
    parts = [f"{f.label} {good(f)}" for f in entity.fields if f.required]
    return ", ".join(parts) or "no fields at all"
