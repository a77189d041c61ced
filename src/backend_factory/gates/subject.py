"""What a gate looks at: one attempt of one phase, on a clean checkout of its commit."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from backend_factory.domain.assignment import D, Lane
from backend_factory.domain.gate import Evidence
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.policy import Risk
from backend_factory.domain.run import Run
from backend_factory.gates.thresholds import THRESHOLDS, Thresholds
from backend_factory.workspace.changes import Change
from backend_factory.workspace.golang import GoToolchain
from backend_factory.workspace.repository import Repository
from backend_factory.workspace.sandbox.sandbox import Sandbox

R = TypeVar("R")


@dataclass(frozen=True)
class Subject:
    """Everything that a check may read. Checks write only below `scratch` and through `keep`."""

    run: Run
    phase: PhaseId
    repository: Repository
    checkout: Path
    """A fresh checkout of `commit`, without `.git`; shared by the gate's checks, so nothing may be changed in it."""
    base: str
    """Where the run started from."""
    parent: str
    """The last accepted commit before this phase."""
    commit: str
    changes: tuple[Change, ...]
    """parent..commit: what this attempt wrote."""
    feature: tuple[Change, ...]
    """base..commit: what the whole run wrote so far."""
    lane: Lane
    go: GoToolchain
    sandbox: Sandbox
    """What holds the Go tools and everything that was generated, while it runs."""
    cache: Path
    """The factory's folder for build caches."""
    scratch: Path
    """A private folder that goes away with the gate."""
    keep: Callable[[str, str], Evidence]
    """Stores text as evidence: (title, text) -> Evidence. Escape sequences are removed."""
    say: Callable[[str], None]
    """Progress."""
    thresholds: Thresholds = THRESHOLDS
    """The table that decides here: the factory's, with what the repository raised."""
    accepted: Mapping[str, Risk] = field(default_factory=dict)
    """Check -> the risk under which the gate goes on although it does not pass."""
    resources: "Resources" = field(default_factory=lambda: Resources())

    def handed(self, kind: type[D]) -> D:
        """The run's deliverable of that type; KeyError where there is none (yet)."""
        for each in self.run.deliverables.values():
            if isinstance(each, kind):
                return each
        raise KeyError(kind.__name__)


class Resources:
    """What several checks of a gate share, made once when first wanted and put away after the last: a deployed stack."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._made: dict[str, Any] = {}
        # One lock a name: what makes one resource may ask for another.
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def shared(self, name: str, make: Callable[[], AbstractAsyncContextManager[R]]) -> R:
        """The resource of that name. A failure to make it is raised again for each who asks."""
        async with self._locks[name]:
            if name not in self._made:
                try:
                    self._made[name] = await self._stack.enter_async_context(make())
                except Exception as error:
                    self._made[name] = error
                    raise
            made = self._made[name]
        if isinstance(made, Exception):
            raise made
        return made  # type: ignore[no-any-return]

    async def close(self) -> None:
        """Put all away, the last made first."""
        await self._stack.aclose()
