"""Whether one expectation holds of an answer's body or headers."""

import json
from collections.abc import Callable, Mapping
from itertools import pairwise

from pydantic import JsonValue

from backend_factory.domain.scenario import Expectation
from backend_factory.gates.scenario.pointer import MISSING, Missing, resolve

SHOWN = 300
"""Characters of what was seen that a mismatch repeats."""


def unmet(expectation: Expectation, body: JsonValue | Missing, headers: Mapping[str, str]) -> str | None:
    """What was seen instead, or None where the expectation holds. A body that is missing meets no expectation about a body.

    Names of headers are in lower case.
    """
    at: JsonValue | Missing
    if expectation.header:
        at = headers.get(expectation.header.lower(), MISSING)
    elif isinstance(body, Missing):
        return "a body that is not JSON"
    else:
        at = resolve(body, expectation.at)
    if _TESTS[expectation.test](at, expectation.value):
        return None
    return shown(at)


def described(expectation: Expectation) -> str:
    """ "/errors contains {"field": "dns"}"."""
    parts = [f"header {expectation.header}" if expectation.header else expectation.at or "the body", expectation.test]
    if expectation.test not in ("absent", "present"):
        parts.append(shown(expectation.value))
    return " ".join(parts)


def shown(value: JsonValue | Missing) -> str:
    """A value in short."""
    if isinstance(value, Missing):
        return "nothing there"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def same(one: JsonValue | Missing, other: JsonValue) -> bool:
    """Equality as JSON has it: 1 equals 1.0, and true is no number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return not isinstance(one, Missing) and one == other


def _holds(element: JsonValue, wanted: JsonValue) -> bool:
    if isinstance(element, dict) and isinstance(wanted, dict):
        return all(name in element and same(element[name], value) for name, value in wanted.items())
    return same(element, wanted)


def _contains(at: JsonValue | Missing, wanted: JsonValue) -> bool:
    return isinstance(at, list) and any(_holds(each, wanted) for each in at)


def _excludes(at: JsonValue | Missing, unwanted: JsonValue) -> bool:
    return isinstance(at, list) and not any(_holds(each, unwanted) for each in at)


def _length(at: JsonValue | Missing, count: JsonValue) -> bool:
    return isinstance(at, list | dict | str) and same(len(at), count)


def _ordered(at: JsonValue | Missing, pointer: JsonValue, descending: bool) -> bool:
    """Elements without a value to compare, or of different kinds, are in no order. Letter case does not count."""
    if not isinstance(at, list) or not isinstance(pointer, str):
        return False
    values = [resolve(each, pointer) for each in at]
    if descending:
        values.reverse()
    if all(isinstance(v, str) for v in values):
        texts = [str(v).lower() for v in values]
        return all(a <= b for a, b in pairwise(texts))
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    return len(numbers) == len(values) and all(a <= b for a, b in pairwise(numbers))


_TESTS: dict[str, Callable[[JsonValue | Missing, JsonValue], bool]] = {
    "equals": same,
    "absent": lambda at, _: isinstance(at, Missing),
    "present": lambda at, _: at is not None and at is not MISSING,
    "length": _length,
    "contains": _contains,
    "excludes": _excludes,
    "ascending": lambda at, pointer: _ordered(at, pointer, False),
    "descending": lambda at, pointer: _ordered(at, pointer, True),
}
