"""Runs the tests against the mutants: first with none on, then each mutant with the tests that reach it."""

import asyncio
import os
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from backend_factory.gates.check import Unreadable
from backend_factory.gates.go_packages import Package
from backend_factory.gates.mutation.mutant import Mutant
from backend_factory.gates.mutation.score import Fate, Tried, Witness
from backend_factory.gates.mutation.trial import Ran, Trials
from backend_factory.gates.test_functions import TestFunction

T = TypeVar("T")

_SHORTEST = 2.0
_LONGER = 4
"""How much more time a late run gets before it is believed: a busy machine is no merit of the tests."""
_MOST_FOR_ONE_TEST = 40
_TELLING = ("result", "never", "negate", "delete", "empty")
"""Operators whose mutants take the most out of the code."""


@dataclass
class _Tests:
    """What is known of a package's tests without a mutant."""

    package: Package
    clean: Ran
    reached: dict[str, frozenset[str]] = field(default_factory=dict)
    """Test -> mutants that it runs over when it runs alone."""
    alone: dict[str, bool] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


class Hunt:
    """The tests of the packages that can reach a mutant."""

    def __init__(self, trials: Trials, packages: Sequence[Package], seconds: float) -> None:
        self._trials, self._packages, self._seconds = trials, packages, seconds
        # An id that no mutant has, and another one each time: tests cannot tell a run with a mutant from one without.
        self._none = secrets.token_hex(6)
        self._slots = asyncio.Semaphore(os.cpu_count() or 1)
        self._tests: dict[str, _Tests] = {}
        self._kills: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    @property
    def unfit(self) -> tuple[str, ...]:
        """Tests that fail although no mutant is on."""
        return tuple(f"{each.package.folder} {name}" for each in self._tests.values() for name in sorted(each.clean.failed))

    async def look(self) -> None:
        """Run every package's tests with no mutant on, then each test alone. Unreadable if no test can be run."""
        found = await _all(self._clean(package) for package in self._packages)
        self._tests = {each.package.path: each for each in found}
        if not any(each.clean.passed for each in found):
            said = next((each.clean.done.output[-500:] for each in found), "there are none")
            raise Unreadable(f"no test passes on the code with mutants: {said}")
        await _all(self._alone(each, name) for each in found if each.clean.reached for name in sorted(each.clean.passed))

    async def kill(self, mutants: Sequence[Mutant]) -> tuple[Tried, ...]:
        """What becomes of each mutant."""
        fates = await _all(self._fate(mutant.id) for mutant in mutants)
        return tuple(Tried(mutant=mutant, fate=fate) for mutant, fate in zip(mutants, fates, strict=True))

    async def witnesses(self, tests: Iterable[TestFunction], mutants: Sequence[Mutant]) -> tuple[Witness, ...]:
        """What each of the tests notices; those that killed no mutant so far are tried alone on those that they reach."""
        folders = {each.package.folder: each for each in self._tests.values()}
        telling = sorted(mutants, key=lambda m: (m.operator not in _TELLING, m.id))
        return tuple(await _all(self._witness(folders[test.folder], test, telling) for test in tests if test.folder in folders))

    async def _clean(self, package: Package) -> _Tests:
        within = timedelta(seconds=self._seconds)
        async with self._slots:
            return _Tests(package, await self._trials.run(package, within, mutant=self._none))

    async def _run(self, tests: _Tests, mutant: str, names: Sequence[str], options: Sequence[str] = ()) -> Ran:
        """One run; one more if it was late, or ended by a signal, either of which may be the machine's doing."""
        within = timedelta(seconds=max(_SHORTEST, 4 * tests.clean.done.duration.total_seconds() + 1))
        async with self._slots:
            ran = await self._trials.run(tests.package, within, mutant=mutant, tests=names, options=options)
            if ran.late or (ran.done.exit_status or 0) < 0:
                ran = await self._trials.run(tests.package, _LONGER * within, mutant=mutant, tests=names, options=options)
        return ran

    async def _alone(self, tests: _Tests, name: str) -> None:
        ran = await self._run(tests, self._none, [name])
        tests.reached[name], tests.alone[name] = ran.reached, ran.ok and name in ran.passed
        tests.seconds[name] = ran.done.duration.total_seconds()

    async def _fate(self, mutant: str) -> Fate:
        fate: Fate = "unreached"
        for tests, names in self._reaching(mutant):
            ran = await self._run(tests, mutant, names, ["-test.failfast"])
            # A run that did not come to the mutant failed for another reason.
            if not ran.ok and mutant in ran.reached:
                for name in ran.failed:
                    self._kills[tests.package.folder, name].add(mutant)
                return "late" if ran.late else "killed"
            fate = "survived"
        return fate

    def _reaching(self, mutant: str) -> list[tuple[_Tests, list[str]]]:
        """Tests that run over the mutant, those first that are done soon."""
        found = [
            (each, [name for name, reached in each.reached.items() if mutant in reached and each.alone[name]])
            for each in self._tests.values()
        ]
        return sorted(((each, names) for each, names in found if names), key=lambda e: sum(e[0].seconds[n] for n in e[1]))

    async def _witness(self, tests: _Tests, test: TestFunction, mutants: Sequence[Mutant]) -> Witness:
        reached = tests.reached.get(test.name, frozenset())
        killed = next(iter(sorted(self._kills[test.folder, test.name])), "")
        if not killed and tests.alone.get(test.name):
            for mutant in [m for m in mutants if m.id in reached][:_MOST_FOR_ONE_TEST]:
                ran = await self._run(tests, mutant.id, [test.name])
                if not ran.ok and mutant.id in ran.reached:
                    killed = mutant.id
                    break
        return Witness(
            folder=test.folder,
            name=test.name,
            passes=test.name in tests.clean.passed,
            passes_alone=tests.alone.get(test.name, True),
            reached=len(reached),
            killed=killed,
        )


async def _all(work: Iterable[Awaitable[T]]) -> list[T]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_awaited(each)) for each in work]
    return [task.result() for task in tasks]


async def _awaited(work: Awaitable[T]) -> T:
    return await work
