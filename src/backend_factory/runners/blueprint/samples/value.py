"""Valid values: any number of distinct ones per field, in the form in which the feature keeps them."""

import ipaddress
from collections.abc import Callable
from datetime import date, datetime, timedelta
from math import ceil, floor

from backend_factory.domain.feature import Field, FieldType, Scalar
from backend_factory.runners.blueprint.samples.accept import LENGTHS, refusal
from backend_factory.runners.blueprint.samples.pattern import matching

MANY = 1000
"""Distinct values that a field without narrow limits is good for."""

_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_NUMBERS_FROM = 1


class NoSample(ValueError):
    """No valid value can be made up for a field; `needed` says what would help."""

    def __init__(self, field: str, needed: str) -> None:
        super().__init__(f"{field}: {needed}")
        self.field = field
        self.needed = needed


def capacity(field: Field) -> int:
    """How many distinct values `value` has for the field, at most `MANY`; 0 where it has none."""
    match field.type:
        case FieldType.BOOLEAN:
            return 2
        case FieldType.CHOICE:
            return len(field.choices)
        case FieldType.INTEGER | FieldType.DECIMAL:
            low, high, step = scale(field)
            return min(MANY, floor((high - low) / step) + 1) if high >= low else 0
        case FieldType.TEXT | FieldType.LONG_TEXT if field.pattern is not None:
            return len(matching(field.pattern, *_lengths(field)))
        case FieldType.TEXT | FieldType.LONG_TEXT:
            low_length, high_length = _lengths(field)
            return min(MANY, 36 ** min(high_length, 3)) if 1 <= high_length >= low_length else 0
        case _:
            return MANY


def value(field: Field, n: int) -> Scalar:
    """The n-th valid value (of one element where the field is `many`); distinct for n below `capacity`.

    Raises NoSample where there is none. Values of numbers, dates, timestamps and free text ascend with n. The value of a
    reference is a platform key; references to records of the feature are for the caller, who knows their ids.
    """
    if not (held := capacity(field)):
        raise NoSample(field.name, "limits that some value satisfies, and a pattern of the common RE2 subset")
    made = _MAKERS[field.type](field, n % held)
    if field.type is not FieldType.REFERENCE and (rule := refusal(field, made)) is not None:
        raise NoSample(field.name, f"a value that satisfies its rule {rule!r} together with its type")
    return made


def scale(field: Field) -> tuple[float, float, float]:
    """Lowest, highest and step of the numbers taken for a field."""
    low, high = field.minimum, field.maximum
    if low is None:
        low = min(_NUMBERS_FROM, high - MANY) if high is not None and high < _NUMBERS_FROM + MANY else _NUMBERS_FROM
        low = max(low, 0) if high is not None and high >= 0 else low
    if high is None:
        high = low + MANY
    if field.type is FieldType.INTEGER:
        return ceil(low), floor(high), 1
    step = 1.0
    while high > low and step * 16 > high - low:
        step /= 2
    return low, high, step


def _lengths(field: Field) -> tuple[int, int]:
    least = field.min_length if field.min_length is not None else int(field.required)
    return least, field.max_length if field.max_length is not None else LENGTHS[field.type]


def _stem(field: Field) -> str:
    return "".join(c if c in _BASE36 else "-" for c in field.name.lower())[:40].strip("-") or "field"


def _number(field: Field, n: int) -> Scalar:
    low, _, step = scale(field)
    made = low + n * step
    return int(made) if float(made).is_integer() else made


def _text(field: Field, n: int) -> Scalar:
    least, most = _lengths(field)
    if field.pattern is not None:
        return matching(field.pattern, least, most)[n]
    digits = "".join(_BASE36[n // 36**i % 36] for i in reversed(range(min(3, most))))
    if most < 6:
        return digits.ljust(least, "x")
    return f"{_stem(field)[: most - 4]}-{digits}".ljust(least, "x")


def _key(field: Field, n: int) -> Scalar:
    return f"#{field.references or 'asset'}#host-{n:03d}.example.com#{_stem(field)}-{n:03d}"


_MAKERS: dict[FieldType, Callable[[Field, int], Scalar]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.INTEGER: _number,
    FieldType.DECIMAL: _number,
    FieldType.BOOLEAN: lambda field, n: n % 2 == 0,
    FieldType.TIMESTAMP: lambda field, n: moment(n, 0),
    FieldType.DATE: lambda field, n: day(n, 0),
    FieldType.EMAIL: lambda field, n: f"{_stem(field)}-{n:03d}@example.com",
    FieldType.URL: lambda field, n: f"https://example.com/{_stem(field)}/{n:03d}",
    FieldType.IP_ADDRESS: lambda field, n: str(ipaddress.ip_address("192.0.2.1" if n < 254 else "10.0.0.1") + n),
    FieldType.HOSTNAME: lambda field, n: f"{_stem(field)}-{n:03d}.example.com",
    FieldType.CVE: lambda field, n: f"CVE-2026-{10000 + n}",
    FieldType.CHOICE: lambda field, n: field.choices[n],
    FieldType.REFERENCE: _key,
}


def moment(n: int, rank: int) -> str:
    """A timestamp as the feature stores it: a day later for each n, an hour later for each rank."""
    at = datetime(2030, 1, 1, 8) + timedelta(days=n, hours=rank)
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def day(n: int, rank: int) -> str:
    """A date: 16 days later for each n, a day later for each rank."""
    return (date(2030, 1, 1) + timedelta(days=16 * n + rank)).isoformat()
