"""Everything that happens to a run, one frozen record each; events never change, a new meaning is a new `kind`."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from backend_factory.domain.assignment import Blocked, Limits, Paused, Survey
from backend_factory.domain.budget import Budgets, Reached
from backend_factory.domain.deliverable import Deliverable
from backend_factory.domain.detection import Detection
from backend_factory.domain.gate import CheckResult, Evidence, Verdict
from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.policy import Policy, Risk
from backend_factory.domain.team import Team
from backend_factory.domain.usage import Usage


class _Event(Record):
    at: datetime
    """Aware, UTC."""


class Requested(_Event):
    """A backend request came in and became a run."""

    kind: Literal["requested"] = "requested"
    text: str
    ticket: str | None = None
    detection: Detection
    repository: str
    """Absolute path of the user's repository."""
    base_branch: str
    base_commit: str
    branch: str
    """The branch that will be published."""
    target: str = "emulator"
    uncommitted: bool = False
    """The asker's checkout had changes that no commit holds; the run does not see them."""
    unattended: bool = False
    """Checkpoints are passed by policy (`--yes`), not by a person."""
    limits: Limits = Limits()
    by: str = ""
    """Who asked, as far as it is known."""
    policy: Policy = Policy()
    """Read from `base_commit`."""
    team: Team = Team()
    """Who works on it; their orders are those of `base_commit`."""
    sandboxed: bool = True
    """False: a person said that members and what they wrote may run without walls."""


class Prepared(_Event):
    """The run has its worktree; receipt of that effect."""

    kind: Literal["prepared"] = "prepared"
    worktree: str
    survey: Survey


class PhaseDelivered(_Event):
    """A team member delivered."""

    kind: Literal["phase_delivered"] = "phase_delivered"
    phase: PhaseId
    attempt: int
    runner: str
    deliverable: Deliverable
    commit: str = ""
    """The attempt's files as a commit on top of the last accepted one; empty where the phase writes none."""
    seconds: float
    evidence: tuple[Evidence, ...] = ()
    """What the members' runners kept: the conversation, also of one that declined."""
    notes: tuple[str, ...] = ()
    """What a person should know of the attempt: what was refused, who declined and why."""


class PhaseBlocked(_Event):
    """A team member cannot go on."""

    kind: Literal["phase_blocked"] = "phase_blocked"
    phase: PhaseId
    attempt: int
    runner: str
    blocked: Blocked
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    """As of a delivery."""


class Spent(_Event):
    """A turn of a member was paid for; the attempt goes on. The only event that comes in the middle of an action."""

    kind: Literal["spent"] = "spent"
    phase: PhaseId
    attempt: int
    turn: int
    """Of the attempt, from 1; 0 where only time passed."""
    runner: str
    usage: Usage
    time: timedelta
    """Since the turn before it, or since the member began or went on."""
    kept: str = ""
    """Content hash of what the member needs to go on after this turn; empty where it would begin anew."""


class PhasePaused(_Event):
    """A quota or an overload."""

    kind: Literal["phase_paused"] = "phase_paused"
    phase: PhaseId
    attempt: int
    paused: Paused


class PhaseJudged(_Event):
    """The gate spoke."""

    kind: Literal["phase_judged"] = "phase_judged"
    phase: PhaseId
    attempt: int
    checks: tuple[CheckResult, ...]
    verdict: Verdict
    seconds: float
    patch: str = ""
    """Path of the patch file that keeps the files of a rejected attempt; empty where it had none."""


class Asked(_Event):
    """The run waits for a person."""

    kind: Literal["asked"] = "asked"
    about: Literal["checkpoint", "escalation"]
    phase: PhaseId
    """Checkpoint: the accepted phase. Escalation: the one that is stuck."""
    question: str
    tried: tuple[str, ...] = ()
    needed: str = ""
    demand: str = ""
    limit: Reached | None = None
    """The used-up limit that the question is about."""


class Answered(_Event):
    """A person, by name, answered."""

    kind: Literal["answered"] = "answered"
    answer: Literal["go_on", "send_back", "stop"]
    """To an escalation: `go_on` leaves the named demand out where there is one, else allows as many attempts again;
    `send_back` does the latter with a remark. To a checkpoint: `send_back` has the accepted phase done again, with as
    many attempts again."""
    remark: str = ""
    by: str
    risks: tuple[Risk, ...] = ()
    """To an escalation, with `go_on`: checks whose failure this person answers for from now on."""
    patch: str = ""
    """To a checkpoint, with `send_back`: path of the patch file that keeps what was sent back."""
    raised: Budgets | None = None
    """To the question about a used-up limit, with `go_on`: the limits that hold from now on."""


class StepDelivered(_Event):
    """Receipt of an outside effect of the delivery."""

    kind: Literal["step_delivered"] = "step_delivered"
    step: str
    """branch, stack, pull_request"""
    receipt: dict[str, str]
    checks: tuple[CheckResult, ...] = ()
    seconds: float = 0.0


class StepFailed(_Event):
    """A step of the delivery did not succeed; what it had done was rolled back."""

    kind: Literal["step_failed"] = "step_failed"
    step: str
    reason: str
    checks: tuple[CheckResult, ...] = ()
    seconds: float = 0.0


class CancelRequested(_Event):
    """A person wants the run to end."""

    kind: Literal["cancel_requested"] = "cancel_requested"
    by: str


class Finished(_Event):
    """The run ended; nothing follows, and nothing of it is left outside but its receipts."""

    kind: Literal["finished"] = "finished"
    outcome: Literal["delivered", "stopped", "cancelled"]
    reason: str = ""


Event = Annotated[
    Requested
    | Prepared
    | PhaseDelivered
    | PhaseBlocked
    | Spent
    | PhasePaused
    | PhaseJudged
    | Asked
    | Answered
    | StepDelivered
    | StepFailed
    | CancelRequested
    | Finished,
    Field(discriminator="kind"),
]
