"""One `go test` of everything, read by several checks."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from backend_factory.gates.check import Unreadable
from backend_factory.gates.commands import go
from backend_factory.gates.coverage import Block, read_profile
from backend_factory.gates.subject import Subject
from backend_factory.gates.thresholds import THRESHOLDS
from backend_factory.workspace.process import Completed


@dataclass(frozen=True, slots=True)
class TestRun:
    """What `go test -json` said."""

    __test__ = False

    done: Completed
    outcomes: dict[tuple[str, str], str]
    """(import path, test name) -> pass, fail or skip; subtests by their full name."""
    broken: tuple[str, ...]
    """Import paths of packages that failed without a failing test: they did not build, or panicked."""
    output: str
    """What the tests printed, without the JSON around it."""
    blocks: tuple[Block, ...]


async def test_run(subject: Subject) -> TestRun:
    """The gate's run, made when first asked for: shuffled, under the race detector, with coverage of every package."""
    return await subject.resources.shared("go test", lambda: _made(subject))


@asynccontextmanager
async def _made(subject: Subject) -> AsyncIterator[TestRun]:
    profile = subject.scratch / "coverage.out"
    arguments = [
        "test",
        "-json",
        "-race",
        "-shuffle=on",
        "-count=1",
        "-tags",
        "lambda.norpc",
        "-covermode=atomic",
        "-coverpkg=./...",
        f"-coverprofile={profile}",
        f"-timeout={THRESHOLDS.test_timeout_seconds}s",
        "./...",
    ]
    done = await go(subject, arguments, race=True, within=timedelta(seconds=THRESHOLDS.test_timeout_seconds + 300))
    yield read_test_run(done, profile)


def read_test_run(done: Completed, profile: Path) -> TestRun:
    """Raises Unreadable when the output is not that of `go test -json`."""
    outcomes: dict[tuple[str, str], str] = {}
    packages: dict[str, str] = {}
    printed: list[str] = []
    for line in done.stdout.splitlines():
        try:
            event = json.loads(line)
        except json.JSONDecodeError as error:
            raise Unreadable(f"go test printed something else than JSON: {line[:200]}") from error
        printed.append(event.get("Output", ""))
        if event.get("Action") in ("pass", "fail", "skip"):
            if event.get("Test"):
                outcomes[event["Package"], event["Test"]] = event["Action"]
            else:
                packages[event.get("Package", "")] = event["Action"]
    failing = {package for (package, _), outcome in outcomes.items() if outcome == "fail"}
    broken = tuple(sorted(package for package, outcome in packages.items() if outcome == "fail" and package not in failing))
    if not packages and not done.ok:
        raise Unreadable(f"go test ran nothing: {done.output[-1000:]}")
    return TestRun(done, outcomes, broken, "".join(printed) + done.stderr, read_profile(profile))
