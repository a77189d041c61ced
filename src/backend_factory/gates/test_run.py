"""One run of all tests, read by several checks."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from pathlib import Path

from backend_factory.domain.deliverable import Plan
from backend_factory.gates.check import Unreadable
from backend_factory.gates.commands import CORES
from backend_factory.gates.coverage import Block, read_blocks
from backend_factory.gates.go_packages import Package, packages
from backend_factory.gates.kept_binaries import kept_binaries
from backend_factory.gates.subject import Subject
from backend_factory.gates.test_build import Built, built
from backend_factory.gates.test_output import VERBOSE, Spoken, read_output
from backend_factory.gates.test_programs import RACE, apart, left, own_folder, programs, run_program
from backend_factory.workspace.process import Completed


@dataclass(frozen=True, slots=True)
class TestRun:
    """What compiling and all the tests said."""

    __test__ = False

    done: Completed
    outcomes: dict[tuple[str, str], str]
    """(import path, test name) -> pass, fail or skip; subtests by their full name."""
    said: dict[tuple[str, str], str]
    """What each test printed, its complaints among it."""
    broken: tuple[str, ...]
    """Import paths of packages that failed without a failing test: they did not build, or panicked."""
    output: str
    """What the tests printed, without the JSON around it."""
    blocks: tuple[Block, ...]
    programs: Mapping[str, Path]
    """Import path -> the test program that ran, to be run again."""


async def test_run(subject: Subject) -> TestRun:
    """The gate's run, made when first asked for: shuffled, under the race detector, with coverage of every package."""
    return await subject.resources.shared("go test", lambda: _made(subject))


@asynccontextmanager
async def _made(subject: Subject) -> AsyncIterator[TestRun]:
    with kept_binaries(subject.cache, f"race {subject.handed(Plan).layout.module}", subject.scratch) as folder:
        yield await _run(subject, await packages(subject), folder)


async def _run(subject: Subject, every: Sequence[Package], folder: Path) -> TestRun:
    """Compiled first, all of it; then each program behind walls of its own, so that none can answer for another."""
    tested = [package for package in every if package.tests]
    places = programs(tested, folder)
    made = [await built(subject, every, group, folder / str(number)) for number, group in enumerate(apart(tested) or [[]])]
    fit = [package for package in tested if not any(package.path in each.broken for each in made)]
    slots = asyncio.Semaphore(CORES)

    async def one(package: Package) -> _Ran:
        async with slots:
            return await _ran(subject, package, places[package.path])

    ran = await asyncio.gather(*map(one, fit))
    return _summed(made, ran, {package.path: places[package.path] for package in fit})


@dataclass(frozen=True, slots=True)
class _Ran:
    """One program's run."""

    package: str
    done: Completed
    spoken: Spoken
    blocks: tuple[Block, ...]


async def _ran(subject: Subject, package: Package, place: Path) -> _Ran:
    with own_folder(subject) as own:
        profile = own / "profile"
        options = [VERBOSE, "-test.count=1", "-test.shuffle=on", f"-test.coverprofile={profile}"]
        done = await run_program(subject, package, place, options, own, RACE)
        spoken = read_output(done.stdout)
        if spoken.odd:
            raise Unreadable(f"{spoken.odd[0]} in {package.path}: a result that is no test's own")
        if spoken.unfinished and done.ok:
            raise Unreadable(f"tests without a result: {', '.join(sorted(spoken.unfinished))[:300]}")
        text = await asyncio.to_thread(left, profile)
        try:
            # A program that broke off has left none.
            blocks = read_blocks(text) if text else ()
        except ValueError as error:
            raise Unreadable(f"the coverage of {package.path} cannot be read: {error}") from error
    return _Ran(package.path, done, spoken, blocks)


def _summed(made: Sequence[Built], ran: Sequence[_Ran], places: Mapping[str, Path]) -> TestRun:
    outcomes = {(each.package, test): outcome for each in ran for test, outcome in each.spoken.outcomes.items()}
    failing = {package for (package, _), outcome in outcomes.items() if outcome == "fail"}
    broken = {path for each in made for path in each.broken}
    broken |= {each.package for each in ran if not each.done.ok and each.package not in failing}
    whole = [each.done for each in made] + [each.done for each in ran]
    output = "".join(each.output for each in made) + "".join(map(_told, ran))
    summed = replace(
        made[0].done,
        exit_status=0 if all(done.ok for done in whole) else 1,
        stdout=output,
        stderr="",
        duration=sum((done.duration for done in whole), timedelta()),
        truncated=any(done.truncated for done in whole),
    )
    return TestRun(
        done=summed,
        outcomes=outcomes,
        said={(each.package, test): text for each in ran for test, text in each.spoken.said.items()},
        broken=tuple(sorted(broken)),
        output=output,
        blocks=tuple(chain.from_iterable([*(each.blocks for each in made), *(each.blocks for each in ran)])),
        programs=places,
    )


def _told(ran: _Ran) -> str:
    status = "ok" if ran.done.ok else "late" if ran.done.timed_out else f"status {ran.done.exit_status}"
    return f"== {ran.package}: {status}, {ran.done.duration.total_seconds():.2f} s\n{ran.spoken.text}{ran.done.stderr}"
