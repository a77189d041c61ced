"""The engine drives a run to its end or to a question, and whoever interferes loses nothing."""

import asyncio
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend_factory.domain.assignment import Blocked, Outcome, Paused, Survey
from backend_factory.domain.event import Answered, CancelRequested, Event, Requested
from backend_factory.domain.notice import Notice
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.errors import OperatorError
from backend_factory.journal.journal import Journal
from backend_factory.testing.gate import ScriptedGatekeeper, escalate, rework
from backend_factory.testing.site import StandingSite
from backend_factory.testing.team import ScriptedRunner
from backend_factory.testing.wiring import Line, request
from backend_factory.workflow.engines.local import LocalEngine
from backend_factory.workflow.perform import now

S, P, I, T, V, C = PhaseId  # noqa: E741 - the six
STEPS = {"branch of r1": 1, "stack of r1": 1, "pull_request of r1": 1}
LONG = timedelta(minutes=10)

CANCELLER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from backend_factory.domain.event import CancelRequested
from backend_factory.journal.journal import Journal
journal = Journal(Path(sys.argv[1]))
journal.append(journal.run("r1"), CancelRequested(at=datetime.now(UTC), by="ada"))
"""


class Stage:
    """A journal with the run r1, a line of fakes, and what was observed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = Journal(path)
        self.events: list[Event] = []
        self.notices: list[Notice] = []

    def begin(self, requested: Requested) -> None:
        self.journal.start("r1", requested)

    def driving(self, line: Line) -> Awaitable[Run]:
        engine = LocalEngine(self.journal, line.hands)
        return engine.drive("r1", self.notices.append, lambda _, event: self.events.append(event))

    def answer(self, answer: str, remark: str = "") -> None:
        told = Answered.model_validate({"at": now(), "answer": answer, "by": "ada", "remark": remark})
        self.journal.append(self.journal.run("r1"), told)

    @property
    def free(self) -> bool:
        """Nobody holds the run."""
        return self.journal.standing("r1")[1] is None


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "journal.db")
    yield made
    made.journal.close()


async def until(condition: Callable[[], object], within: float = 20.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def cancel_from_outside(path: Path) -> None:
    """Returns once the cancellation is recorded."""
    canceller = await asyncio.create_subprocess_exec(sys.executable, "-c", CANCELLER, str(path))
    assert await canceller.wait() == 0


def blocked(demand: str = "with pigeons") -> Blocked:
    return Blocked(reason="unsupported_demand", demand=demand, needed="a carrier", tried=("looked",), question="Leave it out?")


async def test_an_unattended_run_goes_through_to_its_delivery(stage: Stage) -> None:
    line = Line()
    stage.begin(request())
    run = await stage.driving(line)
    assert run.status == "delivered"
    assert [each.phase for each in line.runner.assignments] == list(PhaseId)
    assert line.gate.judged == list(PhaseId)
    assert line.world.effects() == STEPS
    assert not line.site.standing
    assert stage.free
    assert run == stage.journal.run("r1")


async def test_observers_are_told_every_event_once_in_order_after_it_is_recorded(stage: Stage) -> None:
    stage.begin(request())
    await stage.driving(Line())
    assert tuple(stage.events) == stage.journal.events("r1")[1:]
    assert [notice.phase for notice in stage.notices] == list(PhaseId)
    assert all(notice.run == "r1" for notice in stage.notices)


async def test_without_answers_a_run_waits_after_each_phase_and_an_answer_starts_it_again(stage: Stage) -> None:
    line = Line()
    stage.begin(request(unattended=False))
    for phase in PhaseId:
        run = await stage.driving(line)
        assert (run.status, run.question.phase if run.question else None) == ("waiting", phase)
        assert stage.free
        assert not line.world.effects()
        stage.answer("go_on")
    assert (await stage.driving(line)).status == "delivered"
    assert len(line.runner.assignments) == 6


async def test_driving_a_run_that_waits_does_nothing(stage: Stage) -> None:
    stage.begin(request(unattended=False))
    run = await stage.driving(Line())
    assert await stage.driving(Line()) == run


async def test_what_a_person_sent_back_is_done_again_with_the_remark(stage: Stage) -> None:
    line = Line()
    stage.begin(request(unattended=False))
    await stage.driving(line)
    stage.answer("send_back", "more about errors")
    await stage.driving(line)
    assert [(each.phase, each.remark) for each in line.runner.assignments] == [(S, ""), (S, "more about errors")]


async def test_a_stopped_run_is_put_away_and_nothing_was_delivered(stage: Stage) -> None:
    line = Line()
    stage.begin(request(unattended=False))
    await stage.driving(line)
    stage.answer("stop")
    assert (await stage.driving(line)).status == "stopped"
    assert not line.world.effects()
    assert not line.site.standing


async def test_findings_reach_the_member_that_can_mend_them(stage: Stage) -> None:
    gate = ScriptedGatekeeper({V: [rework(V, "answered 500", mends=I)], I: [rework(I, "does not build")]})
    line = Line(gate=gate)
    stage.begin(request())
    run = await stage.driving(line)
    told = [(each.phase, each.attempt, [f.message for f in each.findings]) for each in line.runner.assignments]
    assert told[2:] == [
        (I, 1, []),
        (I, 2, ["does not build"]),
        (T, 1, []),
        (V, 1, []),
        (I, 3, ["answered 500"]),
        (T, 2, []),
        (V, 2, []),
        (C, 1, []),
    ]
    assert (run.status, run.reworks) == ("delivered", 2)


async def test_a_blocked_member_makes_the_run_wait_and_the_demand_is_left_out_when_a_person_says_so(stage: Stage) -> None:
    line = Line(runner=ScriptedRunner({S: [blocked()]}))
    stage.begin(request())
    run = await stage.driving(line)
    assert run.question
    assert (run.question.demand, run.question.needed) == ("with pigeons", "a carrier")
    stage.answer("go_on")
    assert (await stage.driving(line)).status == "delivered"
    assert [each.excluded for each in line.runner.assignments[:2]] == [(), ("with pigeons",)]


async def test_a_gate_that_never_passes_ends_in_a_question(stage: Stage) -> None:
    line = Line(gate=ScriptedGatekeeper({P: [rework(P, f"wrong {n}") for n in range(99)]}))
    stage.begin(request())
    run = await stage.driving(line)
    assert run.status == "waiting"
    assert line.gate.judged == [S, P, P, P]


async def test_a_gate_that_cannot_judge_ends_in_a_question_at_once(stage: Stage) -> None:
    line = Line(gate=ScriptedGatekeeper({P: [escalate(P, "a check could not be run")]}))
    stage.begin(request())
    run = await stage.driving(line)
    assert run.question
    assert "a check could not be run" in run.question.question


async def test_a_step_that_failed_is_tried_again_when_a_person_says_so_and_the_others_are_not(stage: Stage) -> None:
    line = Line(failing=("stack",))
    stage.begin(request())
    assert (await stage.driving(line)).status == "waiting"
    stage.answer("go_on")
    assert (await stage.driving(line)).status == "delivered"
    assert line.world.effects() == STEPS


async def test_a_pause_lasts_until_its_time_and_uses_up_no_attempt(stage: Stage) -> None:
    back = now() + timedelta(seconds=1)
    line = Line(runner=ScriptedRunner({S: [Paused(until=back, reason="quota")]}))
    stage.begin(request())
    run = await stage.driving(line)
    assert [each.attempt for each in line.runner.assignments[:2]] == [1, 1]
    assert next(event.at for event in stage.events if event.kind == "phase_delivered") >= back
    assert run.status == "delivered"


LONG_ACTIONS: dict[str, Callable[[], ScriptedRunner]] = {
    "a member at work": lambda: ScriptedRunner(takes=LONG),
    "a pause": lambda: ScriptedRunner({S: [Paused(until=now() + LONG, reason="quota")]}),
}


@pytest.mark.parametrize("make", LONG_ACTIONS.values(), ids=LONG_ACTIONS.keys())
async def test_a_cancellation_from_another_process_breaks_off_what_takes_long(
    stage: Stage, make: Callable[[], ScriptedRunner]
) -> None:
    line = Line(runner=make())
    stage.begin(request())
    driving = asyncio.ensure_future(stage.driving(line))
    await until(lambda: line.runner.assignments)
    await cancel_from_outside(stage.path)
    cancelled = time.monotonic()
    run = await driving
    took = time.monotonic() - cancelled
    assert (run.status, run.cancelled) == ("cancelled", "ada")
    assert took < 3.0, f"{took:.1f} s"
    assert not line.site.standing
    assert stage.free


async def test_a_cancellation_while_the_last_record_is_made_wins_and_nobody_is_told_otherwise(stage: Stage) -> None:
    line = Line()
    clear = line.site.clear

    async def cancelled_meanwhile(run: Run, *, delivered: bool) -> None:
        if not run.cancelled:
            stage.journal.append(run, CancelRequested(at=now(), by="ada"))
        await clear(run, delivered=delivered)

    line.site.clear = cancelled_meanwhile  # type: ignore[method-assign]
    stage.begin(request())
    run = await stage.driving(line)
    assert run.status == "cancelled"
    assert [event.outcome for event in stage.events if event.kind == "finished"] == ["cancelled"]


async def test_two_engines_do_not_drive_one_run_at_once(stage: Stage) -> None:
    line = Line(runner=ScriptedRunner(takes=LONG))
    stage.begin(request())
    driving = asyncio.ensure_future(stage.driving(line))
    await until(lambda: line.runner.assignments)
    with pytest.raises(OperatorError, match="another process is working on run r1"):
        await stage.driving(Line())
    driving.cancel()
    await asyncio.wait({driving})


async def test_an_engine_whose_lease_was_taken_stops_and_records_nothing_more(stage: Stage) -> None:
    line = Line(runner=ScriptedRunner(takes=LONG))
    stage.begin(request())
    driving = asyncio.ensure_future(stage.driving(line))
    await until(lambda: line.runner.assignments)
    raw = sqlite3.connect(stage.path)
    with raw:
        raw.execute("UPDATE leases SET token = 'another'")
    raw.close()
    before = stage.journal.events("r1")
    with pytest.raises(OperatorError, match="has taken over run r1"):
        await asyncio.wait_for(driving, 5)
    assert stage.journal.events("r1") == before
    assert stage.journal.standing("r1")[1] == "another"


async def test_an_engine_that_wakes_up_after_another_one_finished_the_run_leaves_nothing_behind(
    stage: Stage, tmp_path: Path
) -> None:
    class Frozen(StandingSite):
        """Makes its folder after another engine has taken the run, delivered it and cleared."""

        async def prepare(self, run: Run) -> tuple[str, Survey]:
            raw = sqlite3.connect(stage.path)
            with raw:
                raw.execute("DELETE FROM leases")
            raw.close()
            assert (await stage.driving(Line())).status == "delivered"
            return await super().prepare(run)

    stage.begin(request())
    site = Frozen(tmp_path / "site")
    with pytest.raises(OperatorError, match="has taken over run r1"):
        await stage.driving(Line(site=site))
    assert not site.standing
    assert stage.journal.run("r1").status == "delivered"


async def test_an_interrupted_run_is_free_at_once_and_goes_on_where_it_was(stage: Stage) -> None:
    stage.begin(request())
    slow = Line(runner=ScriptedRunner(takes=LONG))
    driving = asyncio.ensure_future(stage.driving(slow))
    await until(lambda: slow.runner.assignments)
    driving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await driving
    assert stage.free
    line = Line(site=slow.site)
    assert (await stage.driving(line)).status == "delivered"
    assert slow.site.calls["prepare"] == 1
    assert line.world.effects() == STEPS


async def test_an_error_of_the_machine_ends_the_drive_and_not_the_run(stage: Stage) -> None:
    class Broken(ScriptedRunner):
        async def perform(self, assignment: object, workbench: object) -> Outcome:
            raise OperatorError("no Go on this machine", hint="install it")

    stage.begin(request())
    with pytest.raises(OperatorError, match="no Go"):
        await stage.driving(Line(runner=Broken()))
    assert stage.free
    assert (await stage.driving(Line())).status == "delivered"


async def test_many_runs_in_one_process_do_not_get_in_each_others_way(stage: Stage) -> None:
    line = Line(runner=ScriptedRunner(takes=timedelta(milliseconds=5)))
    engine = LocalEngine(stage.journal, line.hands)
    names = [f"r{number}" for number in range(20)]
    for name in names:
        stage.journal.start(name, request(branch=f"feature/{name}"))
    runs = await asyncio.gather(*(engine.drive(name, lambda _: None, lambda *_: None) for name in names))
    assert {run.status for run in runs} == {"delivered"}
    assert set(line.world.effects().values()) == {1}
    assert len(line.world.effects()) == 60
