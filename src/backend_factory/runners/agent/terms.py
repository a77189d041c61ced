"""What an agent runner is given beside the profile."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from backend_factory.domain.assignment import Assignment
from backend_factory.runners.agent.conversation import Patience
from backend_factory.runners.agent.provider import Credential


@dataclass(frozen=True)
class Terms:
    """How agents are started here, and what they are told."""

    brief: Callable[[Assignment], str]
    """The whole prompt. It says `deliverable.HAND_IN`, and names files in `deliverable.FOLDER`."""
    artefacts: Callable[[Assignment], Mapping[str, str]]
    """Those files: name -> text."""
    path: str
    """Where programs are looked for; the agent's PATH too."""
    scratch: Path
    """Where an attempt's private home is made, outside of every worktree."""
    credential: Credential | None = None
    """None: the agent has no broker, and no key from the factory."""
    own_configuration: bool = False
    """Whether the repository's own orders for agents come along: only where the base branch's factory configuration says so."""
    readable: tuple[Path, ...] = ()
    """What the agent and its tools need beside the system's own: installations, caches."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What its tools need beside the profile's: `GOPROXY=off`, never a secret."""
    patience: Patience = field(default_factory=Patience)
    named: Collection[str] = frozenset({"Edit", "Write", "Bash"})
    """The tools of its charter: without Edit and Write it writes its deliverable alone, without Bash it has no leave to run."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
