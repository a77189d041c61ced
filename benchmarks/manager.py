"""The manager's own cost, beside LangGraph with its SqliteSaver: JSON on stdout, a table on stderr.

    python benchmarks/manager.py [--rounds 15] [--runs 20] [--queued 1000] [--waiting 5000] [--folder DIR]

Both do their runs in processes of their own, on the same disk, in turns of a few runs each, so that whatever else the
machine does slows down both. Needs the dependency group `bench`; without it only the factory is measured.
"""

import argparse
import asyncio
import importlib.util
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from waiting import waiting

HERE = Path(__file__).parent


class Process:
    """A contestant in its own process."""

    def __init__(self, name: str, folder: Path) -> None:
        command = [sys.executable, str(HERE / f"{name}.py"), str(folder / f"{name}.db")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, line: str) -> Any:
        """Send a command, return what it answers."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"a contestant ended with status {self._process.wait()} at {line!r}")
        return json.loads(answer)


def contest(names: list[str], folder: Path, rounds: int, runs: int, queued: int) -> dict[str, Any]:
    """Figures of each, measured in turns."""
    processes = {name: Process(name, folder) for name in names}
    wall: dict[str, list[float]] = {name: [] for name in names}
    cpu: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        for name in names if turn % 2 else reversed(names):
            seen = processes[name].tell(f"time {runs}")
            if turn:  # the first warms up
                wall[name].append(median(seen["ms"]))
                cpu[name].append(median(seen["cpu_ms"]))
    parts = max(1, queued // 100)
    rates = [{name: processes[name].tell("queue 100")["runs_a_second"] for name in names} for _ in range(parts)]
    return {
        name: {
            "median_ms": round(median(wall[name]), 2),
            "median_cpu_ms": round(median(cpu[name]), 2),
            "runs_a_second": round(parts / sum(1 / rate[name] for rate in rates), 1),
            **processes[name].tell("end"),
        }
        for name in names
    }


def commit_ms(folder: Path) -> float:
    """Median milliseconds of one durable row in plain sqlite3 (WAL, synchronous FULL): the floor of this disk."""
    connection, seen = sqlite3.connect(folder / "floor.db", isolation_level=None), []
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE rows (body)")
    for _ in range(300):
        started = time.perf_counter()
        connection.execute("INSERT INTO rows VALUES (?)", ("x" * 300,))
        seen.append((time.perf_counter() - started) * 1000)
    connection.close()
    return round(median(seen), 3)


def table(figures: dict[str, Any]) -> str:
    """The figures for people."""
    contestants, waits = figures["contest"], figures["waiting"]
    lines = [f"{'':16}{'ms a run':>10}{'CPU ms':>10}{'runs/s':>10}{'bytes a run':>13}{'peak MB':>10}"]
    for name, row in contestants.items():
        keys = ("median_ms", "median_cpu_ms", "runs_a_second", "bytes_a_run", "peak_mb")
        widths = (10, 10, 10, 13, 10)
        lines.append(f"{name:16}" + "".join(f"{row[key]:>{width}}" for key, width in zip(keys, widths, strict=True)))
    if ratios := figures["ratios"]:
        lines.append("ours / peer     " + "  ".join(f"{key} {value}" for key, value in ratios.items()))
    lines.append(f"one durable row in plain sqlite3: {figures['commit_ms']} ms; a run of ours is 18 events")
    lines.append("waiting         " + "  ".join(f"{key} {value}" for key, value in waits.items()))
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("rounds", 15), ("runs", 20), ("queued", 1000), ("waiting", 5000), ("answers", 300)):
        options.add_argument(f"--{name}", type=int, default=default)
    options.add_argument("--folder", type=Path, help="on the disk that is measured (default: the temporary folder)")
    given = options.parse_args()

    names = ["ours", "peer"] if importlib.util.find_spec("langgraph") else ["ours"]
    if len(names) == 1:
        print("langgraph is not installed (dependency group `bench`): measuring the factory alone", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=given.folder) as place:
        folder = Path(place)
        contestants = contest(names, folder, given.rounds, given.runs, given.queued)
        figures = {
            "contest": contestants,
            "ratios": {
                key: round(contestants["ours"][key] / contestants["peer"][key], 2)
                for key in contestants["ours"]
                if "peer" in contestants
            },
            "commit_ms": commit_ms(folder),
            "waiting": asyncio.run(waiting(folder / "waiting", given.waiting, given.answers)),
            "cores": os.cpu_count(),
        }
    print(json.dumps(figures, indent=2))
    print(table(figures), file=sys.stderr)


if __name__ == "__main__":
    main()
