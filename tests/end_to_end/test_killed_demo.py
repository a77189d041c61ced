"""The demo, killed after every action and at random moments, ends as if nothing had happened."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from line import DEMO, Line, drive, make_line

from backend_factory.domain.run import Run

pytestmark = [pytest.mark.slow, pytest.mark.go]

ONE_ACTION = """
import asyncio, os, signal, sys
from backend_factory.domain.notice import Notice
from backend_factory.factory import Factory

def observe(happened):
    if not isinstance(happened, Notice):
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    async with Factory.open() as factory:
        await factory.drive(sys.argv[1], observe)

asyncio.run(main())
"""
"""Drives a run and is killed as soon as the next event is recorded."""

KILLS = 20


async def submit(line: Line) -> str:
    async with line.factory() as factory:
        return await factory.submit(DEMO, line.repository, unattended=True)


def load(line: Line, run_id: str) -> Run:
    factory = line.factory()
    try:
        return factory.run(run_id)
    finally:
        factory.close()


def outcome(line: Line, run_id: str) -> dict[str, object]:
    """What must be the same however often the run was killed: events, files, effects. Times and ids aside."""
    factory = line.factory()
    try:
        run, events = factory.run(run_id), factory.events(run_id)
    finally:
        factory.close()
    branch = run.requested.branch
    return {
        "events": [
            (event.kind, getattr(event, "phase", None), getattr(event, "attempt", None), getattr(event, "step", None))
            for event in events
        ],
        "deliverables": run.deliverables,
        "tree": line.git("rev-parse", f"{branch}^{{tree}}"),
        "commits": line.git("log", "--format=%s", f"main..{branch}"),
        "branches": line.git("branch", "--format=%(refname:short)"),
        "pull requests": len(list((line.home / "pull-requests").glob("*.json"))),
        "left behind": line.left_behind(),
        "processes": processes_of(line),
    }


def processes_of(line: Line) -> list[str]:
    """Command lines of processes that know the line's state folder; those that are ending get ten seconds."""
    deadline = time.monotonic() + 10
    while (found := _processes(str(line.home))) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def _processes(folder: str) -> list[str]:
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdecimal() and int(place.name) != os.getpid():
            try:
                known = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
            except OSError:
                continue
            if folder.encode() in known:
                found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return asyncio.run(_delivered(tmp_path_factory.mktemp("undisturbed")))


async def _delivered(folder: Path) -> dict[str, object]:
    line = await make_line(folder)
    run, _ = await drive(line, DEMO)
    assert run.status == "delivered", run.question
    return outcome(line, run.id)


async def test_killed_after_every_action_the_demo_ends_the_same(tmp_path: Path, undisturbed: dict[str, object]) -> None:
    line = await make_line(tmp_path)
    run_id = await submit(line)
    kills = 0
    while load(line, run_id).finished is None:
        command = [sys.executable, "-c", ONE_ACTION, run_id]
        ended = subprocess.run(command, env=line.environment, capture_output=True, text=True, timeout=600)
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        kills += 1
    assert kills == len(undisturbed["events"]) - 1  # type: ignore[arg-type]
    assert outcome(line, run_id) == undisturbed


async def test_killed_at_random_moments_the_demo_ends_the_same(tmp_path: Path, undisturbed: dict[str, object]) -> None:
    line = await make_line(tmp_path)
    run_id = await submit(line)
    seed = random.randrange(10**6)
    moments, kills, interrupted = random.Random(seed), 0, 0
    while load(line, run_id).finished is None:
        resuming = subprocess.Popen(
            line.command("resume", run_id, "--yes"), env=line.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            # Early on the moments are short, so that quick actions are hit as well as long ones.
            resuming.wait(timeout=moments.uniform(0.5, 12) if kills < KILLS else 600)
            said = resuming.stderr.read().decode() if resuming.stderr else ""
            assert resuming.returncode == 0, (seed, said)
        except subprocess.TimeoutExpired:
            resuming.kill()
            resuming.wait()
            interrupted += 1
        finally:
            if resuming.stderr:
                resuming.stderr.close()
        kills += 1
    print(f"seed {seed}: killed {interrupted} times")
    assert outcome(line, run_id) == undisturbed, seed
