"""Three runs at once in one process, which is killed just before and just after each record that it makes."""

from functools import partial

from backend_factory.testing.doom import DoomedJournal
from chaos.audit import audit
from chaos.battery import Battery, Trial
from chaos.killing import apart
from chaos.line import EVENTS, drive, settle, submit, went_on

RUNS = 3


def strike(trial: Trial) -> None:
    """Kill, look, go on to the end, look again."""
    for nth in range(1, RUNS * (EVENTS - 1) + 1, trial.of(1, 26)):
        for when in ("before", "after"):
            what = f"killed {when} record {nth}"
            place = settle(trial.folder / f"{nth}-{when}")
            runs = submit(place, RUNS)
            code = apart(partial(drive, place, runs, journal=partial(DoomedJournal, nth=nth, when=when)))
            trial.expect(code == -9, f"{what}: it ended with {code}")
            trial.suffered(what, went_on(place, runs) + audit(place, runs))


BATTERY = Battery("killed-at-actions", "three runs in one process, killed around every record", strike)
