"""Carries out one action and says what happened: an action's outcome is its event."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import assert_never

from backend_factory.domain.action import Action, Ask, Deliver, Finish, Judge, Perform, Prepare, WaitUntil
from backend_factory.domain.assignment import Blocked, Delivered, Outcome, Paused, Reviewed
from backend_factory.domain.event import (
    Asked,
    Event,
    Finished,
    PhaseBlocked,
    PhaseDelivered,
    PhaseJudged,
    PhasePaused,
    Prepared,
)
from backend_factory.domain.gate import Evidence
from backend_factory.domain.notice import Notice
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run, apply
from backend_factory.errors import InternalError
from backend_factory.gates.judge import verdict as verdict_of
from backend_factory.team.assignment import assign
from backend_factory.workflow.members import DECLINES, left
from backend_factory.workflow.mending import unmended, untouched
from backend_factory.workflow.meter import RunMeter
from backend_factory.workflow.phases import PHASES
from backend_factory.workflow.ports import Delivery, Gatekeeper, Observe, Record, Runner, Site, Staff
from backend_factory.workflow.review import review
from backend_factory.workspace.workbench import OutOfLane, Workbench
from backend_factory.workspace.writing import PathRefused

LONGEST_PAUSE = timedelta(minutes=15)
"""That is made of a shorter one, however often in a row."""


@dataclass(frozen=True, slots=True)
class _Done:
    """What a member did in an attempt."""

    runner: Runner
    outcome: Outcome
    commit: str
    evidence: tuple[Evidence, ...]
    notes: tuple[str, ...]


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Hands:
    """Everything by which actions have effects."""

    staff: Staff
    site: Site
    gate: Gatekeeper
    delivery: Delivery

    async def perform(self, action: Action, run: Run, observe: Observe, record: Record = apply) -> Event:
        """Do `action` for `run`. Doing it again after a crash has the same effect as doing it once.

        What is spent on the way goes through `record`. BudgetReached when a limit of the run is used up.
        """
        match action:
            case Prepare():
                worktree, survey = await self.site.prepare(run)
                return Prepared(at=now(), worktree=worktree, survey=survey)
            case Perform():
                return await self._perform(action, run, observe, record)
            case Judge():
                return await self._judge(action, run, observe, record)
            case Ask():
                return Asked(
                    at=now(),
                    about=action.about,
                    phase=action.phase,
                    question=action.question,
                    tried=action.tried,
                    needed=action.needed,
                    demand=action.demand,
                    limit=action.limit,
                )
            case Deliver():
                return await self.delivery.deliver(run, action.step, observe)
            case Finish():
                await self.site.clear(run, delivered=action.outcome == "delivered")
                return Finished(at=now(), outcome=action.outcome, reason=action.reason)
            case WaitUntil():
                raise InternalError("waiting is the engine's, not the hands'")
            case _ as unreachable:
                assert_never(unreachable)

    async def _perform(self, action: Perform, run: Run, observe: Observe, record: Record) -> Event:
        def say(text: str) -> None:
            observe(Notice(at=now(), run=run.id, phase=action.phase, text=text))

        say(PHASES[action.phase].doing.format(title=run.title))
        started = time.monotonic()
        done = await self._in_turn(action, run, say, record)
        runner, outcome = done.runner, done.outcome
        seconds = time.monotonic() - started
        match outcome:
            case Delivered():
                return PhaseDelivered(
                    at=now(),
                    phase=action.phase,
                    attempt=action.attempt,
                    runner=runner.name,
                    deliverable=outcome.deliverable,
                    commit=done.commit,
                    seconds=seconds,
                    evidence=done.evidence,
                    notes=done.notes,
                )
            case Blocked():
                return PhaseBlocked(
                    at=now(),
                    phase=action.phase,
                    attempt=action.attempt,
                    runner=runner.name,
                    blocked=outcome,
                    evidence=done.evidence,
                    notes=done.notes,
                )
            case Paused():
                return PhasePaused(at=now(), phase=action.phase, attempt=action.attempt, paused=_not_at_once(run, outcome))
            case Reviewed():
                raise InternalError(f"{runner.name} reviewed where it was to do {action.phase}")
            case _ as unreachable:
                assert_never(unreachable)

    async def _in_turn(self, action: Perform, run: Run, say: Callable[[str], None], record: Record) -> _Done:
        """What the first member did that does not decline, else the last one, with what all of them tried."""
        waiting = deque(left(run, await self.staff.members(run, action.phase)))
        tried: tuple[str, ...] = ()
        notes: tuple[str, ...] = ()
        kept: tuple[Evidence, ...] = ()
        if run.repeats and len(waiting) > 1:
            notes = (f"the same findings came again: {waiting[0].name} is asked first",)
            say(notes[0])
        while True:
            runner = waiting.popleft()
            workbench = await self.site.workbench(run, action.phase, say, goes_on=run.goes_on(runner.name))
            meter = workbench.meter = RunMeter(run, action.phase, action.attempt, runner.name, record)
            outcome, commit = await self._attempt(run, action.phase, runner, workbench, meter)
            run, notes, kept = meter.run, notes + workbench.notes, kept + workbench.kept
            if waiting and isinstance(outcome, Delivered):
                outcome = untouched(run, action.phase, commit) or outcome
            if not isinstance(outcome, Blocked):
                return _Done(runner, outcome, commit, kept, notes)
            tried += outcome.tried
            if not waiting or outcome.reason not in DECLINES:
                return _Done(runner, outcome.model_copy(update={"tried": tried}), "", kept, notes)
            why = "; ".join((*outcome.tried[:1], outcome.needed))
            notes += (f"{runner.name} declines: {why}; {waiting[0].name} is next",)
            say(notes[-1])

    async def _attempt(
        self, run: Run, phase: PhaseId, runner: Runner, workbench: Workbench, meter: RunMeter
    ) -> tuple[Outcome, str]:
        """What the member answered, and the commit of its files; a file that it may not write blocks it."""
        try:
            assignment = assign(run, phase)
            outcome = await meter.stopping(runner.perform(assignment, workbench))
            if not isinstance(outcome, Delivered):
                return outcome, ""
            commit = await self.site.commit(run, phase, outcome.deliverable) if PHASES[phase].writes else ""
            return unmended(run, assignment, outcome, commit) or outcome, commit
        except (PathRefused, OutOfLane) as refusal:
            return _refused(phase, str(refusal)), ""

    async def _judge(self, action: Judge, run: Run, observe: Observe, record: Record) -> Event:
        started = time.monotonic()
        checks, verdict = await self.gate.judge(run, action.phase, observe)
        reviewer = await self.staff.reviewer(run, action.phase) if verdict.kind == "passed" else None
        if reviewer:
            result = await review(reviewer, self.site, run, action.phase, observe, record)
            if isinstance(result, Paused):
                return PhasePaused(at=now(), phase=action.phase, attempt=action.attempt, paused=_not_at_once(run, result))
            checks = (*checks, result)
            verdict = verdict_of(action.phase, checks) if result.in_the_way else verdict
        name = f"{action.phase.number}-{action.phase}-{action.attempt}"
        patch = "" if verdict.kind == "passed" else await self.site.keep_rejected(run, verdict.phase, name)
        return PhaseJudged(
            at=now(),
            phase=action.phase,
            attempt=action.attempt,
            checks=checks,
            verdict=verdict,
            seconds=time.monotonic() - started,
            patch=patch,
        )


def _not_at_once(run: Run, paused: Paused) -> Paused:
    """The pause, longer each time in a row where the time it names is no help: nobody is asked thousands of times an hour."""
    least = min(timedelta(seconds=2 ** min(run.pauses, 20) - 1), LONGEST_PAUSE)
    return paused.model_copy(update={"until": max(paused.until, now() + least)})


def _refused(phase: PhaseId, reason: str) -> Blocked:
    """Trying again is a person's to say: the same member would write the same file."""
    member = PHASES[phase].member
    return Blocked(
        reason="tool",
        needed=f"files that {member} may write; refused: {reason}",
        tried=(f"{member} worked, and a file was refused: {reason}",),
        question=f"A file of {member} was refused: {reason}. Try again?",
    )
