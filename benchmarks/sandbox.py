"""What walls cost per command, against none and against bubblewrap alone: JSON on stdout, a table on stderr.

    python benchmarks/sandbox.py [--times 40]

`true` is the price of the start alone; `go version` a small real program. `bare` is the command itself, `supervised` with the
factory's watch over everything that it starts, then each kind of sandbox that this machine has, watched and limited as the
factory does it, and as a peer bare bubblewrap, which neither limits nor watches. All take turns, so that the machine's other
work meets them alike. Milliseconds, and medians against `bare` and `supervised`.
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

from backend_factory.settings import Settings
from backend_factory.workspace.golang import find_go
from backend_factory.workspace.process import run
from backend_factory.workspace.sandbox.confinement import Confinement
from backend_factory.workspace.sandbox.sandbox import KINDS, UNCONFINED, attempt

COMMANDS = {"true": ["true"], "go version": ["go", "version"]}
_BWRAP = ("bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-all", "--die-with-parent")
"""The same kinds of namespaces, the whole machine's files read-only, no filter of system calls."""


@dataclass(frozen=True)
class Way:
    """A way to start a command."""

    command: Sequence[str]
    env: Mapping[str, str]
    supervised: bool

    async def once(self, folder: Path) -> float:
        """Milliseconds from start to end."""
        started = time.perf_counter()
        done = await run(self.command, cwd=folder, env=self.env, timeout=timedelta(minutes=1), supervised=self.supervised)
        assert done.ok, done.stderr
        return 1000 * (time.perf_counter() - started)


async def ways(command: Sequence[str], folder: Path) -> Mapping[str, Way]:
    """By name, those that this machine offers."""
    go = await find_go()
    env = {"PATH": f"{go.root / 'bin'}{os.pathsep}{os.defpath}", "GOTOOLCHAIN": "local"}
    confinement = Confinement(folder, (folder,), (go.root,))
    found = {"bare": Way(command, env, False), "supervised": Way(*UNCONFINED.wrap(command, env, confinement), True)}
    for kind in KINDS:
        sandbox, _ = await attempt(kind, Settings().tool_path)
        if sandbox:
            found[kind] = Way(*sandbox.wrap(command, env, confinement), sandbox.needs_supervisor)
    if shutil.which(_BWRAP[0]):
        found["bwrap alone"] = Way((*_BWRAP, *command), env, False)
    return found


async def measure(times: int) -> dict[str, dict[str, dict[str, float]]]:
    """Command -> way -> figures."""
    rows = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()  # noqa: ASYNC240 - a moment
        for name, command in COMMANDS.items():
            offered = await ways(command, folder)
            taken: dict[str, list[float]] = {way: [] for way in offered}
            for turn in range(times + 1):
                for way, how in offered.items():
                    milliseconds = await how.once(folder)
                    if turn:  # the first warms up
                        taken[way].append(milliseconds)
            rows[name] = {way: figures(each, taken) for way, each in taken.items()}
    return rows


def figures(taken: Sequence[float], all_ways: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Median, 90th percentile, and what that is against the same command bare and supervised."""
    bare, supervised = (median(all_ways[way]) for way in ("bare", "supervised"))
    return {
        "median_ms": round(median(taken), 1),
        "p90_ms": round(quantiles(taken, n=10)[-1], 1),
        "more_ms": round(median(taken) - bare, 1),
        "of_bare": round(median(taken) / bare, 1),
        "of_supervised": round(median(taken) / supervised, 2),
    }


def main() -> None:
    """Run, print."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--times", type=int, default=40)
    times = arguments.parse_args().times
    rows = asyncio.run(measure(times))
    print(json.dumps({"benchmark": "sandbox", "times": times, "load": os.getloadavg()[0], "commands": rows}, indent=2))
    for command, row in rows.items():
        print(
            f"{command:14}" + "".join(f"{name:>15}" for name in ("median_ms", "p90_ms", "more_ms", "of_bare", "of_supervised")),
            file=sys.stderr,
        )
        for way, each in row.items():
            print(f"  {way:12}" + "".join(f"{value:>15}" for value in each.values()), file=sys.stderr)


if __name__ == "__main__":
    main()
