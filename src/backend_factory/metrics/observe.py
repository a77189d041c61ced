"""What the events of one run say, before runs are put together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from backend_factory.domain.event import (
    Answered,
    Asked,
    CancelRequested,
    Event,
    Finished,
    PhaseBlocked,
    PhaseDelivered,
    PhaseJudged,
    Requested,
    Spent,
    StepDelivered,
    StepFailed,
)
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.spending import Spending, spending

COVERAGE = "coverage_percent"
"""Name of the figure in which a check gives the coverage of the changed lines."""


ANSWER = "load_mean_ms"
"""Name of the figure in which a check gives the mean answer time under load."""


@dataclass
class Observed:
    """One run's own figures; durations in seconds."""

    requested_at: datetime | None = None
    outcome: str = ""
    """"delivered", "stopped", "cancelled"; empty while the run is open."""
    elapsed: float = 0.0
    working: float = 0.0
    waiting: float = 0.0
    first: dict[PhaseId, bool] = field(default_factory=dict)
    """Phase -> whether its first judgement was a pass."""
    completed: set[PhaseId] = field(default_factory=set)
    people: Counter[str] = field(default_factory=Counter)
    reworks: int = 0
    gates: dict[PhaseId, tuple[CheckResult, ...]] = field(default_factory=dict)
    """Checks of the last gate that passed."""
    stack: Counter[str] = field(default_factory=Counter)
    deployed: tuple[CheckResult, ...] = ()
    """Checks of the deployment that succeeded."""
    open_question: Asked | None = None
    spent: Spending = field(default_factory=Spending)

    @property
    def interventions(self) -> int:
        """Times that a person had to step in."""
        return sum(n for kind, n in self.people.items() if kind != "approvals")

    @property
    def coverage(self) -> float | None:
        """Percent of the changed lines, from the gate of the test phase."""
        return self._figure(PhaseId.TEST, COVERAGE)

    @property
    def answer_ms(self) -> float | None:
        """Mean answer time under load, from the gate of the validation."""
        return self._figure(PhaseId.VALIDATE, ANSWER)

    def _figure(self, phase: PhaseId, name: str) -> float | None:
        figures = [c.figures[name] for c in self.gates.get(phase, ()) if name in c.figures]
        return figures[-1] if figures else None


def observe(events: Sequence[Event]) -> Observed:
    """The figures of one run, from its events in order."""
    seen = Observed()
    for event in events:
        _take(seen, event)
    return seen


def _take(seen: Observed, event: Event) -> None:
    match event:
        case Requested():
            seen.requested_at = event.at
        case PhaseDelivered():
            seen.working += event.seconds
        case Spent():
            seen.spent += spending(event.usage, event.time)
        case PhaseBlocked():
            seen.first.setdefault(event.phase, False)
        case PhaseJudged():
            seen.working += event.seconds
            _judged(seen, event)
        case Asked():
            seen.open_question = event
            seen.people["escalations"] += event.about == "escalation"
        case Answered():
            _answered(seen, event)
        case StepDelivered() | StepFailed():
            seen.working += event.seconds
            if event.step == "stack":
                seen.stack[event.kind] += 1
                seen.deployed = event.checks if event.kind == "step_delivered" else ()
        case CancelRequested():
            seen.people["cancellations"] += 1
            _waited(seen, event.at)
        case Finished():
            seen.outcome = event.outcome
            if seen.requested_at:
                seen.elapsed = (event.at - seen.requested_at).total_seconds()
        case _:
            pass


def _judged(seen: Observed, event: PhaseJudged) -> None:
    passed = event.verdict.kind == "passed"
    seen.first.setdefault(event.phase, passed)
    if passed:
        seen.completed.add(event.phase)
        seen.gates[event.phase] = event.checks
    else:
        seen.reworks += 1


def _answered(seen: Observed, event: Answered) -> None:
    question = seen.open_question
    _waited(seen, event.at)
    if event.answer == "stop":
        seen.people["stops"] += 1
    elif question and question.about == "checkpoint":
        seen.people["approvals" if event.answer == "go_on" else "send_backs"] += 1


def _waited(seen: Observed, until: datetime) -> None:
    if seen.open_question:
        seen.waiting += (until - seen.open_question.at).total_seconds()
    seen.open_question = None
