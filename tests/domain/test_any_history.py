"""Whatever members, gates, deliveries and people do, a run ends or waits, within its caps, and its record tells it whole."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pydantic import TypeAdapter

from backend_factory.domain.action import Action, Ask, Deliver, Finish, Judge, Perform, Prepare, WaitUntil
from backend_factory.domain.assignment import Blocked, Finding, Limits, Paused, Survey
from backend_factory.domain.budget import Budget, Budgets
from backend_factory.domain.event import (
    Answered,
    Asked,
    CancelRequested,
    Event,
    Finished,
    PhaseBlocked,
    PhaseDelivered,
    PhaseJudged,
    PhasePaused,
    Prepared,
    Requested,
    Spent,
    StepDelivered,
    StepFailed,
)
from backend_factory.domain.gate import Verdict
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import apply, begin, rebuild
from backend_factory.domain.usage import Usage
from backend_factory.testing.tiny import TINY
from backend_factory.testing.wiring import request
from backend_factory.workflow.manager import decide
from backend_factory.workflow.phases import PHASES

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
BUDGETS = Budgets(
    run=Budget(money=Decimal(1), tokens=9_000), phase=Budget(tokens=4_000), attempt=Budget(time=timedelta(minutes=9))
)
LIMITS = Limits(attempts=2, reworks=4, wall_clock=timedelta(hours=1), budgets=BUDGETS)
COSTS = st.none() | st.decimals(0, 2, places=2)
USAGES = st.builds(
    Usage,
    model=st.sampled_from(["a", "b"]),
    input_tokens=st.integers(0, 6).map(lambda n: 500 * n),
    output_tokens=st.just(0),
    cost_usd=COSTS,
)
TURNS = st.lists(st.tuples(USAGES, st.integers(0, 4)), max_size=4)
LONGEST = 200
"""Actions between two answers that no run may exceed: 6 phases x 2 attempts x 2 actions, the delivery, and room."""


class History(RuleBasedStateMachine):
    """Plays engine, team, gate, outside world and people; decisions are the manager's own."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.events: list[Event] = []
        self.since_answer = 0
        self.limits = BUDGETS
        requested = request(unattended=False, limits=LIMITS)
        self.tell(requested)

    def tell(self, event: Event) -> None:
        self.now += timedelta(seconds=1)
        if isinstance(event, Requested):
            self.run = begin("r1", event)
        else:
            self.run = apply(self.run, event)
        self.events.append(event)

    @property
    def wanted(self) -> Action | None:
        return decide(self.run, self.now)

    @precondition(lambda self: self.wanted is not None)
    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        """The engine's one step."""
        self.since_answer += 1
        match self.wanted:
            case Prepare():
                self.tell(Prepared(at=self.now, worktree="/w", survey=Survey()))
            case Perform() as action:
                self.perform(action, data)
            case Judge() as action:
                verdict = data.draw(self.verdicts(action.phase))
                judged = PhaseJudged(
                    at=self.now, phase=action.phase, attempt=action.attempt, checks=(), verdict=verdict, seconds=30.0
                )
                self.tell(judged)
            case Ask() as ask:
                asked = Asked(at=self.now, **asdict(ask))
                self.tell(asked)
            case WaitUntil(at):
                assert at > self.now
                self.now = at
            case Deliver(step):
                assert step not in self.run.receipts
                good = StepDelivered(at=self.now, step=step, receipt={"it": "is there"}, seconds=5.0)
                self.tell(data.draw(st.sampled_from([good, StepFailed(at=self.now, step=step, reason="refused")])))
            case Finish(outcome, reason):
                self.tell(Finished(at=self.now, outcome=outcome, reason=reason))
            case None:
                raise AssertionError("there was something to do")

    def perform(self, action: Perform, data: st.DataObject) -> None:
        """A member's turns, each paid for, until it is stopped or killed or answers."""
        for turn, (usage, minutes) in enumerate(data.draw(TURNS), 1):
            self.ensure_affordable(action)
            time = timedelta(minutes=minutes)
            turned = {"phase": action.phase, "attempt": action.attempt, "turn": turn, "runner": "r", "usage": usage, "time": time}
            spent = Spent.model_validate({"at": self.now, **turned})
            self.tell(spent)
            if self.run.reached:
                return
        if data.draw(st.sampled_from([True, True, False])):
            self.tell(data.draw(self.outcomes(action)))

    def ensure_affordable(self, action: Perform) -> None:
        """Before any turn, what was paid until then is below every limit: so a limit is passed by one turn at most."""
        spent = [event for event in self.events if isinstance(event, Spent)]
        of_phase = [event for event in spent if event.phase is action.phase]
        of_attempt = [event for event in of_phase if event.attempt == action.attempt]
        for limits, paid in ((self.limits.run, spent), (self.limits.phase, of_phase), (self.limits.attempt, of_attempt)):
            assert limits.money is None or sum(event.usage.cost_usd or 0 for event in paid) < limits.money
            assert limits.tokens is None or sum(event.usage.tokens for event in paid) < limits.tokens
            assert limits.time is None or sum((event.time for event in paid), timedelta(0)) < limits.time

    def outcomes(self, action: Perform) -> st.SearchStrategy[Event]:
        phase, attempt = action.phase, action.attempt
        why = Blocked(reason="ambiguous", demand="pigeons", needed="a carrier", tried=(), question="Leave it out?")
        commit = f"{len(self.events)}" if PHASES[phase].writes else ""
        pause = Paused(until=self.now + timedelta(minutes=30), reason="quota")
        return st.sampled_from(
            [
                PhaseDelivered(
                    at=self.now,
                    phase=phase,
                    attempt=attempt,
                    runner="r",
                    deliverable=TINY[phase],
                    commit=commit,
                    seconds=60.0,
                ),
                PhaseBlocked(at=self.now, phase=phase, attempt=attempt, runner="r", blocked=why),
                PhasePaused(at=self.now, phase=phase, attempt=attempt, paused=pause),
            ]
        )

    def verdicts(self, phase: PhaseId) -> st.SearchStrategy[Verdict]:
        earlier = [p for p in PhaseId if p.number <= phase.number]
        found = st.builds(
            lambda to, message: Verdict(
                kind="rework", phase=to, findings=(Finding(check="c", rule="r", message=message, mends=to),)
            ),
            st.sampled_from(earlier),
            st.sampled_from("abc"),
        )
        passed = st.just(Verdict(kind="passed", phase=phase))
        return st.one_of(passed, passed, found, st.just(Verdict(kind="escalate", phase=phase, reason="no disk")))

    @precondition(lambda self: self.run.question is not None)
    @rule(answer=st.sampled_from(["go_on", "go_on", "send_back", "stop"]))
    def answer(self, answer: str) -> None:
        """A person answers."""
        self.since_answer = 0
        question, raised = self.run.question, None
        if question and question.limit and answer == "go_on":
            held = self.limits.of(question.limit.scope)
            more = {name: value * 2 for name, value in held if value is not None}
            self.limits = raised = self.limits.with_limits(question.limit.scope, Budget.model_validate(more))
        told = {"at": self.now, "answer": answer, "remark": "do less", "by": "ada", "raised": raised}
        self.tell(Answered.model_validate(told))

    @precondition(lambda self: not self.run.finished and not self.run.cancelled and len(self.events) > 10)
    @rule(really=st.integers(0, 9))
    def cancel(self, really: int) -> None:
        """A person cancels, now and then."""
        if really == 0:
            self.tell(CancelRequested(at=self.now, by="ada"))

    @precondition(lambda self: self.wanted is None)
    @rule()
    def time_passes(self) -> None:
        """A run that is finished, or waits for a person, does so for ever."""
        self.now += timedelta(days=30)

    @invariant()
    def told_whole(self) -> None:
        """The run rebuilt from its record is the run."""
        again = tuple(EVENT.validate_json(event.model_dump_json()) for event in self.events)
        assert rebuild("r1", again) == self.run

    @invariant()
    def accepted_in_order(self) -> None:
        """Nothing is accepted of a phase that is still to come, and every accepted one before it is there."""
        current = self.run.phase.number if self.run.phase else 7
        assert all(phase.number <= current for phase in self.run.deliverables)
        assert all(phase in self.run.deliverables for phase in PhaseId if phase.number < current)
        assert all(phase.number <= current for phase in self.run.commits)
        if self.run.receipts:
            assert self.run.phase is None

    @invariant()
    def within_caps(self) -> None:
        """No cap is passed without a person's grant, and nothing goes on for ever without one."""
        times = self.run.grants + 1
        assert all(n <= LIMITS.attempts * times for n in self.run.attempts.values())
        assert self.since_answer <= LONGEST

    @invariant()
    def ends_or_waits_for_somebody(self) -> None:
        """There is nothing to do only when the run is finished or a question is open."""
        if self.wanted is None:
            assert self.run.finished or self.run.question
        if self.run.finished:
            assert self.wanted is None
            assert self.events[-1].kind == "finished"
        if self.run.status == "delivered":
            assert set(self.run.receipts) == {"branch", "stack", "pull_request"}


TestAnyHistory = History.TestCase
TestAnyHistory.settings = settings(max_examples=40, stateful_step_count=50, deadline=None)
