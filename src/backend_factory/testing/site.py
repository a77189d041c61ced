"""A place to work without git: a folder, and commit ids that depend on nothing but what was committed."""

import asyncio
import hashlib
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from backend_factory.domain.assignment import Survey
from backend_factory.domain.deliverable import Deliverable
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.team.lanes import LANES
from backend_factory.workspace.git import Git
from backend_factory.workspace.golang import GoToolchain
from backend_factory.workspace.repository import Repository
from backend_factory.workspace.workbench import Workbench
from backend_factory.workspace.worktree import Worktree


class StandingSite:
    """Gives every run a folder below `root`; without a root it only makes up a name."""

    def __init__(self, root: Path | None = None) -> None:
        self._root = root or Path("/nowhere")
        self._real = root is not None
        self._standing: set[str] = set()
        self.calls: Counter[str] = Counter()
        """How often each of its methods was called."""

    @property
    def standing(self) -> frozenset[str]:
        """Ids of the runs that were prepared and not cleared yet."""
        return frozenset(each.name for each in self._root.glob("*")) if self._real else frozenset(self._standing)

    async def prepare(self, run: Run) -> tuple[str, Survey]:
        """The folder's path, and an empty survey."""
        self.calls["prepare"] += 1
        self._standing.add(run.id)
        if self._real:
            (self._root / run.id).mkdir(parents=True, exist_ok=True)
        return str(self._root / run.id), Survey()

    async def workbench(self, run: Run, phase: PhaseId, say: Callable[[str], None], *, goes_on: bool = False) -> Workbench:
        """The folder, seen through the phase's lane; there is no Go behind it."""
        self.calls["workbench"] += 1
        folder, branch, base = self._root / run.id, run.requested.base_branch, run.requested.base_commit
        git = Git("git", folder)
        tree = Worktree(Repository(folder, folder, branch, base, git), run.id, folder, git)
        return Workbench(tree, LANES[phase], GoToolchain(self._root, "go1.24"), self._root, say)

    async def reviewed(self, run: Run, phase: PhaseId, say: Callable[[str], None]) -> tuple[Workbench, str]:
        """The folder, and a patch of nothing."""
        self.calls["reviewed"] += 1
        return await self.workbench(run, phase, say), ""

    async def commit(self, run: Run, phase: PhaseId, deliverable: Deliverable) -> str:
        """A hash of the parent, the phase and the deliverable."""
        self.calls["commit"] += 1
        content = f"{run.parent_commit(phase)} {phase} {deliverable.model_dump_json()}"
        return hashlib.sha1(content.encode(), usedforsecurity=False).hexdigest()

    async def keep_rejected(self, run: Run, since: PhaseId, name: str) -> str:
        """A made-up path where that phase or a later one has a commit."""
        self.calls["keep_rejected"] += 1
        return f"{self._root}/{run.id}-{name}.patch" if run.head != run.parent_commit(since) else ""

    async def clear(self, run: Run, *, delivered: bool) -> None:
        """Forget the run, and delete its folder."""
        self.calls["clear"] += 1
        self._standing.discard(run.id)
        if self._real:
            await asyncio.to_thread(shutil.rmtree, self._root / run.id, True)
