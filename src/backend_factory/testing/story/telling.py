"""Tells a run event by event."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from backend_factory.domain.assignment import Blocked, Finding, Survey
from backend_factory.domain.event import (
    Answered,
    Asked,
    Event,
    Finished,
    PhaseBlocked,
    PhaseDelivered,
    PhaseJudged,
    Prepared,
    Requested,
    Spent,
    StepDelivered,
    StepFailed,
)
from backend_factory.domain.gate import CheckResult, Evidence, Verdict
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.usage import Usage
from backend_factory.testing.story.sample import DELIVERABLES, DETECTION, TEXT

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

_CHECKS = {
    PhaseId.SUMMARIZE: ("traceability", "Every demand is traced", "3 demands", {}),
    PhaseId.PLAN: ("openapi", "The contract is valid OpenAPI 3.1", "1 route", {}),
    PhaseId.IMPLEMENT: ("go-build", "Builds for both architectures", "2 packages", {}),
    PhaseId.TEST: ("go-coverage", "Changed lines are covered", "94.1 % of changed lines", {"coverage_percent": 94.1}),
    PhaseId.VALIDATE: ("scenarios", "Each criterion holds from outside", "2 scenarios", {"mean_ms": 12.5}),
    PhaseId.COMMIT: ("change-set", "Nothing stateful is replaced", "4 resources added", {}),
}

COMPILER_OUTPUT = b"pkg/maintenancewindow/create.go:12: undefined: startsAt\n"

FINDING = Finding(
    check="go-build",
    rule="compiles",
    message="undefined: startsAt",
    file="pkg/maintenancewindow/create.go",
    line=12,
    expected="a program that builds",
    seen="exit status 1",
    hint="declare it",
    mends=PhaseId.IMPLEMENT,
)


@dataclass
class Story:
    """Tells a run event by event; each call adds one and lets `seconds` pass."""

    start: datetime = START
    events: list[Event] = field(default_factory=list)
    evidence: dict[str, bytes] = field(default_factory=dict)
    seconds: float = 2.0

    @property
    def now(self) -> datetime:
        """When the next event happens."""
        return self.start + timedelta(seconds=self.seconds * len(self.events))

    def requested(self, text: str = TEXT, *, unattended: bool = False) -> "Story":
        """The request, and the worktree."""
        self.events += [
            Requested(
                at=self.now,
                text=text,
                ticket="CHAR-123",
                detection=DETECTION,
                repository="/home/ada/chariot",
                base_branch="main",
                base_commit="0" * 40,
                branch="feature/CHAR-123-maintenance-window",
                unattended=unattended,
            )
        ]
        self.events += [Prepared(at=self.now, worktree="/state/worktree", survey=Survey())]
        return self

    def delivered(self, phase: PhaseId, attempt: int = 1) -> "Story":
        """The member delivers, its files in a commit."""
        writes = phase not in (PhaseId.SUMMARIZE, PhaseId.VALIDATE)
        self.events.append(
            PhaseDelivered(
                at=self.now,
                phase=phase,
                attempt=attempt,
                runner="blueprint",
                deliverable=DELIVERABLES[phase],
                commit=f"{phase.number}{attempt}" + "a" * 38 if writes else "",
                seconds=1.0,
            )
        )
        return self

    def paid(self, phase: PhaseId, cost: Decimal | None, attempt: int = 1, model: str = "some:model") -> "Story":
        """The member pays for a turn of 1,000 tokens and half a minute."""
        turn = sum(isinstance(e, Spent) and (e.phase, e.attempt) == (phase, attempt) for e in self.events) + 1
        usage = Usage(model=model, input_tokens=900, cached_tokens=300, output_tokens=100, cost_usd=cost)
        time = timedelta(seconds=30)
        self.events.append(Spent(at=self.now, phase=phase, attempt=attempt, turn=turn, runner="model", usage=usage, time=time))
        return self

    def passed(self, phase: PhaseId, attempt: int = 1) -> "Story":
        """The gate passes."""
        self._judged(phase, attempt, "passed", ())
        return self

    def failed(self, phase: PhaseId, attempt: int = 1) -> "Story":
        """The gate sends back with a finding."""
        self._judged(phase, attempt, "rework", (FINDING,))
        return self

    def _judged(self, phase: PhaseId, attempt: int, verdict: str, findings: tuple[Finding, ...]) -> None:
        name, title, summary, figures = _CHECKS[phase]
        output = COMPILER_OUTPUT if findings else b"ok\n"
        digest = hashlib.sha256(output).hexdigest()
        self.evidence[digest] = output
        check = CheckResult(
            check=name,
            title=title,
            status="failed" if findings else "passed",
            summary=summary,
            findings=findings,
            evidence=(Evidence(title="output", sha256=digest, media_type="text/plain", bytes=len(output)),),
            figures=figures,
            duration=timedelta(seconds=0.5),
        )
        self.events.append(
            PhaseJudged(
                at=self.now,
                phase=phase,
                attempt=attempt,
                checks=(check,),
                verdict=Verdict(kind=verdict, phase=phase, findings=findings),
                seconds=0.5,
            )
        )

    def asked(self, phase: PhaseId, question: str = "Ready to assign Solution Architect for technical planning?") -> "Story":
        """The run waits at a checkpoint."""
        self.events.append(Asked(at=self.now, about="checkpoint", phase=phase, question=question))
        return self

    def blocked(self, phase: PhaseId, demand: str = "with pigeons") -> "Story":
        """The member cannot go on, and a person is asked."""
        blocked = Blocked(
            reason="unsupported_demand",
            demand=demand,
            needed="a carrier that has an API",
            tried=("looked for a known pattern",),
            question=f"Leave out “{demand}”?",
        )
        self.events.append(PhaseBlocked(at=self.now, phase=phase, attempt=1, runner="blueprint", blocked=blocked))
        self.events.append(
            Asked(
                at=self.now,
                about="escalation",
                phase=phase,
                question=blocked.question,
                tried=blocked.tried,
                needed=blocked.needed,
                demand=demand,
            )
        )
        return self

    def answered(self, answer: str = "go_on", *, by: str = "ada", remark: str = "") -> "Story":
        """A person answers."""
        self.events.append(Answered(at=self.now, answer=answer, by=by, remark=remark))
        return self

    def step(self, step: str, receipt: dict[str, str]) -> "Story":
        """A step of the delivery is done."""
        self.events.append(StepDelivered(at=self.now, step=step, receipt=receipt, seconds=3.0))
        return self

    def step_failed(self, step: str, reason: str = "the change set was refused") -> "Story":
        """A step of the delivery did not succeed."""
        self.events.append(StepFailed(at=self.now, step=step, reason=reason, seconds=3.0))
        return self

    def finished(self, outcome: str = "delivered", reason: str = "") -> "Story":
        """The run ends."""
        self.events.append(Finished(at=self.now, outcome=outcome, reason=reason))
        return self


def to_delivery(story: Story, *phases: PhaseId) -> Story:
    """Each of `phases` (all six if none is named) is delivered and passes at once."""
    for phase in phases or tuple(PhaseId):
        story.delivered(phase).passed(phase)
    return story


def delivered_run(*, start: datetime = START, text: str = TEXT) -> Story:
    """A run that was approved once, sent back once by a gate, and delivered."""
    story = Story(start=start).requested(text)
    story.delivered(PhaseId.SUMMARIZE).passed(PhaseId.SUMMARIZE).asked(PhaseId.SUMMARIZE).answered()
    to_delivery(story, PhaseId.PLAN)
    story.delivered(PhaseId.IMPLEMENT).failed(PhaseId.IMPLEMENT)
    story.delivered(PhaseId.IMPLEMENT, 2).passed(PhaseId.IMPLEMENT, 2)
    to_delivery(story, PhaseId.TEST, PhaseId.VALIDATE, PhaseId.COMMIT)
    story.step("branch", {"branch": "feature/CHAR-123-maintenance-window", "commit": "6" * 40})
    story.step("stack", {"stack": "maintenance-window", "status": "CREATE_COMPLETE", "rollback": "proven"})
    story.step("pull_request", {"number": "1", "title": "feat: Maintenance Window API"})
    return story.finished()
