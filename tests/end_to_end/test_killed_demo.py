"""The demo, killed on its way again and again, ends as if nothing had happened; `make chaos` kills it after every action too."""

import os
import random
import subprocess
import time
from pathlib import Path

import pytest
from line import DEMO, Line, assert_delivered, judgements, make_line, standing

pytestmark = [pytest.mark.slow, pytest.mark.go]

KILLS = 6


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


async def test_killed_on_its_way_the_demo_is_delivered_once_and_whole(tmp_path: Path) -> None:
    line = await make_line(tmp_path)
    before = standing(line)
    async with line.factory() as factory:
        run_id = await factory.submit(DEMO, line.repository, unattended=True)
    seed = random.randrange(10**6)
    moments, interrupted = random.Random(seed), 0
    for _ in range(KILLS):
        command = line.command("resume", run_id, "--yes")
        resuming = subprocess.Popen(command, env=line.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            resuming.wait(timeout=moments.uniform(0.8, 8))
        except subprocess.TimeoutExpired:
            resuming.kill()
            resuming.wait()
            interrupted += 1
    async with line.factory() as factory:
        run, events = await factory.drive(run_id), factory.events(run_id)

    print(f"seed {seed}: killed {interrupted} times")
    assert interrupted
    assert_delivered(line, run, events, before)
    assert [judged.verdict.kind for judged in judgements(events)] == ["passed"] * 6
    assert processes_of(line) == []
