"""JSON Schemas of fields (draft 2020-12, as OpenAPI 3.1 uses it)."""

import re
from typing import Any

from backend_factory.domain.feature import FeatureModel, Field, FieldType
from backend_factory.runners.blueprint.markdown import escape

Schema = dict[str, Any]

TEXT_LENGTH, LONG_TEXT_LENGTH = 256, 4096
"""Characters, where the field says nothing else."""

KEY_LENGTH = 1024
"""Characters of a record's key: the platform's limit, and DynamoDB's for sort keys in bytes."""

ID_LENGTH = 1366
"""Characters: base64 of the longest key."""

CONTROL = "\\u0000-\\u001F\\u007F-\\u009F"
INT64 = 2**63

GREATEST = 9.9e125
"""The greatest number that DynamoDB keeps."""


def id_schema() -> Schema:
    """The id of a record."""
    return {"type": "string", "minLength": 1, "maxLength": ID_LENGTH, "pattern": "^[A-Za-z0-9_-]+$"}


def field_schema(field: Field, model: FeatureModel, *, key: bool = False) -> Schema:
    """What a caller may send for the field; `key` for one that builds the record's key."""
    schema = element_schema(field, model, key=key)
    if field.many:
        schema = {"type": "array", "maxItems": field.max_items, "uniqueItems": True, "items": schema}
    words = [escape(field.label)]
    if field.description:
        words.append(escape(field.description))
    if field.immutable or key:
        words.append("Cannot be changed.")
    if field.unique:
        words.append("No two records share it.")
    described: Schema = {"description": ". ".join(word.rstrip(".") for word in words) + ".", **schema}
    if field.default is not None:
        described["default"] = field.default
    return described


def element_schema(field: Field, model: FeatureModel, *, key: bool = False) -> Schema:
    """One value of the field, as a caller may send it."""
    if field.type is FieldType.REFERENCE:
        return _reference(field, model)
    if field.type is FieldType.CHOICE:
        return {"type": "string", "enum": list(field.choices)}
    if field.type in {FieldType.INTEGER, FieldType.DECIMAL}:
        return _number(field)
    if field.type is FieldType.BOOLEAN:
        return {"type": "boolean"}
    return _narrowed(_text(field, key=key), field)


def _text(field: Field, *, key: bool) -> Schema:
    if field.type not in {FieldType.TEXT, FieldType.LONG_TEXT}:
        return {"type": "string", **_SHAPES[field.type]}
    long = field.type is FieldType.LONG_TEXT
    refused = ("\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F" if long else CONTROL) + ("#" if key else "")
    return {
        "type": "string",
        "minLength": int(field.required or key),
        "maxLength": LONG_TEXT_LENGTH if long else TEXT_LENGTH,
        "pattern": f"^[^{refused}]*$",
    }


def _narrowed(schema: Schema, field: Field) -> Schema:
    """With the limits that the field itself states."""
    if field.min_length is not None:
        schema["minLength"] = field.min_length
    if field.max_length is not None:
        schema["maxLength"] = field.max_length
    if field.pattern is None:
        return schema
    whole = f"^(?:{field.pattern})$"
    if _portable(whole):
        return {**schema, "allOf": [{"pattern": whole}]}
    return {**schema, "$comment": "The value must also match an RE2 expression that JSON Schema cannot say."}


def _portable(pattern: str) -> bool:
    """JSON Schema's expressions are ECMAScript's: they have neither flags in groups nor \\A, \\z, \\Q and classes by [:name:]."""
    if re.search(r"\(\?[imsU-]|\\[AzQEpPC]|\[\[?:", pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _number(field: Field) -> Schema:
    whole = field.type is FieldType.INTEGER
    low, high = field.minimum, field.maximum
    return {
        **({"type": "integer", "format": "int64"} if whole else {"type": "number", "format": "double"}),
        "minimum": _plain(low) if low is not None else -INT64 if whole else -GREATEST,
        "maximum": _plain(high) if high is not None else INT64 - 1 if whole else GREATEST,
    }


def _reference(field: Field, model: FeatureModel) -> Schema:
    if any(entity.name == field.references for entity in model.entities):
        return id_schema()
    name = re.escape(field.references or "asset")
    return {"type": "string", "maxLength": KEY_LENGTH, "pattern": f"^#{name}#[^#{CONTROL}]+#[^#{CONTROL}]+$"}


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number


_SHAPES: dict[FieldType, Schema] = {
    FieldType.TIMESTAMP: {"format": "date-time", "maxLength": 40},
    FieldType.DATE: {"format": "date", "maxLength": 10},
    FieldType.EMAIL: {"format": "email", "maxLength": 254},
    FieldType.URL: {"format": "uri", "pattern": "^https?://", "maxLength": 2048},
    FieldType.IP_ADDRESS: {"maxLength": 45, "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]},
    FieldType.HOSTNAME: {"format": "hostname", "minLength": 1, "maxLength": 253},
    FieldType.CVE: {"pattern": "^[Cc][Vv][Ee]-[0-9]{4}-[0-9]{4,19}$", "maxLength": 28},
}
