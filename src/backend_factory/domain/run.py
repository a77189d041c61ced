"""A run as its events made it: `apply` is the only way in which one changes."""

from datetime import datetime, timedelta
from typing import Literal, assert_never

from pydantic import Field

from backend_factory.domain.assignment import Blocked, Finding
from backend_factory.domain.budget import Budgets, Reached, reached
from backend_factory.domain.consequences import answered, judged
from backend_factory.domain.deliverable import Deliverable
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
from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.policy import Risk
from backend_factory.domain.rejected import Fingerprint, Rejected, rejected_by_gate
from backend_factory.domain.spending import Ledger, spending


class Run(Record):
    """One request's way through the line."""

    id: str
    sequence: int
    """Number of events so far."""
    requested: Requested
    prepared: Prepared | None = None
    phase: PhaseId | None = PhaseId.SUMMARIZE
    """The phase in work; None once all six are accepted."""
    stage: Literal["pending", "delivered"] = "pending"
    """How far the attempt of `phase` is."""
    attempts: dict[PhaseId, int] = Field(default_factory=dict)
    """Attempts begun and ended, of every phase over the whole run."""
    reworks: int = 0
    """Times that a gate sent work back."""
    grants: int = 0
    """Times that a person allowed the caps once more, in answer to an escalation or by sending work back."""
    deliverables: dict[PhaseId, Deliverable] = Field(default_factory=dict)
    """Accepted, and the one in judgement."""
    commits: dict[PhaseId, str] = Field(default_factory=dict)
    workers: dict[PhaseId, str] = Field(default_factory=dict)
    """Phase -> who last delivered it."""
    findings: tuple[Finding, ...] = ()
    """What the next attempt is told."""
    failures: dict[PhaseId, tuple[Finding, ...]] = Field(default_factory=dict)
    """What each gate found when it last failed, until it passes."""
    repeats: int = 0
    """Times in a row that a gate found the same as before."""
    sent_back: dict[PhaseId, Fingerprint] = Field(default_factory=dict)
    """Phase -> its work that a gate last sent back to it: the same again would mend nothing."""
    rejected: tuple[Rejected, ...] = ()
    """Rejected attempts that had files, oldest first."""
    stuck: str = ""
    """A gate's reason why trying again would not help."""
    blocked: Blocked | None = None
    remarks: dict[PhaseId, str] = Field(default_factory=dict)
    """What a person said when sending work back, the last word for each phase; it holds for every later attempt."""
    excluded: tuple[str, ...] = ()
    risks: tuple[Risk, ...] = ()
    """What persons accepted in their answers; what the repository accepts is in `requested.policy`."""
    approved: str = ""
    """Who approved the deployment of what is accepted now."""
    checkpoint: PhaseId | None = None
    """The phase that was accepted last and whose checkpoint nobody has passed yet."""
    question: Asked | None = None
    paused_until: datetime | None = None
    pauses: int = 0
    """Pauses in a row, nothing paid for or delivered between them."""
    receipts: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Step of the delivery -> what is visible outside."""
    step_failed: StepFailed | None = None
    working: timedelta = timedelta(0)
    """Time spent by members, gates and delivery; waiting is not in it."""
    ledger: Ledger = Ledger()
    """What paid members have spent."""
    underway: Spent | None = None
    """The last paid turn of an attempt that has not come to its end."""
    raised: Budgets | None = None
    """The limits that a person set in an answer; None while those of the request hold."""
    cancelled: str = ""
    """Who asked for it."""
    stopped: str = ""
    """Who said stop."""
    finished: Finished | None = None
    updated: datetime

    @property
    def title(self) -> str:
        """As detection named it."""
        return self.requested.detection.title

    @property
    def attempt(self) -> int:
        """Number of the attempt of `phase` that is next or in work, from 1."""
        return self.attempts.get(self.phase, 0) + 1 if self.phase else 0

    @property
    def head(self) -> str:
        """The newest commit of the run: the base commit until a phase has committed."""
        return next((self.commits[p] for p in reversed(PhaseId) if p in self.commits), self.requested.base_commit)

    @property
    def status(self) -> Literal["working", "waiting", "delivered", "stopped", "cancelled"]:
        """In one word; `waiting` is for a person."""
        if self.finished:
            return self.finished.outcome
        return "waiting" if self.question else "working"

    def goes_on(self, runner: str) -> bool:
        """Whether that member was interrupted in the attempt in work, and goes on from its last paid turn."""
        return bool(self.underway and self.underway.kept and self.underway.runner == runner)

    @property
    def budgets(self) -> Budgets:
        """The limits on spending that hold now."""
        return self.raised or self.requested.limits.budgets

    @property
    def reached(self) -> Reached | None:
        """The limit on spending that is used up; None where the next turn may be paid for."""
        return reached(self.budgets, self.ledger, self.phase, self.attempt) if self.phase else None

    def parent_commit(self, phase: PhaseId) -> str:
        """The newest accepted commit before `phase`."""
        earlier = [self.commits[p] for p in PhaseId if p.number < phase.number and p in self.commits]
        return earlier[-1] if earlier else self.requested.base_commit

    def may_pass(self, accepted: PhaseId, by: str) -> bool:
        """Whether that person may pass the checkpoint after that phase; the last one approves the deployment."""
        approval = self.requested.policy.approval
        return approval.may_deploy(by, self.requested.by) if accepted is PhaseId.COMMIT else approval.may_decide(by)

    def accepted(self, check: str, at: datetime) -> Risk | None:
        """The risk under which that check may fail at that time: the newest, or None."""
        every = (*self.requested.policy.risks, *self.risks)
        return next((risk for risk in reversed(every) if risk.check == check and risk.counts(at)), None)


class RunSummary(Record):
    """A line in the list of runs."""

    id: str
    title: str
    status: Literal["working", "waiting", "delivered", "stopped", "cancelled"]
    phase: PhaseId | None
    repository: str
    branch: str
    created: datetime
    updated: datetime


def summarize(run: Run) -> RunSummary:
    """The run as one line."""
    return RunSummary(
        id=run.id,
        title=run.title,
        status=run.status,
        phase=run.phase,
        repository=run.requested.repository,
        branch=run.requested.branch,
        created=run.requested.at,
        updated=run.updated,
    )


def begin(run_id: str, event: Requested) -> Run:
    """The run that a request makes."""
    return Run(id=run_id, sequence=1, requested=event, updated=event.at)


def apply(run: Run, event: Event) -> Run:
    """The run after `event`: pure, and the only place where a run changes. ValueError when it cannot follow."""
    return run.model_copy(update={"sequence": run.sequence + 1, "updated": event.at, **_changes(run, event)})


def rebuild(run_id: str, events: tuple[Event, ...]) -> Run:
    """The run that these events made. ValueError, naming the event, when they cannot have followed each other."""
    if not events or not isinstance(events[0], Requested):
        raise ValueError(f"event 1 of run {run_id} is not its request")
    run = begin(run_id, events[0])
    for event in events[1:]:
        try:
            run = apply(run, event)
        except ValueError as error:
            raise ValueError(f"event {run.sequence + 1} of run {run_id}, {event.kind}, cannot be: {error}") from error
    return run


def _changes(run: Run, event: Event) -> dict[str, object]:
    match event:
        case Requested():
            raise ValueError(f"run {run.id} was requested already")
        case Prepared():
            return {"prepared": event}
        case PhaseDelivered():
            return {
                "stage": "delivered",
                "deliverables": {**run.deliverables, event.phase: event.deliverable},
                "commits": run.commits | ({event.phase: event.commit} if event.commit else {}),
                "workers": {**run.workers, event.phase: event.runner},
                "checkpoint": None,
                "paused_until": None,
                "pauses": 0,
                "underway": None,
                "working": run.working + timedelta(seconds=event.seconds),
            }
        case PhaseBlocked():
            return {"blocked": event.blocked, "checkpoint": None, "underway": None}
        case Spent():
            more = spending(event.usage, event.time)
            return {
                "ledger": run.ledger.plus(event.phase, event.attempt, event.usage.model, more),
                "underway": event,
                "pauses": 0,
            }
        case PhasePaused():
            return {"paused_until": event.paused.until, "pauses": run.pauses + 1}
        case PhaseJudged():
            return {**judged(run, event), "rejected": run.rejected + rejected_by_gate(event)}
        case Asked():
            return {"question": event}
        case Answered():
            return answered(run, event)
        case StepDelivered():
            return {
                "receipts": {**run.receipts, event.step: event.receipt},
                "checkpoint": None,
                "working": run.working + timedelta(seconds=event.seconds),
            }
        case StepFailed():
            return {"step_failed": event, "working": run.working + timedelta(seconds=event.seconds)}
        case CancelRequested():
            return {"cancelled": event.by, "question": None}
        case Finished():
            return {"finished": event, "question": None}
        case _ as unreachable:
            assert_never(unreachable)
