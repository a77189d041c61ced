"""What an agent runner is given beside the profile."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from backend_factory.domain.assignment import Assignment
from backend_factory.runners.agent.conversation import Patience
from backend_factory.runners.agent.provider import Credential
from backend_factory.workspace.sandbox.confinement import Confinement

Wrap = Callable[[Sequence[str], Mapping[str, str], Confinement], tuple[Sequence[str], Mapping[str, str]]]
"""Turns a command and its environment into one that runs confined: `Sandbox.wrap`."""


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
    wrap: Wrap | None = None
    """None: not confined. Then no command that the agent asks for is allowed, and what it does without asking is not held."""
    credential: Credential | None = None
    """None: the agent has no broker, and no key from the factory."""
    own_configuration: bool = False
    """Whether the repository's own orders for agents come along: only where the base branch's factory configuration says so."""
    readable: tuple[Path, ...] = ()
    """What the agent needs beside the system's own: its installation."""
    patience: Patience = field(default_factory=Patience)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
