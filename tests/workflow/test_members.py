"""A chain of members: who declines is followed by the next, who was interrupted goes on, and a second opinion comes in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from backend_factory.domain.action import Perform
from backend_factory.domain.assignment import Assignment, Blocked, Finding, Outcome
from backend_factory.domain.event import Event, PhaseBlocked, PhaseDelivered, PhaseJudged, Spent
from backend_factory.domain.gate import Verdict
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run, apply, rebuild
from backend_factory.domain.team import BLUEPRINT, Member, Team
from backend_factory.domain.usage import Usage
from backend_factory.testing.story import Story
from backend_factory.testing.team import ScriptedRunner
from backend_factory.testing.tiny import TINY
from backend_factory.testing.wiring import Line
from backend_factory.workflow.manager import decide
from backend_factory.workflow.members import members
from backend_factory.workflow.perform import now
from backend_factory.workflow.ports import Runner
from backend_factory.workspace.workbench import Workbench

PLAN = PhaseId.PLAN
MODEL = Member(runner="model", model="anthropic:claude-sonnet-4-5")
STRONGER = Member(runner="model", model="anthropic:claude-opus-4-5", from_attempt=3)
SECOND = Member(runner="model", model="openai:gpt-5")
WRONG = Finding(check="c", rule="r", message="wrong", mends=PLAN)


@dataclass
class Chain:
    """The same members for every phase."""

    runners: Sequence[Runner]

    async def members(self, run: Run, phase: PhaseId) -> Sequence[Runner]:
        return self.runners


class Paying(ScriptedRunner):
    """Goes on from what it kept, or pays for one turn; then it answers as scripted."""

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        self.kept = workbench.meter.kept
        if not self.kept:
            await workbench.meter.charge(Usage(model="m"), kept=f"of {self.name}")
        return await super().perform(assignment, workbench)


def cannot(reason: str, tried: str) -> Blocked:
    return Blocked.model_validate({"reason": reason, "needed": "more", "tried": (tried,), "question": "What now?"})


def run_with(team: Team | None = None) -> Run:
    """A run whose requirements are accepted."""
    story = Story().requested()
    story.delivered(PhaseId.SUMMARIZE).passed(PhaseId.SUMMARIZE)
    run = rebuild("r1", tuple(story.events))
    return run.model_copy(update={"requested": run.requested.model_copy(update={"team": team or Team()})})


async def planned(*runners: Runner, run: Run | None = None) -> Event:
    run = run or run_with()
    line = Line(staff=Chain(runners))
    await line.site.prepare(run)
    return await line.hands.perform(Perform(PLAN, 1), run, lambda _: None)


@pytest.mark.parametrize("reason", ["unsupported_demand", "findings", "tool"])
async def test_where_one_declines_the_next_one_does_it(reason: str) -> None:
    first, second = ScriptedRunner({PLAN: [cannot(reason, "once")]}, name="first"), ScriptedRunner(name="second")
    event = await planned(first, second)
    assert isinstance(event, PhaseDelivered)
    assert event.runner == "second"
    assert [each.attempt for each in (*first.assignments, *second.assignments)] == [1, 1]


async def test_who_declined_and_why_stands_with_the_attempt_and_so_does_what_was_refused() -> None:
    class Straying(ScriptedRunner):
        async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
            for _ in range(2):
                workbench.note("refused: main.go\x1b[2J\nis out of the lane")
            workbench.keep(f"{self.name}.jsonl", b"said")
            return await super().perform(assignment, workbench)

    event = await planned(Straying({PLAN: [cannot("tool", "once")]}, name="first"), Straying(name="second"))
    assert isinstance(event, PhaseDelivered)
    refused = "refused: main.go is out of the lane"
    assert event.notes == (refused, "first declines: once; more; second is next", refused)
    assert [each.title for each in event.evidence] == ["first.jsonl", "second.jsonl"]
    blocked = await planned(Straying({PLAN: [cannot("tool", "once")]}, name="first"))
    assert isinstance(blocked, PhaseBlocked)
    assert blocked.notes == (refused,)


async def test_it_is_said_that_a_second_opinion_is_asked_because_the_same_findings_came_again() -> None:
    second = ScriptedRunner(name="second")
    event = await planned(second, ScriptedRunner(name="first"), run=judged(run_with(Team(second_opinion=SECOND)), 2))
    assert isinstance(event, PhaseDelivered)
    assert event.notes == ("the same findings came again: second is asked first",)


async def test_a_flood_of_notes_is_cut() -> None:
    class Flooding(ScriptedRunner):
        async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
            for number in range(1_000):
                workbench.note(f"refused: {number} {'x' * 1_000}")
            return await super().perform(assignment, workbench)

    event = await planned(Flooding())
    assert isinstance(event, PhaseDelivered)
    assert (len(event.notes), event.notes[-1]) == (61, "and more that is not noted")
    assert max(map(len, event.notes)) == 240


@pytest.mark.parametrize("reason", ["ambiguous", "repository"])
async def test_what_only_a_person_can_answer_is_asked_at_once(reason: str) -> None:
    second = ScriptedRunner(name="second")
    event = await planned(ScriptedRunner({PLAN: [cannot(reason, "once")]}, name="first"), second)
    assert isinstance(event, PhaseBlocked)
    assert (event.runner, second.assignments) == ("first", [])


async def test_where_all_decline_a_person_is_told_what_each_has_tried() -> None:
    chain = [ScriptedRunner({PLAN: [cannot("tool", each)]}, name=each) for each in ("first", "second")]
    event = await planned(*chain)
    assert isinstance(event, PhaseBlocked)
    assert (event.runner, event.blocked.tried) == ("second", ("first", "second"))


async def test_who_was_interrupted_goes_on_and_who_had_declined_is_not_asked_again() -> None:
    paid = Spent(
        at=now(),
        phase=PLAN,
        attempt=1,
        turn=1,
        runner="second",
        usage=Usage(model="m"),
        time=timedelta(),
        kept="of second",
    )
    run = apply(run_with(), paid)
    first, second = ScriptedRunner(name="first"), Paying(name="second")
    event = await planned(first, second, run=run)
    assert isinstance(event, PhaseDelivered)
    assert (first.assignments, second.kept) == ([], "of second")


async def test_nobody_goes_on_from_what_another_member_kept() -> None:
    first, second = Paying({PLAN: [cannot("tool", "first")]}, name="first"), Paying(name="second")
    event = await planned(first, second)
    assert isinstance(event, PhaseDelivered)
    assert second.kept == ""


def judged(run: Run, times: int) -> Run:
    """The run after its plan was refused so many times, always for the same."""
    for attempt in range(1, times + 1):
        run = apply(run, PhaseDelivered(at=now(), phase=PLAN, attempt=attempt, runner="r", deliverable=TINY[PLAN], seconds=0))
        verdict = Verdict(kind="rework", phase=PLAN, findings=(WRONG,), reason="")
        run = apply(run, PhaseJudged(at=now(), phase=PLAN, attempt=attempt, checks=(), verdict=verdict, seconds=0))
    return run


def test_a_second_opinion_stands_behind_the_chain_and_before_it_once_the_same_findings_came_twice() -> None:
    team = Team(chains=dict.fromkeys(PhaseId, (BLUEPRINT, MODEL)), second_opinion=SECOND)
    assert members(run_with(team), PLAN) == (BLUEPRINT, MODEL)
    assert members(judged(run_with(team), 1), PLAN) == (BLUEPRINT, MODEL, SECOND)
    assert members(judged(run_with(team), 2), PLAN) == (SECOND, BLUEPRINT, MODEL)


def test_the_same_findings_twice_are_a_persons_matter_and_with_a_second_opinion_three_times() -> None:
    alone, both = run_with(), run_with(Team(second_opinion=SECOND))
    assert "twice in a row" in str(decide(judged(alone, 2), now()))
    assert decide(judged(both, 2), now()) == Perform(PLAN, 3)
    assert "three times in a row" in str(decide(judged(both, 3), now()))


def test_a_stronger_model_joins_at_its_attempt_and_goes_first() -> None:
    team = Team(chains=dict.fromkeys(PhaseId, (BLUEPRINT, STRONGER)))
    assert members(judged(run_with(team), 1), PLAN) == (BLUEPRINT,)
    assert members(judged(run_with(team), 2), PLAN) == (STRONGER, BLUEPRINT)
