"""Real coding agents are stopped in the middle of a phase: by a budget, and by the death of the factory.

Gates let all pass, but those of the first two phases in the process that is killed.
"""

import asyncio
import contextlib
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from threading import Event as Signal

import pytest
from agents_at_work import READING, WRITING, Work, Worker
from agents_on_line import KEY, assert_whole, factory_of, path, team
from line import DEMO, make_line, standing

from backend_factory.domain.assignment import Limits
from backend_factory.domain.budget import Budget, Budgets
from backend_factory.domain.event import Event, PhaseDelivered, Spent
from backend_factory.domain.phase import PhaseId
from backend_factory.testing.model_server import ModelRequest, ModelServer, ToolCall, Turn

pytestmark = [pytest.mark.agents, pytest.mark.go, pytest.mark.slow]

LIMIT = Decimal(2)
WITHIN = 300.0
"""Seconds until what is waited for must have come, on a busy machine."""


def delivered(events: tuple[Event, ...]) -> list[PhaseId]:
    """The phases that were delivered, in order: none of them twice."""
    return [event.phase for event in events if isinstance(event, PhaseDelivered)]


@dataclass
class Wanderer:
    """In place of the developer's work: looks at one more place with every turn, for as long as it is let."""

    root: Path
    going: bool = True
    turns: int = 0

    def __call__(self, phase: PhaseId, request: ModelRequest) -> Turn | None:
        if not self.going or phase is not PhaseId.IMPLEMENT:
            return None
        self.turns += 1
        tool = next(name for name in request.tools if name in WRITING)
        look = {WRITING[tool]: str(next(self.root.iterdir()) / "go.mod"), "offset": self.turns}
        return Turn("And there.", (ToolCall(READING[tool], look),), input_tokens=100_000, output_tokens=1_000)


async def test_one_that_would_spend_without_end_stops_at_the_limit_waits_and_goes_on_when_it_is_raised(
    tmp_path: Path, done: Mapping[PhaseId, Work]
) -> None:
    line = await make_line(tmp_path)
    before, wandering = standing(line), Wanderer(line.home / "worktrees")
    worker = Worker(line.home / "worktrees", done, instead=wandering)
    limits = Limits(budgets=Budgets(run=Budget(money=LIMIT)))
    with ModelServer(worker) as server:
        async with factory_of(line, server) as factory:
            file = team(tmp_path, "claude-code", "claude-sonnet-4-5")
            run_id = await factory.submit(DEMO, line.repository, unattended=True, limits=limits, team_file=file)
            run = await factory.drive(run_id)
            assert run.question
            assert run.question.limit, run.question
            spent = [event.usage for event in factory.events(run_id) if isinstance(event, Spent)]
            assert len(spent) == len(server.requests)
            costs = [usage.cost_usd or Decimal(0) for usage in spent]
            assert sum(costs[:-1]) < LIMIT <= sum(costs)
            assert wandering.turns > 2
            asked = len(worker.asked)

            wandering.going = False
            await factory.answer(run_id, "go_on", by="ada", raise_to="20usd")
            run = await factory.drive(run_id)
            assert_whole(line, run, factory.events(run_id), before)
            assert delivered(factory.events(run_id)) == list(PhaseId)
            assert len([event for event in factory.events(run_id) if isinstance(event, Spent)]) == len(server.requests)
    # The agent's conversation begins anew, in the worktree as it was; nothing of the phases before is asked again.
    assert set(worker.asked[asked:]) == set(PhaseId) - {PhaseId.SUMMARIZE, PhaseId.PLAN}


@dataclass
class Holding:
    """Keeps the developer's first turn waiting, and says so."""

    begun: Signal = field(default_factory=Signal)
    over: Signal = field(default_factory=Signal)

    def __call__(self, phase: PhaseId, request: ModelRequest) -> Turn | None:
        if phase is PhaseId.IMPLEMENT and not self.over.is_set():
            self.begun.set()
            self.over.wait(WITHIN)
        return None


async def test_killed_in_the_middle_of_a_turn_nothing_survives_and_nothing_paid_is_repeated(
    tmp_path: Path, done: Mapping[PhaseId, Work]
) -> None:
    line = await make_line(tmp_path)
    before, holding = standing(line), Holding()
    worker = Worker(line.home / "worktrees", done, instead=holding)
    with ModelServer(worker) as server:
        async with factory_of(line, server) as factory:
            file = team(tmp_path, "claude-code", "claude-sonnet-4-5")
            run_id = await factory.submit(DEMO, line.repository, unattended=True, team_file=file)
        secret = {"BACKEND_FACTORY_PROVIDERS__ANTHROPIC__KEY": KEY, "BACKEND_FACTORY_PROVIDERS__ANTHROPIC__URL": server.url}
        command = line.command("resume", run_id, "--yes")
        working = subprocess.Popen(
            command, env=line.environment | secret | {"PATH": path()}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            assert await asyncio.to_thread(holding.begun.wait, WITHIN)
            at_work = below(working.pid)
            assert len(at_work) > 2, "the agent, and what holds it"
        finally:
            working.kill()
            working.wait()
        await until_gone(at_work)
        holding.over.set()
        asked = len(worker.asked)
        async with factory_of(line, server) as factory:
            run = await factory.drive(run_id)
            assert_whole(line, run, factory.events(run_id), before)
            assert delivered(factory.events(run_id)) == list(PhaseId)
    assert {PhaseId.SUMMARIZE, PhaseId.PLAN} <= set(worker.asked[:asked])
    assert set(worker.asked[asked:]) == set(PhaseId) - {PhaseId.SUMMARIZE, PhaseId.PLAN}


def below(process: int) -> frozenset[tuple[str, str]]:
    """The processes that it started, and that these did: each with the moment of its start, for numbers are used again."""
    parents = {each: stat[1] for each, stat in stats().items()}
    started: set[str] = {str(process)}
    while more := {each for each, parent in parents.items() if parent in started} - started:
        started |= more
    return frozenset((each, stat[19]) for each, stat in stats().items() if each in started - {str(process)})


def stats() -> dict[str, list[str]]:
    """Of all processes: their number -> proc(5), from the state on."""
    found = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            found[place.parent.name] = place.read_text().rpartition(")")[2].split()
    return found


async def until_gone(processes: frozenset[tuple[str, str]]) -> None:
    deadline = asyncio.get_running_loop().time() + WITHIN
    while left := processes & {(each, stat[19]) for each, stat in stats().items() if stat[0] != "Z"}:
        assert asyncio.get_running_loop().time() < deadline, left
        await asyncio.sleep(0.1)
