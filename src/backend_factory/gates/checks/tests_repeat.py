"""The tests say the same again: in other orders, twice in one process, raced, and each alone."""

import asyncio
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.commands import go
from backend_factory.gates.go_packages import Package, packages
from backend_factory.gates.mutation.measure import changed_code, measured
from backend_factory.gates.mutation.trial import Ran, read
from backend_factory.gates.subject import Subject
from backend_factory.gates.test_run import RACE, TestRun, test_run
from backend_factory.workspace.process import run

_FAILED = re.compile(r'^\{.*"Action":"fail","Package":"([^"]+)","Test":"([^"]+)"', re.MULTILINE)
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
    if first.binaries is None:
        return list(await _with_go(subject, seed))
    tested = [package for package in await packages(subject) if package.tests]
    slots = asyncio.Semaphore(os.cpu_count() or 1)

    async def one(package: Package, binaries: Path) -> list[Said]:
        async with slots:
            return list(_differences(package, first, await _program(subject, package, binaries / package.binary, seed)))

    return [each for found in await asyncio.gather(*(one(package, first.binaries) for package in tested)) for each in found]


async def _program(subject: Subject, package: Package, program: Path, seed: int) -> Ran:
    """The test program that ran before, as `go test` would run it."""
    seconds = subject.thresholds.test_timeout_seconds
    command = [str(program), "-test.v=test2json", "-test.count=2", f"-test.shuffle={seed}", f"-test.timeout={seconds}s"]
    env = {**subject.go.environment(subject.cache, race=True, offline=True), **RACE}
    done = await run(
        command, cwd=subject.checkout / package.folder, env=env, timeout=timedelta(seconds=seconds + 5), supervised=True
    )
    return read(done, frozenset())


def _differences(package: Package, first: TestRun, again: Ran) -> Iterator[Said]:
    before = {name for (path, name), _ in first.outcomes.items() if path == package.path and "/" not in name}
    for name in sorted(again.failed):
        yield package.folder, name, again.done.output
    if not again.done.ok and not again.failed:
        yield package.folder, "", again.done.output
    if again.done.ok and before != again.passed:
        odd = ", ".join(sorted(before ^ again.passed))
        yield package.folder, "", f"other tests ran than before: {odd}"


async def _with_go(subject: Subject, seed: int) -> Iterator[Said]:
    """Where programs of one name could not be kept: built again."""
    seconds = subject.thresholds.test_timeout_seconds
    done = await go(
        subject,
        [
            "test",
            "-json",
            "-race",
            "-vet=off",
            "-count=2",
            f"-shuffle={seed}",
            "-tags",
            "lambda.norpc",
            f"-timeout={seconds}s",
            "./...",
        ],
        race=True,
        within=timedelta(seconds=seconds + 300),
        more=RACE,
    )
    if done.ok:
        return iter(())
    failed = sorted(set(_FAILED.findall(done.stdout)))
    return iter([(package, name, done.output) for package, name in failed] or [(".", "", done.output)])


async def _lonely(subject: Subject) -> list[tuple[str, str]]:
    if not changed_code(subject):
        return []
    return [(w.folder, w.name) for w in (await measured(subject)).witnesses if w.passes and not w.passes_alone]


CHECK = Check(
    "tests-repeat", "The tests pass again: in other orders, twice, and alone", (PhaseId.TEST,), examine, after=("go-test",)
)
