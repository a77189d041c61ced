"""One `go test` of everything, read by several checks."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from backend_factory.domain.deliverable import Plan
from backend_factory.gates.check import Unreadable
from backend_factory.gates.commands import go
from backend_factory.gates.coverage import Block, read_profile
from backend_factory.gates.go_packages import namesakes, packages
from backend_factory.gates.kept_binaries import kept_binaries
from backend_factory.gates.subject import Subject
from backend_factory.workspace.process import Completed


@dataclass(frozen=True, slots=True)
class TestRun:
    """What `go test -json` said."""

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
    binaries: Path | None = None
    """Where the test programs are that ran, to be run again; None where two packages would have one of the same name."""


RACE = {"GORACE": "atexit_sleep_ms=20"}
"""A raced program sleeps a second before it ends, which is half of what a small package's tests take
(https://go.dev/doc/articles/race_detector)."""


async def test_run(subject: Subject) -> TestRun:
    """The gate's run, made when first asked for: shuffled, under the race detector, with coverage of every package."""
    return await subject.resources.shared("go test", lambda: _made(subject))


@asynccontextmanager
async def _made(subject: Subject) -> AsyncIterator[TestRun]:
    with kept_binaries(subject.cache, f"race {subject.handed(Plan).layout.module}", subject.scratch) as folder:
        binaries = None if namesakes(await packages(subject)) else folder
        yield await _run(subject, binaries)


async def _run(subject: Subject, binaries: Path | None) -> TestRun:
    profile = subject.scratch / "coverage.out"
    arguments = [
        "test",
        "-json",
        "-race",
        # go-vet is a check of its own.
        "-vet=off",
        "-shuffle=on",
        "-count=1",
        "-tags",
        "lambda.norpc",
        "-ldflags=-s -w",
        "-covermode=atomic",
        "-coverpkg=./...",
        f"-coverprofile={profile}",
        f"-timeout={subject.thresholds.test_timeout_seconds}s",
        *([f"-o={binaries}/"] if binaries else []),
        "./...",
    ]
    within = timedelta(seconds=subject.thresholds.test_timeout_seconds + 300)
    done = await go(subject, arguments, race=True, within=within, more=RACE)
    return replace(read_test_run(done, profile), binaries=binaries)


def read_test_run(done: Completed, profile: Path) -> TestRun:
    """Raises Unreadable when the output is not that of `go test -json`."""
    outcomes: dict[tuple[str, str], str] = {}
    packages: dict[str, str] = {}
    printed: list[str] = []
    said: defaultdict[tuple[str, str], str] = defaultdict(str)
    started: set[tuple[str, str]] = set()
    for line in done.stdout.split("\n"):
        event = _event(line) if line else {}
        action, package, test = event.get("Action"), event.get("Package", ""), event.get("Test")
        printed.append(event.get("Output", ""))
        said[package, test or ""] += event.get("Output", "")
        if action == "run":
            started.add((package, test or ""))
        if action not in ("pass", "fail", "skip"):
            continue
        if not test:
            packages[package] = action
        elif (package, test) not in started or (package, test) in outcomes:
            # A test can print what looks like another test's result.
            raise Unreadable(f"{test} in {package}: a result that is no test's own")
        else:
            outcomes[package, test] = action
    if started - outcomes.keys() and done.ok:
        raise Unreadable(f"tests without a result: {', '.join(sorted(test for _, test in started - outcomes.keys()))[:300]}")
    failing = {package for (package, _), outcome in outcomes.items() if outcome == "fail"}
    broken = tuple(sorted(package for package, outcome in packages.items() if outcome == "fail" and package not in failing))
    if not packages and not done.ok:
        raise Unreadable(f"go test ran nothing: {done.output[-1000:]}")
    return TestRun(done, outcomes, dict(said), broken, "".join(printed) + done.stderr, read_profile(profile))


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise Unreadable(f"go test printed something else than JSON: {line[:200]}") from error
    if not isinstance(event, dict):
        raise Unreadable(f"go test printed something else than an event: {line[:200]}")
    return event
