"""The values of a field that takes one of a few: listed, slashed, or from the first to the last."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.domain.feature import FieldType
from backend_factory.runners.blueprint.summarize.sketch import FieldSketch

BE = r"(?:is |are |be |must be |should be |can be |may be |has to be |needs to be |being |as )?"
"""How a statement about a value may begin."""
_WORD = r"(?:\"[^\"]+\"|'[^']+'|`[^`]+`|[\w.+-]+(?: (?!or\b|and\b)[\w.+-]+){0,2})"
_VALUES = rf"(?P<values>{_WORD}(?:\s*(?:,|/|\||\bor\b|\band\b)\s*(?:or\s+|and\s+)?{_WORD})+)"
_LONGEST_SPAN = 20

_CHOICE_FACETS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:which |that )?{BE}(?:with (?:the )?values?|(?:an? |the )?(?:(?:exactly |only )?one of|either|enum(?:eration)?(?: of)?|choice (?:of|between)|(?:possible |allowed |valid )?(?:values|options|choices)(?: are| is)?))(?: the following| these)?(?: values)?:?\s*\(?\s*{_VALUES}\s*\)?",
        rf"(?:is|are|can be|can only be|may be|must be|being) (?P<values>{_WORD}(?:\s*,\s*{_WORD})*,?\s+or\s+{_WORD})(?=$)",
    )
)  # fmt: skip
_SLASHED = re.compile(
    r"(?:^|(?<=\s)|(?<=\()|(?<=:))(?P<values>[\w-]+(?:\s?[/|]\s?[\w-]+(?: [\w-]+){0,2}(?=\s?[/|]))*\s?[/|]\s?[\w-]+(?: (?!required|optional|unique|mandatory|default|and\b|or\b|with\b|immutable|not\b|by\b)[\w-]+(?=\s*(?:$|[,;()]|\bdefault)))?)",
    re.IGNORECASE,
)
_NOT_CHOICES = re.compile(r"^(?:yes|no|true|false|on|off|date|time|and|or|https?|tcp|v4|v6|ipv4|ipv6|url|uri)$", re.IGNORECASE)
_SPAN = re.compile(
    r"(?:\b(?:from|between|of) )?(?<![\w-])(?P<stem>[A-Z]{1,3})(?P<low>\d{1,2}) ?(?:to|and|-|until|through) ?(?P=stem)(?P<high>\d{1,2})(?![\w-])"
)
_LETTERS = re.compile(r"\b(?:from|between) (?P<low>[A-Z]) (?:to|and|until|through) (?P<high>[A-Z])(?![\w-])")


def values_in(text: str) -> tuple[str, ...]:
    """The values of a list such as `low, medium or high` or `low/medium/high`, each once, in order."""
    parts = re.split(r"\s*(?:,|/|\||\bor\b|\band\b)\s*(?:or\s+|and\s+)?", text)
    values = (part.strip().strip("\"'`") for part in parts)
    return tuple(dict.fromkeys(v for v in values if v))


def take_choices(rest: str, field: FieldSketch) -> str:
    """Take the values out of `rest` into `field`, where it names some; return the words left."""
    rest = _take_span(rest, field)
    if field.choices:
        return rest
    stripped = rest.rstrip()
    for pattern in _CHOICE_FACETS:
        found = pattern.search(_before_default(stripped))
        if found and len(values_in(found.group("values"))) >= 2 and not _speaks(found.group("values")):
            _choose(field, found)
            return f"{stripped[: found.start()]} {stripped[found.end() :]} "
    slashed = _SLASHED.search(rest)
    if slashed and not any(_NOT_CHOICES.match(v) or v.isdigit() for v in values_in(slashed.group("values"))):
        _choose(field, slashed)
        return f"{rest[: slashed.start()]} {rest[slashed.end() :]}"
    return rest


def _take_span(text: str, field: FieldSketch) -> str:
    """Read "P1 to P4" and "from A to F" as the values between."""
    if (found := _SPAN.search(text)) and 0 < int(found["high"]) - int(found["low"]) < _LONGEST_SPAN:
        values = tuple(f"{found['stem']}{n}" for n in range(int(found["low"]), int(found["high"]) + 1))
    elif (found := _LETTERS.search(text)) and found["low"] < found["high"]:
        values = tuple(chr(n) for n in range(ord(found["low"]), ord(found["high"]) + 1))
    else:
        return text
    field.choices, field.type = values, FieldType.CHOICE
    return f"{text[: found.start()]} {text[found.end() :]}"


def _choose(field: FieldSketch, match: re.Match[str]) -> None:
    field.choices, field.type = values_in(match.group("values")), FieldType.CHOICE


def _before_default(text: str) -> str:
    """The text up to where a default is named, for a list of values ends there."""
    cut = re.search(
        r"[,;(]?\s*(?:and |which |with )?(?:a |the )?(?:default|by default|required|optional|mandatory)", text, re.IGNORECASE
    )
    return text[: cut.start()] if cut and cut.start() > 12 else text


def _speaks(values: str) -> bool:
    return bool(
        re.search(
            r"\b(?:must|by|than|after|before|required|optional|unique|between|immutable|changed|deleted|updated|created|\d+ characters)\b",
            values,
            re.IGNORECASE,
        )
    )
