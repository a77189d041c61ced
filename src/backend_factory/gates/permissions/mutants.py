"""Permission mutants: a role without one permission, and a scenario that used it. Somebody has to notice."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from backend_factory.delivery.stack.identity import renewed
from backend_factory.domain.deliverable import Route
from backend_factory.domain.scenario import Call, Depth, Scenario, Step
from backend_factory.gates.deployed_target import DeployedTarget
from backend_factory.gates.permissions.grants import Grant, taken_away
from backend_factory.gates.scenario import ScenarioResult, perform_scenarios
from backend_factory.gates.scenario.target import tenants

_LEAST_PATIENCE, _LONGEST_WAIT = 0.8, 0.5
"""Seconds that a mutant waits for work in the background, at least; and between two looks at most: it waits twice as long
as it took when all was allowed."""

_LIKE_REQUESTS = 50
_LATE, _LOOK = 5.0, 0.05
"""Seconds for a refusal to be heard of, and between two looks."""


@dataclass
class Mutants:
    """Tries scenarios on a deployed feature until each permission was missed by one of them."""

    target: DeployedTarget
    routes: Sequence[Route]
    waiting: set[Grant]
    """Those that nobody has missed yet."""
    noticed: dict[Grant, str] = field(default_factory=dict)
    """Grant -> the scenario that missed it."""
    unnoticed: dict[Grant, list[str]] = field(default_factory=dict)
    """Grant -> scenarios that used it and did as well without."""
    passed: int = 0
    """Scenarios that passed with all permissions."""
    runs: int = 0

    async def try_all(self, scenarios: Sequence[Scenario]) -> None:
        """Each scenario with all permissions, then without each that it used, as long as there are any to miss."""
        for scenario in covering(scenarios, self.routes):
            if not self.waiting:
                return
            before = len(self.target.at.emulator.decisions())
            whole = await self._performed(scenario)
            if not whole.passed:
                continue
            self.passed += 1
            decided = self.target.at.emulator.decisions()[before:]
            used = [grant for grant in sorted(self.waiting) if any(grant.covers(each) for each in decided)]
            for grant in used:
                await self._without(grant, hurried(scenario, whole))

    async def _without(self, grant: Grant, scenario: Scenario) -> None:
        before = len(self.target.at.emulator.decisions())
        async with taken_away(self.target.at.emulator, grant):
            result = await self._performed(scenario)
            # Without a refusal it was something else that went wrong.
            missed = not result.passed and await self._refused(grant, before)
        if missed:
            self.waiting.discard(grant)
            self.noticed[grant] = scenario.id
        else:
            self.unnoticed.setdefault(grant, []).append(scenario.id)

    async def _refused(self, grant: Grant, before: int) -> bool:
        """Whether it was asked for and refused; work in the background may come to it late."""
        deadline = time.monotonic() + _LATE
        while not any(grant.covers(each) and not each.allowed for each in self.target.at.emulator.decisions()[before:]):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(_LOOK)
        return True

    async def _performed(self, scenario: Scenario) -> ScenarioResult:
        """Performed by tenants who never did anything, so that it can be done again."""
        self.runs += 1
        at = self.target.at
        identity = await renewed(at.emulator, at.identity, tenants(scenario), f"mutant-{self.runs}")
        (result,) = await perform_scenarios([scenario], replace(self.target, at=replace(at, identity=identity)))
        return result


def covering(scenarios: Sequence[Scenario], routes: Sequence[Route]) -> Iterator[Scenario]:
    """All scenarios, first the one with most kinds of operations a step that none before it showed."""
    left, shown = list(scenarios), set[str]()
    while left:
        best = max(left, key=lambda each: len(_kinds(each, routes) - shown) / _cost(each))
        left.remove(best)
        shown |= _kinds(best, routes)
        yield best


def _kinds(scenario: Scenario, routes: Sequence[Route]) -> set[str]:
    """What it does, on whichever entity: create, list, list sorted, batch; what is refused at the door does nothing."""
    calls = [step for step in scenario.steps if isinstance(step, Call) and step.status < 400]
    return {f"{route.operation} {'sort' in call.query}" for call in calls for route in routes if _serves(route, call)}


def _cost(scenario: Scenario) -> int:
    """In requests; a queue that has to fill takes as long as many."""
    return sum(_LIKE_REQUESTS if isinstance(step, Depth) else 1 for step in scenario.steps) or 1


def _serves(route: Route, call: Call) -> bool:
    wanted, asked = route.path.split("/"), call.path.split("/")
    return (
        route.method == call.method
        and len(wanted) == len(asked)
        and all(part == given or part.startswith("{") for part, given in zip(wanted, asked, strict=True))
    )


def hurried(scenario: Scenario, whole: ScenarioResult) -> Scenario:
    """The same, waiting for what does not come only about as long as it took when it came."""
    tries = {trace.step: trace.tries for trace in whole.steps}

    def quick(number: int, step: Step) -> Step:
        if not isinstance(step, Call | Depth):
            return step
        patience = max(_LEAST_PATIENCE, _LONGEST_WAIT * 2 * (tries.get(number, 1) - 1))
        return step.model_copy(update={"within": min(step.within, patience)})

    return scenario.model_copy(update={"steps": tuple(quick(*each) for each in enumerate(scenario.steps, start=1))})
