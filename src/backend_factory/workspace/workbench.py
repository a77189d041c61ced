"""The only hands that a team member has: files within its lane, and the build tools that its lane may run."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

from backend_factory.domain.assignment import Lane
from backend_factory.domain.deliverable import Dependency
from backend_factory.domain.gate import Evidence as Kept
from backend_factory.errors import InternalError, OperatorError
from backend_factory.workspace import commands, looking
from backend_factory.workspace.evidence import Evidence, Forgotten
from backend_factory.workspace.golang import GoToolchain
from backend_factory.workspace.ground import Ground, ground
from backend_factory.workspace.lane import allows
from backend_factory.workspace.meter import Meter, Unmetered
from backend_factory.workspace.plain import plain
from backend_factory.workspace.process import Completed
from backend_factory.workspace.reading import read_file
from backend_factory.workspace.sandbox.sandbox import Sandbox
from backend_factory.workspace.worktree import Worktree
from backend_factory.workspace.writing import PathRefused, checked_path, write_files

_FETCHING = timedelta(minutes=10)
_MOST_NOTES = 60
_LONGEST_NOTE = 240


class OutOfLane(InternalError):
    """A member tried to write where it may not; the diff would be refused anyway."""


class Workbench:
    """A worktree, seen through a lane."""

    def __init__(
        self,
        worktree: Worktree,
        lane: Lane,
        go: GoToolchain,
        cache: Path,
        say: Callable[[str], None],
        evidence: Evidence | None = None,
        sandbox: Sandbox | None = None,
    ) -> None:
        self._worktree = worktree
        self._lane = lane
        self._go = go
        self._cache = cache
        self.say = say
        """Tells those who watch what is being done."""
        self._notes: list[str] = []
        self.meter: Meter = Unmetered()
        """Told of every paid turn, before the next."""
        self.evidence: Evidence = evidence or Forgotten()
        """Keeps what an attempt leaves as evidence."""
        self._kept: dict[str, Kept] = {}
        self.sandbox = sandbox
        """In which commands of the member run; without one it has none."""

    def note(self, text: str) -> None:
        """Tell those who watch, once, and have it stand in the journal with the attempt: a refusal, a standstill."""
        line = " ".join(plain(text[: 8 * _LONGEST_NOTE]).split())[:_LONGEST_NOTE]
        if line in self._notes or len(self._notes) > _MOST_NOTES:
            return
        self._notes.append(line if len(self._notes) < _MOST_NOTES else "and more that is not noted")
        self.say(self._notes[-1])

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noted, oldest first."""
        return tuple(self._notes)

    @property
    def root(self) -> Path:
        """The worktree's folder."""
        return self._worktree.folder

    def ground(self, lane: Lane, aside: str) -> AbstractContextManager[Ground]:
        """Where a process with that lane can write at all; `aside` is a folder of the worktree that is the runner's own."""
        return ground(self.root, lane, aside)

    def exists(self, path: str) -> bool:
        """Whether there is such a file that can be read. PathRefused as `read` says."""
        try:
            read_file(self.root, path)
        except OSError:
            return False
        return True

    def read(self, path: str) -> str:
        """The file's text. OSError when it cannot be read; PathRefused for a path that leads out of the worktree, a link, and
        what is no plain file or too long."""
        return read_file(self.root, path).decode("utf-8", "replace").replace("\r\n", "\n")

    def write(self, path: str, text: str) -> None:
        """Write a file, with the folders that it needs. OutOfLane when the lane does not allow it."""
        if not allows(self._lane, path):
            raise OutOfLane(f"{path} is out of the lane")
        write_files(self._worktree.folder, {path: text})

    async def list(self, pattern: str = "") -> tuple[str, ...]:
        """Paths of files that match the glob, `**/*.go`; all for an empty one. LookingFailed for what is none."""
        return await looking.files(self._worktree, pattern)

    async def search(self, expression: str, pattern: str = "") -> tuple[str, ...]:
        """`path:number:text` of lines that match the regular expression, in files that match the glob. LookingFailed likewise."""
        return await looking.lines(self._worktree, expression, pattern)

    @property
    def runs(self) -> bool:
        """Whether the member may run build tools: who writes Go may, where there is a sandbox."""
        return self.sandbox is not None and any(allows(self._lane, path) for path in ("main.go", "main_test.go"))

    async def run(self, command: Sequence[str], *, timeout: timedelta) -> Completed:  # noqa: ASYNC109 - a result, no exception
        """What a command did, behind walls: it can read the worktree and change nothing of it. Any status is a result.

        OutOfLane where the member runs nothing; OperatorError where the program is not there.
        """
        if self.sandbox is None or not self.runs:
            raise OutOfLane("nothing is run in this lane")
        return await commands.run_confined(self.sandbox, self._go, self._worktree, self._cache, command, timeout)

    def tidy(self) -> None:
        """Remove what commands built."""
        commands.forget_builds(self._cache, self._worktree)

    def keep(self, name: str, content: bytes) -> str:
        """Keep it as evidence of the attempt; its content hash. OperatorError when there is no space."""
        self._kept[name] = self.evidence.keep(name, content.decode("utf-8", "replace"), "application/json")
        return self._kept[name].sha256

    @property
    def kept(self) -> tuple[Kept, ...]:
        """The last that was kept under each name."""
        return tuple(self._kept.values())

    def recall(self, sha256: str) -> bytes:
        """What was kept under that hash. InternalError when it is not there."""
        return self.evidence.read(sha256)

    async def format(self, paths: Sequence[str]) -> None:
        """gofmt -w on these files."""
        checked = [str(self._inside(path)) for path in paths]
        if not checked:
            return
        done = await self._go.gofmt(["-w", *checked], cwd=self.root, cache=self._cache)
        if not done.ok:
            raise InternalError(f"gofmt refused what was written: {done.output[:2000]}")

    async def require(self, dependencies: Sequence[Dependency]) -> None:
        """Fetch these Go modules at their versions and bring go.mod and go.sum up to date.

        The factory does this for the member, who has no network. OperatorError when a module cannot be had.
        """
        wanted = [f"{d.module}@{d.version}" for d in dependencies if not d.present]
        env = self._go.environment(self._cache)
        for arguments in (["get", *wanted] if wanted else None, ["mod", "tidy"]):
            if arguments is None:
                continue
            done = await self._go.go(arguments, cwd=self.root, env=env, timeout=_FETCHING)
            if not done.ok:
                said = done.output.strip()[-1000:]
                hint = "check that the Go module proxy can be reached (GOPROXY), then resume"
                raise OperatorError(f"Go modules could not be fetched: {said}", hint=hint)

    def _inside(self, path: str) -> Path:
        """The file that `path` names. PathRefused when it leads out of the worktree, by its name or through a link."""
        inside = self._worktree.folder.joinpath(*checked_path(path))
        try:
            resolved = inside.resolve()
        except RuntimeError as loop:
            raise PathRefused(f"{path!r}: a link that leads to itself") from loop
        if not resolved.is_relative_to(self._worktree.folder.resolve()):
            raise PathRefused(f"{path!r}: a link that leads out of the worktree")
        return inside
