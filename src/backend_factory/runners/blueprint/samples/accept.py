"""Whether one value satisfies the rules of its field, and if not, which rule it breaks."""

import ipaddress
import math
import re
from collections.abc import Callable
from datetime import date, datetime

from backend_factory.domain.feature import Field, FieldType
from backend_factory.runners.blueprint.samples.pattern import compiled

LENGTHS = {FieldType.TEXT: 256, FieldType.LONG_TEXT: 4096}
"""Most characters where the field states none."""

_INT64 = 2**63
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOSTNAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*", re.IGNORECASE)
_EMAIL = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(\.{_LABEL})+", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s/?#]+[^\s]*")
_CVE = re.compile(r"CVE-\d{4}-\d{4,}", re.IGNORECASE)
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def refusal(field: Field, value: object) -> str | None:
    """The rule (a `rule` of the problem body) that one value breaks first, or None. For `many` fields: of one element."""
    if field.type is FieldType.BOOLEAN:
        return None if isinstance(value, bool) else "type"
    if field.type in (FieldType.INTEGER, FieldType.DECIMAL):
        return _number(field, value)
    if not isinstance(value, str):
        return "type"
    return _string(field, value)


def _number(field: Field, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return "type"
    if field.type is FieldType.INTEGER and not (float(value).is_integer() and -_INT64 <= value < _INT64):
        return "type"
    if field.minimum is not None and value < field.minimum:
        return "minimum"
    return "maximum" if field.maximum is not None and value > field.maximum else None


def _string(field: Field, value: str) -> str | None:
    if field.type is FieldType.CHOICE:
        return None if value in field.choices else "choice"
    allowed = "\n\t" if field.type is FieldType.LONG_TEXT else ""
    if any((ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0) and c not in allowed for c in value):
        return "format"
    if (parse := _FORMATS.get(field.type)) is not None and not parse(value):
        return "format"
    if not _least(field) <= len(value) <= (field.max_length or LENGTHS.get(field.type, 4096)):
        return "length"
    if field.pattern is not None and not compiled(field.pattern).fullmatch(value):
        return "pattern"
    return None


def _least(field: Field) -> int:
    return field.min_length if field.min_length is not None else int(field.required)


def _parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def does(value: str) -> bool:
        try:
            parse(value)
        except ValueError:
            return False
        return True

    return does


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.fullmatch(value) is not None


def _timestamp(value: str) -> None:
    if not _TIMESTAMP.fullmatch(value):
        raise ValueError
    datetime.fromisoformat(value.upper())


_FORMATS: dict[FieldType, Callable[[str], bool]] = {
    FieldType.TIMESTAMP: _parses(_timestamp),
    FieldType.DATE: lambda v: len(v) == 10 and _parses(date.fromisoformat)(v),
    FieldType.EMAIL: _matches(_EMAIL),
    FieldType.URL: _matches(_URL),
    FieldType.IP_ADDRESS: _parses(ipaddress.ip_address),
    FieldType.HOSTNAME: _matches(_HOSTNAME),
    FieldType.CVE: _matches(_CVE),
}
