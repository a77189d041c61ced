"""The tools of a model: a workbench's hands, each offered only where the lane has a use for it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from backend_factory.domain.assignment import Assignment, Delivered, Outcome
from backend_factory.domain.deliverable import Plan
from backend_factory.errors import InternalError, OperatorError
from backend_factory.runners.model.fence import fenced
from backend_factory.workspace.lane import allows
from backend_factory.workspace.looking import LookingFailed
from backend_factory.workspace.plain import plain
from backend_factory.workspace.workbench import OutOfLane, Workbench
from backend_factory.workspace.writing import PathRefused

Scaffold = Callable[[Assignment, Workbench], Awaitable[Outcome]]
"""Does the assignment as the blueprint would."""

MOST_LINES = 2_000
MOST_CHARACTERS = 60_000
"""Of one answer."""
MOST_SECONDS = 900
"""Of one command."""
CHARTERED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Read": frozenset({"read"}),
        "Glob": frozenset({"list"}),
        "Grep": frozenset({"search"}),
        "Write": frozenset({"write"}),
        "Edit": frozenset({"edit", "format", "require"}),
        "Bash": frozenset({"run"}),
    }
)
"""A tool's name in charters, which is that of coding agents -> the model's tools that it stands for."""
_EXPECTED = (PathRefused, OutOfLane, LookingFailed, OSError)


@dataclass(frozen=True, slots=True)
class Tools:
    """Of one attempt. Each answers in words, also where it cannot do what was asked: a model is to go on from there."""

    assignment: Assignment
    workbench: Workbench
    folder: str
    """Where the files of the assignment seem to be."""
    files: Mapping[str, str]
    """Name -> text."""
    scaffolding: Scaffold | None
    shown: Callable[[str], str] = plain
    """Makes a stranger's text such that a model reads what a person would see."""
    named: Collection[str] = frozenset(CHARTERED)
    """What the member's charter names: Read, Glob, Grep, Edit, Write, Bash."""

    def offered(self) -> Sequence[Callable[..., Awaitable[str]]]:
        """Those that the charter names and the lane allows: where nothing may be written there is nothing to write with."""
        return [tool for tool in self._of_the_lane() if self._needed(tool.__name__) in self.named]

    def _needed(self, tool: str) -> str:
        """By which name a charter has it; the scaffold writes where the lane does, and reads where it does not."""
        if tool == "scaffold":
            return "Write" if self.assignment.lane.writes else "Read"
        return next(name for name, tools in CHARTERED.items() if tool in tools)

    def _of_the_lane(self) -> Sequence[Callable[..., Awaitable[str]]]:
        tools: list[Callable[..., Awaitable[str]]] = [self.read, self.list, self.search]
        if self.assignment.lane.writes:
            tools += [self.write, self.edit]
        if allows(self.assignment.lane, "main.go") or allows(self.assignment.lane, "main_test.go"):
            tools.append(self.format)
        if allows(self.assignment.lane, "go.mod") and any(isinstance(each, Plan) for each in self.assignment.handoff):
            tools.append(self.require)
        if self.workbench.runs:
            tools.append(self.run)
        if self.scaffolding is not None and self.assignment.judged is None:
            tools.append(self.scaffold)
        return tools

    async def read(self, path: str, first_line: int = 1, lines: int = MOST_LINES) -> str:
        """Read a file of the repository, or one of the assignment's own below /assignment/, from a line on."""
        self.workbench.say(f"reads {plain(path)[:120]}")
        own = self.files.get(path.removeprefix(f"{self.folder}/")) if path.startswith(f"{self.folder}/") else None
        try:
            text = self.workbench.read(path) if own is None else own
        except _EXPECTED as error:
            return self._not_done(error)
        return self._part(text, max(first_line, 1), max(lines, 1))

    def _part(self, text: str, first: int, count: int) -> str:
        every = text.split("\n")
        part = self.shown("\n".join(every[first - 1 : first - 1 + count]))[:MOST_CHARACTERS]
        last = min(first - 1 + part.count("\n") + 1, len(every))
        return f"Lines {first} to {last} of {len(every)}.\n{fenced(part)}"

    async def list(self, pattern: str = "") -> str:
        """List the repository's files that match a glob, such as pkg/**/*.go; all of them without one."""
        self.workbench.say(f"lists {plain(pattern)[:120] or 'the files'}")
        try:
            found = await self.workbench.list(pattern)
        except _EXPECTED as error:
            return self._not_done(error)
        return self._found(found)

    async def search(self, expression: str, pattern: str = "") -> str:
        """Find lines that match a POSIX extended regular expression, in files that match the glob, or in all."""
        self.workbench.say(f"looks for {plain(expression)[:120]}")
        try:
            found = await self.workbench.search(expression, pattern)
        except _EXPECTED as error:
            return self._not_done(error)
        return self._found(found)

    def _found(self, found: Sequence[str]) -> str:
        text = self.shown("\n".join(found))[:MOST_CHARACTERS]
        return f"{len(found)} found.\n{fenced(text)}" if found else "Nothing found."

    async def write(self, path: str, text: str) -> str:
        """Write a whole file, new or in place of the old one. Only within your lane."""
        self.workbench.say(f"writes {plain(path)[:120]}")
        try:
            self.workbench.write(path, text)
        except _EXPECTED as error:
            return self._not_done(error)
        return f"Written, {text.count(chr(10)) + 1} lines."

    async def edit(self, path: str, old: str, new: str) -> str:
        """Replace a text that occurs exactly once in a file. Only within your lane."""
        self.workbench.say(f"edits {plain(path)[:120]}")
        try:
            text = self.workbench.read(path)
            count = text.count(old) if old else 0
            if count == 1:
                self.workbench.write(path, text.replace(old, new))
        except _EXPECTED as error:
            return self._not_done(error)
        if count == 1:
            return "Done."
        # An attempt that was killed after its edit does it again.
        return "It reads so already." if count == 0 and new and new in text else f"Not done: the old text is there {count} times."

    async def format(self, paths: Sequence[str]) -> str:
        """Format Go files as gofmt does. Only within your lane."""
        if outside := [path for path in paths if not allows(self.assignment.lane, path)]:
            return self._not_done(OutOfLane(f"{outside[0]} is out of the lane"))
        try:
            await self.workbench.format(paths)
        except (*_EXPECTED, InternalError) as error:
            return self._not_done(error)
        return "Formatted."

    async def require(self) -> str:
        """Have the Go modules fetched that the accepted plan names, and go.mod and go.sum brought up to date."""
        self.workbench.say("has Go modules fetched")
        try:
            await self.workbench.require(self.assignment.handed(Plan).dependencies)
        except OperatorError as error:
            return self._not_done(error)
        return "Fetched."

    async def run(self, command: Sequence[str], seconds: int = 300) -> str:
        """Run a program with its arguments, such as ["go", "test", "./..."]: no shell, no network, and it changes no file of
        the repository."""
        self.workbench.say(f"runs {plain(' '.join(command))[:120]}")
        try:
            done = await self.workbench.run(command, timeout=timedelta(seconds=min(max(seconds, 1), MOST_SECONDS)))
        except (*_EXPECTED, OperatorError) as error:
            return self._not_done(error)
        how = "It was ended at its time limit" if done.timed_out else f"Exit status {done.exit_status}"
        return f"{how}.\n{fenced(_ends(self.shown(done.output)))}"

    async def scaffold(self) -> str:
        """Start from what the factory's own compiler makes of this assignment: it writes the files of your lane, if there are
        any, over those of the same names, and answers with a deliverable. Take, change or throw away what you like: it answers
        for nothing, you do."""
        assert self.scaffolding is not None  # noqa: S101 - it is not offered otherwise
        self.workbench.say("starts from the blueprint")
        outcome = await self.scaffolding(self.assignment, self.workbench)
        if isinstance(outcome, Delivered):
            return f"It made this deliverable:\n{fenced(self.shown(outcome.deliverable.model_dump_json()))}"
        return f"It cannot do it:\n{fenced(self.shown(outcome.model_dump_json()))}"

    def _not_done(self, error: Exception) -> str:
        if isinstance(error, PathRefused | OutOfLane):
            self.workbench.note(f"refused: {error}")
        return _reason(error)


def _ends(text: str) -> str:
    """Its beginning and its end: the first error, and the verdict."""
    half = MOST_CHARACTERS // 4
    return text if len(text) <= 2 * half else f"{text[:half]}\n[...]\n{text[-half:]}"


def _reason(error: Exception) -> str:
    reason: Any = error.strerror if isinstance(error, OSError) else error
    return f"Not done: {plain(str(reason))[:4000]}"
