"""A run's events put in the order in which a reader asks: attempts, questions, delivery."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from backend_factory.domain.assignment import Blocked
from backend_factory.domain.deliverable import (
    Deliverable,
    Implementation,
    Plan,
    Release,
    Requirements,
    TestSuite,
    Validation,
)
from backend_factory.domain.event import (
    Answered,
    Asked,
    Event,
    PhaseBlocked,
    PhaseDelivered,
    PhaseJudged,
    StepDelivered,
    StepFailed,
)
from backend_factory.domain.gate import CheckResult, Evidence
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run

D = TypeVar("D", Requirements, Plan, Implementation, TestSuite, Validation, Release)


@dataclass(frozen=True)
class Attempt:
    """One try of a team member and what the gate said to it."""

    phase: PhaseId
    number: int
    runner: str
    working: float = 0.0
    """Seconds of the member."""
    commit: str = ""
    evidence: tuple[Evidence, ...] = ()
    """What its runner kept: the conversation."""
    blocked: Blocked | None = None
    judged: PhaseJudged | None = None
    accepted: bool = False
    """Its deliverable is the one that the run goes on with."""

    @property
    def member(self) -> str:
        """Who did it."""
        return self.phase.member

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """What the gate ran."""
        return self.judged.checks if self.judged else ()

    @property
    def outcome(self) -> str:
        """In words."""
        if self.blocked:
            return "blocked"
        if self.judged is None:
            return "not judged yet"
        verdict = self.judged.verdict
        if verdict.kind == "passed":
            return "passed" if self.accepted else "passed, later redone"
        return f"sent back to {verdict.phase.member}" if verdict.kind == "rework" else "stuck"


@dataclass(frozen=True)
class Exchange:
    """A question to a person, and the answer."""

    asked: Asked
    answered: Answered | None = None


@dataclass(frozen=True)
class Account:
    """A run, told in full."""

    run: Run
    attempts: tuple[Attempt, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    steps: tuple[StepDelivered | StepFailed, ...] = ()
    deliverables: dict[PhaseId, Deliverable] = field(default_factory=dict)
    """The newest of each phase, accepted or not."""

    def delivered(self, kind: type[D]) -> D | None:
        """The newest deliverable of that type; None where the run has not come so far."""
        return next((d for d in self.deliverables.values() if isinstance(d, kind)), None)

    def accepted(self, phase: PhaseId) -> Attempt | None:
        """The attempt with which the run goes on; None where there is none."""
        return next((a for a in reversed(self.attempts) if a.phase is phase and a.accepted), None)

    @property
    def gates(self) -> tuple[Attempt, ...]:
        """The accepted attempt of each phase, in the order of the line."""
        return tuple(a for phase in PhaseId if (a := self.accepted(phase)))

    @property
    def coverage(self) -> float | None:
        """Percent of the changed lines that the tests reach, as the accepted test gate measured it."""
        gate = self.accepted(PhaseId.TEST)
        figures = [c.figures["coverage_percent"] for c in gate.checks if "coverage_percent" in c.figures] if gate else []
        return figures[-1] if figures else None

    @property
    def elapsed(self) -> timedelta:
        """From the request to the last event."""
        return self.run.updated - self.run.requested.at


def read_account(run: Run, events: Sequence[Event]) -> Account:
    """The account of `run`, whose events in order are `events`."""
    attempts: list[Attempt] = []
    exchanges: list[Exchange] = []
    steps: list[StepDelivered | StepFailed] = []
    deliverables: dict[PhaseId, Deliverable] = {}
    for event in events:
        match event:
            case PhaseDelivered():
                attempts.append(Attempt(event.phase, event.attempt, event.runner, event.seconds, event.commit, event.evidence))
                deliverables[event.phase] = event.deliverable
            case PhaseBlocked():
                attempts.append(Attempt(event.phase, event.attempt, event.runner, evidence=event.evidence, blocked=event.blocked))
            case PhaseJudged() if attempts:
                attempts[-1] = replace(attempts[-1], judged=event)
            case Asked():
                exchanges.append(Exchange(event))
            case Answered() if exchanges:
                exchanges[-1] = replace(exchanges[-1], answered=event)
            case StepDelivered() | StepFailed():
                steps.append(event)
            case _:
                pass
    return Account(run, _with_acceptance(run, attempts), tuple(exchanges), tuple(steps), deliverables)


def _with_acceptance(run: Run, attempts: list[Attempt]) -> tuple[Attempt, ...]:
    """The last attempt of each phase stands, if the run kept its deliverable and the gate passed it."""
    newest = {attempt.phase: at for at, attempt in enumerate(attempts)}
    return tuple(
        replace(attempt, accepted=newest[attempt.phase] == at and attempt.phase in run.deliverables and _passed(attempt))
        for at, attempt in enumerate(attempts)
    )


def _passed(attempt: Attempt) -> bool:
    return attempt.judged is not None and attempt.judged.verdict.kind == "passed"
