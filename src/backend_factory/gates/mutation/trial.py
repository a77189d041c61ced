"""Runs test programs, with one mutant on or with none, and tells what the tests said and what they reached."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from backend_factory.gates.go_packages import Package
from backend_factory.gates.mutation.switch import ACTIVE, REACHED
from backend_factory.gates.subject import Subject
from backend_factory.workspace.process import Completed, run

# Real results are marked: https://pkg.go.dev/cmd/test2json
_RESULT = re.compile(r"^\x16--- (?P<outcome>PASS|FAIL|SKIP): (?P<name>\S+) \((?P<seconds>[\d.]+)s\)$", re.MULTILINE)
_STARTED = re.compile(r"^\x16=== RUN   (?P<name>\S+)$", re.MULTILINE)
_OUTPUT = 2 * 1024 * 1024


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
    """The test programs of the copy, each run in its package's folder."""

    def __init__(self, subject: Subject, root: Path, programs: Mapping[str, Path]) -> None:
        self._env = subject.go.environment(subject.cache, offline=True)
        self._root, self._programs, self._notes = root, programs, subject.scratch / "reached"
        self._notes.mkdir()
        self._count = itertools.count()

    async def run(
        self, package: Package, within: timedelta, *, mutant: str, tests: Sequence[str] = (), options: Sequence[str] = ()
    ) -> Ran:
        """Run the package's `tests` (all where none are named) with the mutant on; an id that no mutant has is none."""
        note = self._notes / str(next(self._count))
        command = [
            str(self._programs[package.path]),
            "-test.v=test2json",
            f"-test.timeout={within.total_seconds():.1f}s",
            *options,
        ]
        if tests:
            command.append(f"-test.run=^(?:{'|'.join(map(re.escape, tests))})$")
        env = {**self._env, ACTIVE: mutant, REACHED: str(note)}
        late = within + timedelta(seconds=2)
        done = await run(command, cwd=self._root / package.folder, env=env, timeout=late, output_limit=_OUTPUT)
        reached = frozenset(note.read_text(encoding="utf-8").split()) if note.exists() else frozenset()
        note.unlink(missing_ok=True)
        return read(done, reached)


def read(done: Completed, reached: frozenset[str]) -> Ran:
    """What `-test.v=test2json` printed."""
    outcomes: dict[str, str] = {}
    for match in _RESULT.finditer(done.stdout):
        if "/" not in match["name"]:
            outcomes[match["name"]] = match["outcome"]
    started = {match["name"] for match in _STARTED.finditer(done.stdout) if "/" not in match["name"]}
    passed = frozenset(name for name, outcome in outcomes.items() if outcome == "PASS")
    failed = frozenset(name for name, outcome in outcomes.items() if outcome == "FAIL") | (started - outcomes.keys())
    return Ran(done, passed, failed, reached)
