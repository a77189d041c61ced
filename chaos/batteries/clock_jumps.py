"""The clock jumps, in both directions: between processes, while one works, and while one holds a lease."""

import datetime as dates
import os
import signal
import time
from collections.abc import Callable
from functools import partial

from backend_factory import factory
from backend_factory.workflow import delivering, gatekeeper, perform
from backend_factory.workflow.engines import local
from chaos.audit import audit
from chaos.battery import Battery, Trial
from chaos.killing import apart, until, working
from chaos.line import Place, brought, drive, settle, submit, went_on

JUMPS = {"a day on": 86_400.0, "a day back": -86_400.0, "to 1970": -1.79e9, "to 2100": 2.3e9}


def strike(trial: Trial) -> None:
    """Every jump, at several places of a run."""
    for jump, seconds in JUMPS.items():
        for records in trial.moments(30, every=4):
            what = f"the clock jumps {jump} after record {records}"
            place = settle(trial.folder / f"{jump.replace(' ', '-')}-{records}")
            runs = submit(place, 2)
            brought(place, runs, records)
            code = apart(partial(_shifted, seconds, partial(drive, place, runs)))
            trial.expect(code == 0, f"{what}: the process ended with {code}")
            trial.suffered(what, audit(place, runs))
    _taken_over(trial)


def _taken_over(trial: Trial) -> None:
    """A worker is frozen; another one, whose clock says that the lease is over, takes the run; the first one wakes up."""
    for turn in range(trial.of(5, 1)):
        place = settle(trial.folder / f"frozen-{turn}")
        runs = submit(place, 1)
        with working([partial(drive, place, runs)]) as (worker,):
            until(partial(_busy, place))
            time.sleep(trial.chance().uniform(0, 0.3))
            os.kill(worker.pid or 0, signal.SIGSTOP)
            apart(partial(_shifted, 86_400.0, partial(drive, place, runs)))
            os.kill(worker.pid or 0, signal.SIGCONT)
            worker.join(60)
        trial.suffered(f"a frozen worker wakes up ({turn})", went_on(place, runs) + audit(place, runs))


def _busy(place: Place) -> bool:
    return any((place.home / "worktrees").glob("*"))


def _shifted(seconds: float, work: Callable[[], object]) -> None:
    """Do `work` in this process, whose wall clock is that far off; the machine's own clock is everybody's."""
    real = time.time
    time.time = lambda: real() + seconds

    def now() -> dates.datetime:
        return dates.datetime.fromtimestamp(real() + seconds, dates.UTC)

    for module in (factory, delivering, gatekeeper, perform, local):
        module.now = now  # type: ignore[attr-defined]
    work()


BATTERY = Battery("clock-jumps", "the clock jumps by a day or a century, also while a lease is held", strike)
