"""Several factories on one state folder; and process ids that are used again by somebody else."""

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

from chaos.audit import audit
from chaos.battery import Battery, Trial
from chaos.killing import apart, started
from chaos.line import Place, brought, drive, refused, settle, submit, went_on

FACTORIES = 4


def strike(trial: Trial) -> None:
    """Race them, then forge the leases that dead ones left."""
    for turn in range(trial.of(10, 1)):
        place = settle(trial.folder / f"race-{turn}")
        runs = submit(place, 5)
        racing = [started(partial(drive, place, runs)) for _ in range(FACTORIES)]
        for each in racing:
            each.join()
            trial.expect(each.exitcode == 0, f"race {turn}: a factory ended with {each.exitcode}")
        trial.suffered(f"race {turn}", went_on(place, runs) + audit(place, runs))
    _ids(trial)


def _ids(trial: Trial) -> None:
    for records in trial.moments(16, every=3):
        place = settle(trial.folder / f"reused-{records}")
        runs = submit(place, 1)
        brought(place, runs, records)
        # Process 1 is alive and did not start when the dead factory did.
        _owned(place, lambda host, _pid, began: f"{host}:1:{began}")
        code = apart(partial(drive, place, runs))
        trial.expect(code == 0, f"reused id after record {records}: {code}")
        trial.suffered(f"the id of the dead factory is used again, after record {records}", audit(place, runs))

        late = submit(place, 1)
        brought(place, late, records)
        _owned(place, lambda host, _pid, _began: f"{host}:1:{_start_of(1)}")
        told = refused(place, late, "another process is working")
        _owned(place, lambda _host, _pid, _began: "elsewhere:1:1")
        told += refused(place, late, "another process is working")
        with sqlite3.connect(place.home / "journal.db") as raw:
            raw.execute("UPDATE leases SET expires = 0")
        raw.close()
        what = f"the lease of a living worker is kept, after record {records}"
        trial.suffered(what, told + went_on(place, late) + audit(place, runs + late))


def _owned(place: Place, owner: Callable[[str, str, str], str]) -> None:
    """Let the leases that are held be those of another process."""
    with sqlite3.connect(place.home / "journal.db") as raw:
        for run, held in raw.execute("SELECT run, owner FROM leases").fetchall():
            raw.execute("UPDATE leases SET owner = ? WHERE run = ?", (owner(*held.rsplit(":", 2)), run))
    raw.close()


def _start_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


BATTERY = Battery("same-state-folder", "four factories on one state folder; process ids that are used again", strike)
