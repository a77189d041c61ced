"""The tests say the same again: in other orders, twice in one process, raced, and each alone."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.commands import CORES
from backend_factory.gates.go_packages import Package, packages
from backend_factory.gates.mutation.measure import changed_code, measured
from backend_factory.gates.mutation.trial import Ran, read
from backend_factory.gates.subject import Subject
from backend_factory.gates.test_output import VERBOSE
from backend_factory.gates.test_programs import RACE, own_folder, run_program
from backend_factory.gates.test_run import TestRun, test_run

Said = tuple[str, str, str]
"""(package's folder, test, what it printed)"""


async def examine(subject: Subject) -> Examination:
    """Any test that fails again and again passed before is flaky, and flaky is failing."""
    first = await test_run(subject)
    seeds = [int(subject.commit[at : at + 6] or "1", 16) + at for at in range(subject.thresholds.repeats_count)]
    wrong: dict[tuple[str, str], str] = {}
    for seed in seeds:
        for folder, name, said in await _again(subject, first, seed):
            wrong.setdefault((folder, name), f"shuffled with {seed}: {said[-1200:]}")
    findings = [
        _finding("flaky", folder, name, f"{name or folder} passed, and did not when it was run again", said)
        for (folder, name), said in sorted(wrong.items())
    ]
    findings += [
        _finding("alone", folder, name, f"{name} passes with the others, and fails alone", "")
        for folder, name in await _lonely(subject)
    ]
    count = len(first.outcomes)
    return Examination(f"{count} tests, run {2 * len(seeds)} times more, {len(findings)} not the same", tuple(findings[:50]))


def _finding(rule: str, folder: str, name: str, message: str, seen: str) -> Finding:
    hint = "let each test make what it needs, and wait for events, not for time"
    return Finding(check=CHECK.id, rule=rule, message=message, file=folder, seen=seen, hint=hint, mends=PhaseId.TEST)


async def _again(subject: Subject, first: TestRun, seed: int) -> list[Said]:
    tested = [package for package in await packages(subject) if package.path in first.programs]
    slots = asyncio.Semaphore(CORES)

    async def one(package: Package) -> list[Said]:
        async with slots:
            return list(_differences(package, first, await _program(subject, package, first.programs[package.path], seed)))

    return [each for found in await asyncio.gather(*map(one, tested)) for each in found]


async def _program(subject: Subject, package: Package, program: Path, seed: int) -> Ran:
    """The test program that ran before, each test twice."""
    with own_folder(subject) as own:
        options = [VERBOSE, "-test.count=2", f"-test.shuffle={seed}"]
        return read(await run_program(subject, package, program, options, own, RACE), frozenset())


def _differences(package: Package, first: TestRun, again: Ran) -> Iterator[Said]:
    before = {name for (path, name), _ in first.outcomes.items() if path == package.path and "/" not in name}
    for name in sorted(again.failed):
        yield package.folder, name, again.done.output
    if not again.done.ok and not again.failed:
        yield package.folder, "", again.done.output
    if again.done.ok and before != again.passed:
        odd = ", ".join(sorted(before ^ again.passed))
        yield package.folder, "", f"other tests ran than before: {odd}"


async def _lonely(subject: Subject) -> list[tuple[str, str]]:
    if not changed_code(subject):
        return []
    return [(w.folder, w.name) for w in (await measured(subject)).witnesses if w.passes and not w.passes_alone]


CHECK = Check(
    "tests-repeat", "The tests pass again: in other orders, twice, and alone", (PhaseId.TEST,), examine, after=("go-test",)
)
