"""A limit on spending holds within one call, the run waits for a person, and goes on without paying anything twice."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from backend_factory.domain.action import Perform
from backend_factory.domain.assignment import Assignment, Blocked, Delivered, Limits, Outcome, Paused, Survey
from backend_factory.domain.budget import Budget, Budgets, Reached
from backend_factory.domain.event import Answered, CancelRequested, Event, PhaseDelivered, PhasePaused, Prepared, Requested, Spent
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run, apply
from backend_factory.domain.usage import BudgetReached, Usage
from backend_factory.errors import AskerError, InternalError
from backend_factory.journal.journal import Journal
from backend_factory.testing.gate import ScriptedGatekeeper, rework
from backend_factory.testing.team import ScriptedRunner
from backend_factory.testing.tiny import TINY
from backend_factory.testing.wiring import Line, request
from backend_factory.workflow.engines.local import LocalEngine
from backend_factory.workflow.engines.watch import GLANCE
from backend_factory.workflow.perform import now
from backend_factory.workflow.raising import raised
from backend_factory.workspace.workbench import Workbench

S, P, I, T, V, C = PhaseId  # noqa: E741 - the six
TEN_CENTS = Usage(model="some:model", input_tokens=900, output_tokens=100, cost_usd=Decimal("0.10"))
MANY = 1000
"""Turns that nobody would pay for: a member that would spend without end."""


class Paid(ScriptedRunner):
    """A member that pays for turns and remembers, by what it keeps, how far it came; then it answers as scripted."""

    def __init__(self, turns: int = MANY, usage: Usage = TEN_CENTS, *, only: PhaseId = S, **script: object) -> None:
        super().__init__(**script)  # type: ignore[arg-type]
        self._turns, self._usage, self._only = turns, usage, only
        self.calls: list[tuple[PhaseId, int]] = []
        """Every call of the provider: phase and turn."""

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        if assignment.phase is self._only:
            for turn in range(int(workbench.meter.kept or 0) + 1, self._turns + 1):
                await asyncio.sleep(0)
                self.calls.append((assignment.phase, turn))
                await workbench.meter.charge(self._usage, kept=str(turn))
        return await super().perform(assignment, workbench)


class Stage:
    """A journal with the run r1, and those who work on it and answer."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = Journal(path)
        self.observed: list[Event] = []

    def begin(self, run: Budget = Budget(), *, phase: Budget = Budget(), attempt: Budget = Budget()) -> None:  # noqa: B008
        limits = Limits(budgets=Budgets(run=run, phase=phase, attempt=attempt))
        self.start(request(limits=limits))

    def start(self, requested: Requested) -> None:
        self.journal.start("r1", requested)

    def driving(self, line: Line) -> Awaitable[Run]:
        return LocalEngine(self.journal, line.hands).drive("r1", lambda _: None, lambda _, event: self.observed.append(event))

    def raise_to(self, amount: str, by: str = "ada") -> None:
        run = self.run
        self.journal.append(run, Answered(at=now(), answer="go_on", by=by, raised=raised(run, amount)))

    @property
    def run(self) -> Run:
        return self.journal.run("r1")

    @property
    def spent(self) -> list[Spent]:
        return [event for event in self.journal.events("r1") if isinstance(event, Spent)]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "journal.db")
    yield made
    made.journal.close()


def open_limit(run: Run) -> Reached | None:
    return run.question.limit if run.question else None


async def test_a_member_that_would_spend_without_end_is_stopped_within_one_call_of_the_limit(stage: Stage) -> None:
    member = Paid()
    stage.begin(Budget(money=Decimal("0.45")))
    run = await stage.driving(Line(runner=member))
    assert len(member.calls) == len(stage.spent) == 5
    assert run.ledger.total().cost_usd == Decimal("0.50")
    assert run.status == "waiting"
    assert open_limit(run) == Reached(scope="run", quantity="money")


async def test_raised_by_name_the_same_attempt_goes_on_and_no_turn_is_paid_for_twice(stage: Stage) -> None:
    member = Paid(turns=8)
    stage.begin(Budget(money=Decimal("0.30")))
    await stage.driving(Line(runner=member))
    for amount in ("0.5", "$0.70", "5usd"):
        stage.raise_to(amount, by="grace")
        run = await stage.driving(Line(runner=member))
    assert run.status == "delivered"
    assert member.calls == [(S, turn) for turn in range(1, 9)]
    assert [event.turn for event in stage.spent] == list(range(1, 9))
    assert run.attempts[S] == 1
    assert run.grants == 0
    assert [e.by for e in stage.journal.events("r1") if isinstance(e, Answered)] == ["grace"] * 3
    assert run.budgets.run.money == Decimal(5)


async def test_accepted_phases_are_not_paid_for_again_when_the_limit_is_reached_in_a_later_one(stage: Stage) -> None:
    stage.begin(Budget(money=Decimal("0.30")))
    member = Paid(turns=4, only=I)
    line = Line(runner=member)
    assert (await stage.driving(line)).phase is I
    stage.raise_to("1usd")
    assert (await stage.driving(line)).status == "delivered"
    assert [each.phase for each in member.assignments] == list(PhaseId)
    assert len(member.calls) == 4


async def test_a_run_that_waits_for_a_higher_limit_waits_across_processes_and_does_not_work(stage: Stage) -> None:
    stage.begin(Budget(tokens=2500))
    await stage.driving(Line(runner=Paid()))
    idle = Paid()
    before = stage.run
    assert await stage.driving(Line(runner=idle)) == before
    assert not idle.calls
    assert open_limit(before) == Reached(scope="run", quantity="tokens")


async def test_each_scope_has_its_own_limits(stage: Stage) -> None:
    rejecting = ScriptedGatekeeper({S: [rework(S, "a")]})
    member = Paid(turns=3)
    stage.begin(attempt=Budget(tokens=3500), phase=Budget(money=Decimal("0.55")))
    run = await stage.driving(Line(runner=member, gate=rejecting))
    # Two attempts of three turns each are within the attempts' limit, and together not within the phase's.
    assert [event.attempt for event in stage.spent] == [1, 1, 1, 2, 2, 2]
    assert open_limit(run) == Reached(scope="phase", quantity="money")
    stage.raise_to("2")
    assert (await stage.driving(Line(runner=member))).status == "delivered"


async def test_what_a_limit_counts_begins_anew_with_the_next_attempt(stage: Stage) -> None:
    stage.begin(attempt=Budget(money=Decimal("0.35")))
    run = await stage.driving(Line(runner=Paid(turns=3), gate=ScriptedGatekeeper({S: [rework(S, "a")]})))
    assert run.status == "delivered"
    assert len(stage.spent) == 6


async def test_every_charge_is_in_the_journal_and_told_to_observers_before_the_next_turn(stage: Stage) -> None:
    counted: list[int] = []

    class Looking(Paid):
        async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
            for turn in (1, 2, 3):
                await workbench.meter.charge(TEN_CENTS)
                counted.append(len(stage.spent))
                assert workbench.meter.kept == "", turn
            return Delivered(deliverable=TINY[assignment.phase])

    stage.begin()
    run = await stage.driving(Line(runner=Looking()))
    assert counted == list(range(1, 19))
    assert stage.observed == list(stage.journal.events("r1")[1:])
    assert {event.runner for event in stage.spent} == {"scripted"}
    assert run.ledger.total(T).cost_usd == Decimal("0.30")


async def test_charges_of_an_attempt_do_not_overtake_it_however_long_it_takes(stage: Stage) -> None:
    class Slow(Paid):
        async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
            if assignment.phase is S:
                await workbench.meter.charge(TEN_CENTS)
                await asyncio.sleep(2.2 * GLANCE.total_seconds())
                await workbench.meter.charge(TEN_CENTS)
            return await ScriptedRunner.perform(self, assignment, workbench)

    stage.begin()
    slow = Slow()
    assert (await stage.driving(Line(runner=slow))).status == "delivered"
    assert len(slow.assignments) == 6
    assert [event.turn for event in stage.spent] == [1, 2]


async def test_a_cancellation_between_two_turns_still_breaks_the_work_off_and_what_was_paid_is_counted(stage: Stage) -> None:
    class Cancelled(Paid):
        async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
            await workbench.meter.charge(TEN_CENTS)
            stage.journal.append(stage.run, CancelRequested(at=now(), by="ada"))
            await workbench.meter.charge(TEN_CENTS)
            await asyncio.sleep(60)
            raise AssertionError("not broken off")

    stage.begin()
    run = await stage.driving(Line(runner=Cancelled()))
    assert run.status == "cancelled"
    assert run.ledger.total().turns == 2


@pytest.mark.parametrize("answer", [Blocked(reason="tool", needed="x", tried=(), question="?"), Paused(until=now(), reason="x")])
async def test_a_member_that_swallows_the_stop_is_asked_about_all_the_same(stage: Stage, answer: Outcome) -> None:
    class Swallowing(Paid):
        async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
            try:
                return await super().perform(assignment, workbench)
            except BudgetReached:
                return answer

    stage.begin(Budget(money=Decimal("0.2")))
    assert open_limit(await stage.driving(Line(runner=Swallowing())))
    assert len(stage.spent) == 2


async def test_a_member_that_pays_on_regardless_is_broken_off(stage: Stage) -> None:
    class Deaf(Paid):
        async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
            for _ in range(MANY):
                try:
                    await workbench.meter.charge(TEN_CENTS)
                except BudgetReached:
                    continue
                finally:
                    await asyncio.sleep(0.01)
            raise AssertionError("not broken off")

    stage.begin(Budget(money=Decimal("0.2")))
    assert open_limit(await stage.driving(Line(runner=Deaf())))
    assert len(stage.spent) == 3


async def test_a_member_that_names_a_limit_that_is_not_reached_does_not_go_round_for_ever(stage: Stage) -> None:
    class Lying(Paid):
        async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
            raise BudgetReached("enough")

    stage.begin()
    with pytest.raises(InternalError, match="not reached"):
        await stage.driving(Line(runner=Lying()))


async def test_time_is_up_in_the_middle_of_a_turn_and_the_run_waits(stage: Stage) -> None:
    class Hanging(Paid):
        async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
            await workbench.meter.charge(TEN_CENTS, kept="1")
            await asyncio.sleep(60)
            raise AssertionError("not broken off")

    stage.begin(attempt=Budget(time=timedelta(seconds=0.3)))
    run = await stage.driving(Line(runner=Hanging()))
    assert open_limit(run) == Reached(scope="attempt", quantity="time")
    assert [(event.turn, event.usage.requests, event.kept) for event in stage.spent] == [(1, 1, "1"), (0, 0, "1")]
    assert run.ledger.total().turns == 1
    assert run.attempts == {}
    stage.raise_to("20min")
    assert (await stage.driving(Line(runner=Paid(turns=2)))).status == "delivered"
    assert [event.turn for event in stage.spent] == [1, 0, 2]


async def test_a_timeout_of_the_members_own_is_no_limit(stage: Stage) -> None:
    class TimedOut(Paid):
        async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
            raise TimeoutError("the provider did not answer")

    stage.begin()
    with pytest.raises(TimeoutError, match="the provider"):
        await stage.driving(Line(runner=TimedOut()))
    assert not stage.spent


async def test_an_unknown_price_is_no_zero_a_limit_on_money_cannot_be_held_and_a_person_is_asked_at_once(stage: Stage) -> None:
    unpriced = TEN_CENTS.model_copy(update={"cost_usd": None})
    member = Paid(turns=4, usage=unpriced)
    stage.begin(Budget(money=Decimal(5)))
    run = await stage.driving(Line(runner=member))
    assert len(member.calls) == 1
    assert open_limit(run) == Reached(scope="run", quantity="money", unpriced=True)
    assert run.question
    assert "price is not known" in run.question.question
    assert run.question.tried == ("Business Analyst, some:model: price not known, 1,000 tokens, 1 turn",)
    with pytest.raises(AskerError, match="no limit on tokens"):
        stage.raise_to("10usd")
    stage.raise_to("2500")
    run = await stage.driving(Line(runner=member))
    assert open_limit(run) == Reached(scope="run", quantity="tokens")
    stage.raise_to("1Mtok")
    assert (await stage.driving(Line(runner=member))).status == "delivered"
    assert len(member.calls) == 4


async def test_a_quota_pauses_the_attempt_until_it_is_back_and_uses_none_up(stage: Stage) -> None:
    later = now() + timedelta(seconds=0.5)
    member = Paid(turns=2, script={S: [Paused(until=later, reason="529 overloaded")]})
    stage.begin()
    run = await stage.driving(Line(runner=member))
    assert run.status == "delivered"
    assert run.attempts[S] == 1
    assert [each.attempt for each in member.assignments[:2]] == [1, 1]
    assert member.calls == [(S, 1), (S, 2)]
    delivered = next(event for event in stage.journal.events("r1") if isinstance(event, PhaseDelivered))
    assert delivered.at >= later


@pytest.mark.parametrize("amount", ["0.40", "0.5usd", "lots", "-3", "90min", "2Mtok", ""])
async def test_an_answer_that_raises_nothing_is_refused_and_the_question_stays(stage: Stage, amount: str) -> None:
    stage.begin(Budget(money=Decimal("0.45")))
    run = await stage.driving(Line(runner=Paid()))
    with pytest.raises(AskerError):
        stage.raise_to(amount)
    assert stage.run == run


async def test_without_a_question_about_a_limit_there_is_nothing_to_raise(stage: Stage) -> None:
    stage.start(request(unattended=False))
    await stage.driving(Line())
    with pytest.raises(AskerError, match="not used up a limit"):
        stage.raise_to("10usd")


async def test_a_team_that_costs_nothing_leaves_no_trace_of_budgets(stage: Stage) -> None:
    stage.start(request())
    run = await stage.driving(Line())
    assert not stage.spent
    assert run.ledger.entries == ()
    assert "spent" not in {event.kind for event in stage.observed}


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_budgets import Paid, Stage, Line

class Dying(Paid):
    async def perform(self, assignment, workbench):
        async def charge(usage, *, kept="", to=workbench.meter.charge):
            await to(usage, kept=kept)
            if kept == "3":
                os.kill(os.getpid(), signal.SIGKILL)
        workbench.meter.charge = charge
        return await super().perform(assignment, workbench)

asyncio.run(Stage(Path(sys.argv[1])).driving(Line(runner=Dying(turns=5))))
"""


async def test_killed_between_two_turns_the_attempt_goes_on_after_the_last_one_that_was_paid(stage: Stage) -> None:
    stage.begin()
    arguments = (sys.executable, "-c", KILLED, str(stage.path), str(Path(__file__).parent))
    killed = await asyncio.create_subprocess_exec(*arguments)
    assert await killed.wait() == -signal.SIGKILL
    assert [event.turn for event in stage.spent] == [1, 2, 3]
    member = Paid(turns=5)
    run = await stage.driving(Line(runner=member))
    assert run.status == "delivered"
    assert member.calls == [(S, 4), (S, 5)]
    assert run.ledger.total().turns == 5
    assert run.attempts[S] == 1


async def test_after_an_attempt_has_come_to_its_end_the_next_one_begins_anew(stage: Stage) -> None:
    stage.begin()
    member = Paid(turns=2)
    gate = ScriptedGatekeeper({S: [rework(S, "a")]})
    await stage.driving(Line(runner=member, gate=gate))
    assert member.calls == [(S, 1), (S, 2)] * 2


async def test_a_provider_that_names_no_useful_time_is_asked_ever_more_rarely(stage: Stage) -> None:
    stage.start(request())
    run = stage.journal.append(stage.run, Prepared(at=now(), worktree="/w", survey=Survey()))
    waited = []
    for _ in range(13):
        line = Line(runner=ScriptedRunner({S: [Paused(until=now() - timedelta(days=1), reason="529")]}))
        event = await line.hands.perform(Perform(S, 1), run, lambda _: None)
        assert isinstance(event, PhasePaused)
        waited.append(round((event.paused.until - event.at).total_seconds()))
        run = apply(run, event)
    assert waited == [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 900, 900, 900]
    assert run.attempts == {}
    paid = Spent(at=now(), phase=S, attempt=1, turn=1, runner="r", usage=TEN_CENTS, time=timedelta(0))
    assert apply(run, paid).pauses == 0


async def test_a_time_that_the_provider_names_is_kept(stage: Stage) -> None:
    later = now() + timedelta(hours=5)
    stage.start(request())
    line = Line(runner=ScriptedRunner({S: [Paused(until=later, reason="quota")]}))
    event = await line.hands.perform(Perform(S, 1), stage.run, lambda _: None)
    assert isinstance(event, PhasePaused)
    assert event.paused.until == later


async def test_a_run_of_an_older_version_has_the_default_limits_and_has_spent_nothing(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as raw:
        raw.executescript((Path(__file__).parents[2] / "chaos" / "journal-0.1.0.sql").read_text(encoding="utf-8"))
    raw.close()
    journal = Journal(path)
    runs = [journal.run(each) for each in journal.ids()]
    journal.close()
    assert len(runs) > 5
    assert all(run.budgets == Budgets() for run in runs)
    assert all(run.ledger.entries == () and run.reached is None and run.underway is None for run in runs)
