"""What a team member is told, and what may come back."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from backend_factory.domain.budget import Budgets
from backend_factory.domain.deliverable import (
    OWED,
    Deliverable,
    Implementation,
    Plan,
    Release,
    Requirements,
    TestSuite,
    Validation,
)
from backend_factory.domain.detection import Detection
from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.review import Review

D = TypeVar("D", Requirements, Plan, Implementation, TestSuite, Validation, Release)


class Finding(Record):
    """What exactly was wrong: told to the member that can mend it."""

    check: str
    """Id of the check."""
    rule: str
    """Short stable name of the rule within the check."""
    message: str
    file: str = ""
    line: int = 0
    """1-based; 0 where no line applies."""
    expected: str = ""
    seen: str = ""
    hint: str = ""
    mends: PhaseId
    """The phase that can mend it."""


class Lane(Record):
    """What a team member may write; patterns are gitignore-like globs over relative paths."""

    writes: tuple[str, ...]
    never: tuple[str, ...]
    """Wins over `writes`."""


class Survey(Record):
    """What the repository is like before the run."""

    module: str = ""
    """Go module path, empty where there is no go.mod at the root."""
    go: str = ""
    """Version in go.mod."""
    requires: dict[str, str] = Field(default_factory=dict)
    """Go modules in go.mod -> version."""
    files: tuple[str, ...] = ()
    """Paths, at most 2,000, sorted."""


class Limits(Record):
    """Caps of a run. Reaching one ends in an escalation."""

    attempts: int = 3
    """Tries a phase."""
    reworks: int = 5
    """Times that work is sent back to an earlier or the same phase by a gate, in a run."""
    wall_clock: timedelta = timedelta(hours=2)
    """Working time of the run, waiting aside."""
    budgets: Budgets = Budgets()
    """What members may spend that are paid for."""


class Assignment(Record):
    """Everything a team member is told."""

    run: str
    phase: PhaseId
    attempt: int
    request: str
    ticket: str | None = None
    detection: Detection
    handoff: tuple[Deliverable, ...] = ()
    findings: tuple[Finding, ...] = ()
    remark: str = ""
    """A person's words with which the work was sent back."""
    excluded: tuple[str, ...] = ()
    """Demands (quotes) that a person said to leave out."""
    survey: Survey = Survey()
    lane: Lane
    judged: Deliverable | None = None
    """Another member's work, which this one reviews instead of doing the phase."""
    change: str = ""
    """The files of that work, as a patch."""

    @property
    def owed(self) -> type[Record]:
        """What is to be handed in."""
        return Review if self.judged else OWED[self.phase]

    def handed(self, kind: type[D]) -> D:
        """The accepted deliverable of that type; KeyError if the handoff has none."""
        for each in self.handoff:
            if isinstance(each, kind):
                return each
        raise KeyError(kind.__name__)


class Delivered(Record):
    """The member did its work; files, if any, are in the worktree."""

    kind: Literal["delivered"] = "delivered"
    deliverable: Deliverable


class Reviewed(Record):
    """The member looked at another one's work."""

    kind: Literal["reviewed"] = "reviewed"
    review: Review


class Blocked(Record):
    """The member cannot go on, and trying again would not help."""

    kind: Literal["blocked"] = "blocked"
    reason: Literal["unsupported_demand", "ambiguous", "repository", "findings", "tool"]
    demand: str = ""
    """The part of the request that it is about, verbatim."""
    needed: str
    """What would have to be true for work to go on."""
    tried: tuple[str, ...]
    question: str
    """One clear question to a person."""


class Paused(Record):
    """A quota or an overload: the same attempt goes on at `until`, and no attempt is used up."""

    kind: Literal["paused"] = "paused"
    until: datetime
    reason: str


Outcome = Annotated[Delivered | Reviewed | Blocked | Paused, Field(discriminator="kind")]


def handed_in(answer: Any) -> Outcome:
    """The outcome that a member's answer is, once it has the shape of what was `owed` or of a blocker."""
    if isinstance(answer, Blocked):
        return answer
    return Reviewed(review=answer) if isinstance(answer, Review) else Delivered(deliverable=answer)
