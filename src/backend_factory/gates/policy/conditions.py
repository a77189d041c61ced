"""The ways in which a template's conditions can come out."""

import json
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from backend_factory.errors import AskerError

MOST_QUESTIONS = 6
"""Comparisons of parameters: 64 ways of deploying, each looked at."""

Ways = Mapping[str, bool]
"""A condition's name -> how it comes out."""


def ways(template: Mapping[str, Any]) -> Iterator[Ways]:
    """Every combination of the conditions' outcomes, as far as they do not depend on each other.

    Raises AskerError where they cannot be read, or are too many to look at.
    """
    conditions = template.get("Conditions") or {}
    if not isinstance(conditions, dict):
        raise AskerError("the template's Conditions are no map", hint="check it with cfn-lint")
    questions = sorted({key for each in conditions.values() for key in _questions(each)})
    if len(questions) > MOST_QUESTIONS:
        raise AskerError(
            f"the template asks {len(questions)} questions in its conditions", hint=f"use {MOST_QUESTIONS} comparisons or fewer"
        )
    for answers in product((True, False), repeat=len(questions)):
        known = dict(zip(questions, answers, strict=True))
        yield {name: _holds(each, conditions, known, 0) for name, each in conditions.items()}


def _questions(condition: Any) -> Iterator[str]:
    """The comparisons in a condition that parameters decide."""
    if isinstance(condition, dict):
        for key, value in condition.items():
            if key == "Fn::Equals" and not _settled(value):
                yield _key(value)
            elif key != "Fn::Equals":
                yield from _questions(value)
    elif isinstance(condition, list):
        for each in condition:
            yield from _questions(each)


def _settled(sides: Any) -> bool:
    return isinstance(sides, list) and len(sides) == 2 and all(isinstance(side, str | int | bool) for side in sides)


def _key(sides: Any) -> str:
    return json.dumps(sides, sort_keys=True, default=str)


_DEEPEST = 20


def _holds(condition: Any, conditions: Mapping[str, Any], known: Mapping[str, bool], depth: int) -> bool:
    if not isinstance(condition, dict) or len(condition) != 1 or depth > _DEEPEST:
        raise AskerError(f"a condition cannot be read: {condition!r:.100}", hint="check it with cfn-lint")
    ((key, value),) = condition.items()
    if key == "Fn::Equals":
        return bool(value[0] == value[1]) if _settled(value) else known[_key(value)]
    if key == "Condition" and value in conditions:
        return _holds(conditions[value], conditions, known, depth + 1)
    parts = value if isinstance(value, list) else []
    outcomes = [_holds(part, conditions, known, depth + 1) for part in parts]
    if key == "Fn::Not" and len(outcomes) == 1:
        return not outcomes[0]
    if key == "Fn::And" and outcomes:
        return all(outcomes)
    if key == "Fn::Or" and outcomes:
        return any(outcomes)
    raise AskerError(f"a condition cannot be read: {condition!r:.100}", hint="check it with cfn-lint")
