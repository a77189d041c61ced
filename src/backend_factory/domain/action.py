"""What the manager can want next. Each action ends in exactly one event."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from backend_factory.domain.budget import Reached
from backend_factory.domain.phase import PhaseId


@dataclass(frozen=True, slots=True)
class Prepare:
    """Make the worktree and survey the repository."""


@dataclass(frozen=True, slots=True)
class Perform:
    """Give the phase to its team member, and make its files a commit."""

    phase: PhaseId
    attempt: int


@dataclass(frozen=True, slots=True)
class Judge:
    """Run the phase's gate."""

    phase: PhaseId
    attempt: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Put a question to a person; the run then waits."""

    about: Literal["checkpoint", "escalation"]
    phase: PhaseId
    question: str
    tried: tuple[str, ...] = ()
    needed: str = ""
    demand: str = ""
    limit: Reached | None = None


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Nothing to do before that time."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Deliver:
    """One step of the delivery."""

    step: str


@dataclass(frozen=True, slots=True)
class Finish:
    """Put everything away and end the run."""

    outcome: Literal["delivered", "stopped", "cancelled"]
    reason: str = ""


Action = Prepare | Perform | Judge | Ask | WaitUntil | Deliver | Finish
