"""All test programs, compiled and linked by one `go test` that runs none of them."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from backend_factory.gates.check import Unreadable
from backend_factory.gates.commands import go
from backend_factory.gates.coverage import Block, read_profile
from backend_factory.gates.go_packages import Package
from backend_factory.gates.subject import Subject
from backend_factory.workspace.process import Completed, program


@dataclass(frozen=True, slots=True)
class Built:
    """What `go test` compiled."""

    done: Completed
    output: str
    broken: frozenset[str]
    blocks: tuple[Block, ...]
    """Of packages without tests, none of them run."""


async def built(subject: Subject, every: Sequence[Package], group: Sequence[Package], into: Path) -> Built:
    """The test programs of `group`, in the folder `into`, which holds what was made before.

    In place of each `go test` runs a program that does nothing, so that it tells the coverage of packages without tests too.
    """
    profile = subject.scratch / f"{into.name}.profile"
    others = [package for package in every if not package.tests]
    whole = len(group) + len(others) == len(every)
    arguments = [
        "test",
        "-json",
        f"-exec={program('true', os.defpath)}",
        "-race",
        # go-vet is a check of its own.
        "-vet=off",
        "-count=1",
        "-tags",
        "lambda.norpc",
        "-ldflags=-s -w",
        "-covermode=atomic",
        "-coverpkg=./...",
        f"-coverprofile={profile}",
        *([f"-o={into}/"] if group else []),
        *(["./..."] if whole else [f"./{package.folder}" for package in (*group, *others)]),
    ]
    done = await go(subject, arguments, race=True, within=timedelta(seconds=subject.thresholds.test_timeout_seconds + 300))
    return read_build(done, profile)


def read_build(done: Completed, profile: Path) -> Built:
    """Raises Unreadable when the output is not that of `go test -json`."""
    outcomes: dict[str, str] = {}
    printed: list[str] = []
    for line in done.stdout.split("\n"):
        event = _event(line) if line else {}
        # What is only compiled needs no word.
        printed.append(event.get("Output", "") if event.get("Action") == "build-output" else "")
        if event.get("Action") in ("pass", "fail", "skip"):
            outcomes[event.get("Package", "")] = event["Action"]
            printed += [f"{event.get('Package')} does not build\n"] if event["Action"] == "fail" else []
        elif event.get("Action") == "output" and event.get("Output", "").startswith(("#", "FAIL", "panic", " ", "\t")):
            printed.append(event["Output"])
    if not outcomes and not done.ok:
        raise Unreadable(f"go test ran nothing: {done.output[-1000:]}")
    broken = frozenset(package for package, outcome in outcomes.items() if outcome == "fail")
    return Built(done, "".join(printed) + done.stderr, broken, read_profile(profile))


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise Unreadable(f"go test printed something else than JSON: {line[:200]}") from error
    if not isinstance(event, dict):
        raise Unreadable(f"go test printed something else than an event: {line[:200]}")
    return event
