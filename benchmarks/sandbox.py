"""What walls cost per command, against none: JSON on stdout, a table on stderr.

    python benchmarks/sandbox.py [--times 40]

`true` is the price of the start alone; `python` a small real program. All are supervised, as the factory does it; the kinds
take turns, so that the machine's other work meets them alike. Milliseconds.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

from backend_factory.settings import Settings
from backend_factory.workspace.process import run
from backend_factory.workspace.sandbox.confinement import Confinement
from backend_factory.workspace.sandbox.sandbox import KINDS, UNCONFINED, Sandbox, attempt

COMMANDS = {"true": ["true"], "python": [sys.executable, "-I", "-c", "import json, email, http.client"]}


async def once(sandbox: Sandbox, command: list[str], confinement: Confinement) -> float:
    """Milliseconds from start to end."""
    started = time.perf_counter()
    line, env = sandbox.wrap(command, {"PATH": os.defpath}, confinement)
    done = await run(line, cwd=confinement.folder, env=env, timeout=timedelta(minutes=1), supervised=True)
    assert done.ok, done.stderr
    return 1000 * (time.perf_counter() - started)


async def measure(times: int) -> dict[str, object]:
    """Kind -> command -> figures."""
    found = [(await attempt(kind, Settings().tool_path))[0] for kind in KINDS]
    sandboxes = [UNCONFINED, *(sandbox for sandbox in found if sandbox)]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()  # noqa: ASYNC240 - a moment
        plain = Confinement(folder, (folder,), (Path(sys.prefix), Path(sys.base_prefix)))
        taken: dict[str, dict[str, list[float]]] = {sandbox.kind: {name: [] for name in COMMANDS} for sandbox in sandboxes}
        for turn in range(times + 1):
            for sandbox in sandboxes:
                for name, command in COMMANDS.items():
                    milliseconds = await once(sandbox, command, plain)
                    if turn:
                        taken[sandbox.kind][name].append(milliseconds)
    return {kind: {name: figures(each, taken["none"][name]) for name, each in row.items()} for kind, row in taken.items()}


def figures(taken: list[float], bare: list[float]) -> dict[str, float]:
    """Median, 90th percentile, and how much more than without walls."""
    return {
        "median_ms": round(median(taken), 1),
        "p90_ms": round(quantiles(taken, n=10)[-1], 1),
        "more_ms": round(median(taken) - median(bare), 1),
    }


def main() -> None:
    """Run, print."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--times", type=int, default=40)
    times = arguments.parse_args().times
    rows = asyncio.run(measure(times))
    print(json.dumps({"benchmark": "sandbox", "times": times, "kinds": rows}, indent=2))
    for kind, row in rows.items():
        print(f"{kind:12} {row}", file=sys.stderr)


if __name__ == "__main__":
    main()
