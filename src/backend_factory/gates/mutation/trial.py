"""Runs test programs, with one mutant on or with none, and tells what the tests said and what they reached."""

import asyncio
import itertools
import re
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from backend_factory.gates.commands import CORES
from backend_factory.gates.go_packages import Package
from backend_factory.gates.mutation.switch import ACTIVE, REACHED
from backend_factory.gates.subject import Subject
from backend_factory.gates.test_output import VERBOSE, read_output
from backend_factory.gates.test_programs import confinement, environment, left, own_folder
from backend_factory.workspace.process import Completed
from backend_factory.workspace.sandbox.confinement import Limits
from backend_factory.workspace.sandbox.series import Series

_OUTPUT = 2 * 1024 * 1024
# A gate's checks have their own limit of time.
_LIMITS = Limits(wall=timedelta(hours=4), cpu=timedelta(hours=4), output=_OUTPUT)


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a package's tests."""

    done: Completed
    passed: frozenset[str]
    failed: frozenset[str]
    """Tests (subtests aside) that failed, or never ended."""
    reached: frozenset[str]
    """Ids of mutants."""

    @property
    def ok(self) -> bool:
        return self.done.ok and not self.failed

    @property
    def late(self) -> bool:
        return self.done.timed_out or "panic: test timed out after" in self.done.output


class Trials:
    """`async with Trials(...)`: the test programs of the copy, each run in its package's folder, in one of as many series behind
    walls as there are processors: walls of its own for each of some hundred runs would take longer than the runs."""

    def __init__(self, subject: Subject, root: Path, binaries: Path, programs: Mapping[str, Path]) -> None:
        self._subject, self._root, self._binaries, self._programs = subject, root, binaries, programs
        self._free: asyncio.Queue[tuple[Series, Path]] = asyncio.Queue()
        self._block = AsyncExitStack()
        self._count = itertools.count()

    async def __aenter__(self) -> Self:
        for _ in range(CORES):
            own = self._block.enter_context(own_folder(self._subject))
            places = confinement(self._subject, self._root, self._root, own, self._binaries, _LIMITS)
            self._free.put_nowait((await self._block.enter_async_context(Series(self._subject.sandbox, places)), own))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._block.aclose()

    async def run(
        self, package: Package, within: timedelta, *, mutant: str, tests: Sequence[str] = (), options: Sequence[str] = ()
    ) -> Ran:
        """Run the package's `tests` (all where none are named) with the mutant on; an id that no mutant has is none."""
        command = [str(self._programs[package.path]), VERBOSE, f"-test.timeout={within.total_seconds():.1f}s", *options]
        if tests:
            command.append(f"-test.run=^(?:{'|'.join(map(re.escape, tests))})$")
        series, own = await self._free.get()
        try:
            note = own / f"reached-{next(self._count)}"
            env = {**environment(self._subject, own), ACTIVE: mutant, REACHED: str(note)}
            late = within + timedelta(seconds=2)
            done = await series.run(command, folder=self._root / package.folder, env=env, within=late)
            return read(done, frozenset((await asyncio.to_thread(left, note)).split()))
        finally:
            note.unlink(missing_ok=True)
            self._free.put_nowait((series, own))


def read(done: Completed, reached: frozenset[str]) -> Ran:
    """What the program printed, subtests aside."""
    spoken = read_output(done.stdout)
    outcomes = {name: outcome for name, outcome in spoken.outcomes.items() if "/" not in name}
    failed = {name for name, outcome in outcomes.items() if outcome == "fail"} | {n for n in spoken.unfinished if "/" not in n}
    passed = frozenset(name for name, outcome in outcomes.items() if outcome == "pass")
    return Ran(done, passed - failed, frozenset(failed), reached)
