"""Where the demo's time goes, phase by phase and gate by gate: JSON on stdout, a table on stderr.

    python benchmarks/demo.py [--runs 3]

Uses the Go caches of this machine's own state folder, so it measures a warm machine; the first run is not counted.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

from backend_factory.domain.event import Event, PhaseDelivered, PhaseJudged, StepDelivered
from backend_factory.factory import Factory
from backend_factory.settings import Settings

DEMO = "I need an API that processes vulnerability data and correlates with assets"


async def demo(folder: Path) -> tuple[float, tuple[Event, ...]]:
    """Wall seconds from request to the end, and the events of one demo in a state folder of its own."""
    home = folder / "home"
    home.mkdir(parents=True)
    (Settings().home / "cache").mkdir(parents=True, exist_ok=True)
    (home / "cache").symlink_to(Settings().home / "cache")
    async with Factory.open(Settings(home=home)) as factory:
        repository = await factory.init(folder / "chariot")
        started = time.perf_counter()
        run_id = await factory.submit(DEMO, repository, unattended=True)
        run = await factory.drive(run_id)
        seconds = time.perf_counter() - started
        if run.status != "delivered":
            raise SystemExit(f"the demo is {run.status}: {run.question}")
        return seconds, factory.events(run_id)


def rows(events: tuple[Event, ...]) -> dict[str, float]:
    """Row name -> seconds. Checks of a gate overlap, so they add up to more than their gate."""
    found: dict[str, float] = {}
    for event in events:
        if isinstance(event, PhaseDelivered):
            found[f"{event.phase} member"] = event.seconds
        elif isinstance(event, PhaseJudged):
            found[f"{event.phase} gate"] = event.seconds
        elif isinstance(event, StepDelivered):
            found[f"deliver {event.step}"] = event.seconds
        if isinstance(event, PhaseJudged | StepDelivered):
            place = event.phase if isinstance(event, PhaseJudged) else f"deliver {event.step}"
            for check in event.checks:
                found[f"{place} gate: {check.check}"] = check.duration.total_seconds()
    return found


async def main() -> None:
    """Run, collect, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    wanted = parser.parse_args()
    seen: dict[str, list[float]] = defaultdict(list)
    for number in range(wanted.runs + 1):
        with tempfile.TemporaryDirectory(prefix="backend-factory-bench-") as folder:
            seconds, events = await demo(Path(folder))
        print(f"demo {number}: {seconds:.1f} s{' (not counted)' if not number else ''}", file=sys.stderr)
        if number:
            for name, value in {"in all": seconds, **rows(events)}.items():
                seen[name].append(value)
    figures = {name: round(median(values), 2) for name, values in seen.items()}
    for name, value in figures.items():
        print(f"{value:8.2f} s  {name}", file=sys.stderr)
    print(json.dumps({"benchmark": "demo", "runs": wanted.runs, "median_seconds": figures}))


if __name__ == "__main__":
    asyncio.run(main())
