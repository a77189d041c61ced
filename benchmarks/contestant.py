"""The side of a contest that runs in a process of its own: does runs when told to, and says how long each took.

Lines in: `time N`, `queue N`, `end`. Lines out: one JSON object each.
"""

import json
import resource
import sqlite3
import sys
import time
from pathlib import Path
from typing import Protocol


class Contestant(Protocol):
    """What is compared."""

    def run(self, name: str) -> None:
        """Begin one run and take it to its end."""

    def queue(self, names: list[str]) -> None:
        """Take that many runs to their end, all of them there from the start."""

    def close(self) -> None:
        """Let go of the database."""


def serve(contestant: Contestant, database: Path) -> None:
    """Answer until told to end. `database` is the SQLite file that grows."""
    done = 0
    for line in sys.stdin:
        command, _, number = line.partition(" ")
        if command.strip() == "end":
            break
        names = [f"{done + n:08d}" for n in range(int(number))]
        done += len(names)
        print(json.dumps(_timed(contestant, names) if command == "time" else _queued(contestant, names)), flush=True)
    contestant.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"bytes_a_run": round(_size(database) / done), "peak_mb": round(peak, 1)}), flush=True)


def _timed(contestant: Contestant, names: list[str]) -> dict[str, list[float]]:
    wall, cpu = [], []
    for name in names:
        started, busy = time.perf_counter(), time.process_time()
        contestant.run(name)
        wall.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - busy) * 1000)
    return {"ms": wall, "cpu_ms": cpu}


def _queued(contestant: Contestant, names: list[str]) -> dict[str, float]:
    started = time.perf_counter()
    contestant.queue(names)
    return {"runs_a_second": len(names) / (time.perf_counter() - started)}


def _size(database: Path) -> int:
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return sum(file.stat().st_size for file in database.parent.glob(f"{database.name}*"))
