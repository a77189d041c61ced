"""The git worktree in which a run's files are made."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from backend_factory.domain.assignment import Survey
from backend_factory.domain.deliverable import Deliverable
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.errors import AskerError
from backend_factory.journal.evidence import EvidenceStore
from backend_factory.team.lanes import LANES, NOTHING
from backend_factory.workflow.phases import PHASES, delivered
from backend_factory.workspace import worktree as trees
from backend_factory.workspace.checkout import discard
from backend_factory.workspace.commit import commit
from backend_factory.workspace.golang import GoToolchain, find_go
from backend_factory.workspace.patch import keep_patch, patch
from backend_factory.workspace.repository import Repository, find_repository, open_repository
from backend_factory.workspace.sandbox.sandbox import UNCONFINED, Sandbox, find_sandbox
from backend_factory.workspace.state import StateFolder
from backend_factory.workspace.survey import survey
from backend_factory.workspace.workbench import Workbench
from backend_factory.workspace.worktree import Worktree

FindGo = Callable[[], Awaitable[GoToolchain]]
"""The Go toolchain, looked for when it is first needed."""


def found_once(tool_path: str, network: Mapping[str, str]) -> FindGo:
    """Looks for Go when it is first wanted, and remembers it."""
    found: list[GoToolchain] = []

    async def find() -> GoToolchain:
        if not found:
            found.append(await find_go(tool_path=tool_path, network=network))
        return found[0]

    return find


class GitSite:
    """One worktree a run, below the state folder; the user's checkout is never touched."""

    def __init__(self, state: StateFolder, evidence: EvidenceStore, go: FindGo, tool_path: str) -> None:
        self._state = state
        self._evidence = evidence
        self._go = go
        self._tool_path = tool_path
        self._sandbox: Sandbox | None = None

    async def repository(self, run: Run) -> Repository:
        """The run's repository, based on its base branch."""
        return await open_repository(Path(run.requested.repository), run.requested.base_branch, self._tool_path)

    async def prepare(self, run: Run) -> tuple[str, Survey]:
        """Make the worktree unless it is there. OperatorError where no sandbox can hold what will be made in it."""
        await self.walls(run)
        tree = await self._tree(run)
        return str(tree.folder), await survey(tree)

    async def workbench(self, run: Run, phase: PhaseId, say: Callable[[str], None], *, goes_on: bool) -> Workbench:
        """The worktree through the phase's lane: as the last accepted commit left it, or as the attempt did that goes on.

        The blueprint starts nothing of its own and needs no walls.
        """
        tree = await self._tree(run)
        if not goes_on:
            await trees.reset(tree, run.parent_commit(phase))
        sandbox = await self.walls(run) if not run.requested.team.all_blueprint else None
        return Workbench(tree, LANES[phase], await self._go(), self._state.cache, say, self._evidence, sandbox)

    async def reviewed(self, run: Run, phase: PhaseId, say: Callable[[str], None]) -> tuple[Workbench, str]:
        """The attempt's own commit, to be looked at and not to be written to; what it changed, as a patch."""
        tree, parent = await self._tree(run), run.parent_commit(phase)
        commit = run.commits.get(phase) or parent
        await trees.reset(tree, commit)
        bench = Workbench(tree, NOTHING, await self._go(), self._state.cache, say, self._evidence, await self.walls(run))
        return bench, await patch(tree.git, parent, commit)

    async def commit(self, run: Run, phase: PhaseId, deliverable: Deliverable) -> str:
        """One commit for the phase, replacing an earlier attempt's; dated like the request, so that it is the same again."""
        parent = run.parent_commit(phase)
        trailers = {"Backend-Factory-Run": run.id, "Backend-Factory-Phase": phase.value}
        if run.requested.ticket:
            trailers["Refs"] = run.requested.ticket
        message = f"{PHASES[phase].commit.format(title=run.title)}\n\n{delivered(deliverable).capitalize()}."
        return await commit(await self._tree(run), message, trailers, run.requested.at, parent) or parent

    async def keep_rejected(self, run: Run, since: PhaseId, name: str) -> str:
        """A patch against the commit on which that phase began."""
        place = self._state.patches / run.id / f"{name}.patch"
        repository = await self.repository(run)
        return str(place) if await keep_patch(repository.git, run.parent_commit(since), run.head, place) else ""

    async def clear(self, run: Run, *, delivered: bool) -> None:
        """Remove the worktree and the private refs; what was published stays.

        A repository that is gone took its part along; a delivered run waits for it, since it was there a moment ago.
        """
        try:
            repository = await find_repository(Path(run.requested.repository), self._tool_path)
        except AskerError:
            if delivered:
                raise
            discard(self._state.worktree(run.id))
            return
        await trees.remove(repository, self._state.worktree(run.id))
        await trees.forget(repository, run.id)

    async def walls(self, run: Run) -> Sandbox:
        """What holds the run's members, its tools and what they make; nothing where the asker wanted none.

        OperatorError where nothing can on this machine.
        """
        if not run.requested.sandboxed:
            return UNCONFINED
        if self._sandbox is None:
            self._sandbox = await find_sandbox(self._tool_path)
        return self._sandbox

    async def _tree(self, run: Run) -> Worktree:
        repository = await self.repository(run)
        return await trees.create(
            repository, self._state.worktree(run.id), run.id, run.requested.branch, run.requested.base_commit
        )
