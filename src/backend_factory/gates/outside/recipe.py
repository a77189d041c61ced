"""How a record is made, taken from the scenarios that showed it: the steps that a creation needs, and no other."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend_factory.domain.deliverable import Plan, Route
from backend_factory.domain.feature import Operation
from backend_factory.domain.scenario import Call, Scenario

_NAME = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SUCCESS = {Operation.CREATE: 201, Operation.INGEST: 202}


@dataclass(frozen=True)
class Recipe:
    """Calls that make what the last one needs, and the last one, which makes the record (or sends the batch)."""

    route: Route
    steps: tuple[Call, ...]

    @property
    def last(self) -> Call:
        return self.steps[-1]


def recipes(plan: Plan, scenarios: Sequence[Scenario], entity: str, operation: Operation) -> tuple[Recipe, ...]:
    """Every way in which the scenarios make a record of `entity`, the one with the fullest body first; none where they do not."""
    route = next((r for r in plan.routes if (r.entity, r.operation) == (entity, operation)), None)
    if route is None:
        return ()
    found = [recipe for scenario in scenarios for recipe in _within(scenario, route)]
    return tuple(sorted(found, key=lambda r: (-len(r.last.body) if isinstance(r.last.body, dict) else 0, len(r.steps))))


def _within(scenario: Scenario, route: Route) -> Iterator[Recipe]:
    for at, step in enumerate(scenario.steps):
        if isinstance(step, Call) and (step.method, step.path) == (route.method, route.path) and _plain_success(step, route):
            earlier = [each for each in scenario.steps[:at] if isinstance(each, Call)]
            yield Recipe(route, (*_needed(step, earlier), step))


def _plain_success(step: Call, route: Route) -> bool:
    """Whether it works, without a header that means something."""
    return step.raw is None and not step.headers and step.status == _SUCCESS[Operation(route.operation)]


def _needed(step: Call, earlier: Sequence[Call]) -> list[Call]:
    """The calls that save what the step names, and what those need, in their order."""
    wanted, kept = set(_names(step)), []
    for call in reversed(earlier):
        if wanted & set(call.save):
            kept.append(call)
            wanted |= set(_names(call))
    return kept[::-1]


def _names(call: Call) -> list[str]:
    return _NAME.findall(call.model_dump_json(include={"path", "query", "headers", "body"}))
