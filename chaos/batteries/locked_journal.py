"""Another program locks the journal: for a moment, which is waited for, and for too long, which is told."""

import sqlite3
import time
from functools import partial
from pathlib import Path

from chaos.audit import audit
from chaos.battery import Battery, Trial
from chaos.killing import apart, started
from chaos.line import brought, drive, refused, settle, submit, went_on


def strike(trial: Trial) -> None:
    """Both, at several places of a run."""
    for records in trial.moments(30, every=7):
        place = settle(trial.folder / str(records))
        runs = submit(place, 2)
        brought(place, runs, records)
        shortly = started(partial(_lock, place.home / "journal.db", 2))
        code = apart(partial(drive, place, runs))
        shortly.join()
        trial.expect(code == 0, f"locked for 2 s after record {records}: the process ended with {code}")
        trial.suffered(f"locked for 2 s after record {records}", audit(place, runs))

        late = submit(place, 1)
        brought(place, late, min(records, 16))
        long = started(partial(_lock, place.home / "journal.db", 12))
        time.sleep(0.5)
        told = refused(place, late, "locked by another program")
        long.join()
        trial.suffered(f"locked for long after record {records}", told + went_on(place, late) + audit(place, runs + late))


def _lock(journal: Path, seconds: float) -> None:
    other = sqlite3.connect(journal, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    time.sleep(seconds)
    other.execute("ROLLBACK")
    other.close()


BATTERY = Battery("locked-journal", "another program locks the journal, shortly and for long", strike)
