"""Runs the batteries: a table on stderr, JSON on stdout, exit status 1 where anything was lost.

python -m chaos [--quick] [--seed N] [--folder DIR] [BATTERY ...]
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chaos.battery import Battery, Trial, all_batteries


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status."""
    every = {battery.name: battery for battery in all_batteries()}
    options = argparse.ArgumentParser(prog="chaos", description=__doc__.splitlines()[0])
    options.add_argument("battery", nargs="*", help=f"some of {', '.join(every)} (default: all)")
    options.add_argument("--quick", action="store_true", help="a sample of each")
    options.add_argument("--seed", type=int, default=int(time.time()), help="for the moments that chance chooses")
    temporary = Path(tempfile.gettempdir())  # now: the machines that are made each have their own
    options.add_argument(
        "--folder", type=Path, default=temporary, help="on the disk that is to be tried (default: the temporary folder)"
    )
    given = options.parse_args(arguments)
    if unknown := {*given.battery} - {*every}:
        options.error(f"there is no battery {', '.join(sorted(unknown))}")
    sys.stderr.write(f"{'battery':20}{'done':>6}{'lost':>6}{'s':>8}  what happens (seed {given.seed})\n")
    chosen = [every[name] for name in given.battery or every]
    results = [_tried(battery, given.quick, given.seed, given.folder) for battery in chosen]
    sys.stdout.write(json.dumps({"seed": given.seed, "quick": given.quick, "batteries": results}, indent=2) + "\n")
    return int(any(result["losses"] for result in results))


def _tried(battery: Battery, quick: bool, seed: int, place: Path) -> dict[str, Any]:
    trial = Trial(Path(tempfile.mkdtemp(prefix=f"chaos-{battery.name}-", dir=place)), quick, seed)
    started = time.monotonic()
    try:
        battery.strike(trial)
    except Exception:  # noqa: BLE001 - a battery that breaks has shown nothing
        trial.losses.append(f"the battery broke off: {traceback.format_exc(limit=-4)}")
    seconds = round(time.monotonic() - started, 1)
    if not trial.done and not trial.notes:
        trial.losses.append("nothing was tried")
    sys.stderr.write(f"{battery.name:20}{trial.done:>6}{len(trial.losses):>6}{seconds:>8}  {battery.about}\n")
    details = [*trial.losses[:20], *(f"not tried: {note}" for note in trial.notes)]
    details += [f"{name} {value:g}" for name, value in trial.figures.items()]
    sys.stderr.writelines(f"    {line}\n" for line in details)
    sys.stderr.flush()
    if not trial.losses:
        shutil.rmtree(trial.folder, ignore_errors=True)
    return {
        "battery": battery.name,
        "about": battery.about,
        "done": trial.done,
        "losses": trial.losses,
        "figures": trial.figures,
        "notes": trial.notes,
        "seconds": seconds,
    }


if __name__ == "__main__":
    sys.exit(main())
