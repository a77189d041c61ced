"""Many runs in one repository: all at once, and a long queue of which a few are worked on at a time."""

import json
import resource
import threading
import time
from functools import partial

from chaos.audit import audit
from chaos.battery import Battery, Trial
from chaos.killing import apart
from chaos.line import Place, drive, settle, submit

AT_ONCE = 50
QUEUED = 1_000
WORKERS = 8


def strike(trial: Trial) -> None:
    """Both, each in a process of its own."""
    many, queue = trial.of(AT_ONCE, 5), trial.of(QUEUED, 9)
    for name, count, at_once in (("at_once", many, many), ("queued", queue, WORKERS)):
        place = settle(trial.folder / name)
        runs = submit(place, count)
        code = apart(partial(_measured, place, runs, at_once), patience=3600)
        trial.expect(code == 0, f"{count} runs, {at_once} at a time: the process ended with {code}")
        trial.suffered(f"{count} runs, {at_once} at a time", audit(place, runs))
        if code == 0:
            figures = json.loads((place.folder / "figures.json").read_text())
            trial.figures |= {f"{name}_{key}": value for key, value in figures.items()}


def _measured(place: Place, runs: list[str], at_once: int) -> None:
    most = 0

    def observe(_: object) -> None:
        nonlocal most
        most = max(most, threading.active_count())

    begun = time.monotonic()
    ended = drive(place, runs, at_once=at_once, observe=observe)
    seconds = time.monotonic() - begun
    errors = [each for each in ended if isinstance(each, BaseException)]
    if errors:
        raise errors[0]
    figures = {
        "runs_count": len(runs),
        "runs_a_second": round(len(runs) / seconds, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "threads_count": most,
    }
    (place.folder / "figures.json").write_text(json.dumps(figures))


BATTERY = Battery("crowd", "fifty runs at once in one repository, and a thousand queued", strike)
