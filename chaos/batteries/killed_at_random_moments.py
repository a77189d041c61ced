"""Several runs at once, each in a process of its own and several in one, killed at moments that chance chooses."""

import time
from functools import partial

from chaos.audit import audit
from chaos.battery import Battery, Trial
from chaos.killing import kill, started
from chaos.line import Place, drive, settle, submit, went_on

RUNS = 5
KILLS = 200


def strike(trial: Trial) -> None:
    """Kill until the kills are used up, in one repository after the other; each ends as if nothing had been."""
    chance, kills, place_number = trial.chance(), trial.of(KILLS, 6), 0
    seconds = _undisturbed(settle(trial.folder / "undisturbed"))
    while trial.done < kills:
        place_number += 1
        place = settle(trial.folder / str(place_number))
        runs = submit(place, RUNS)
        for _ in range(4):
            workers = [started(partial(drive, place, part)) for part in (runs[:3], *([run] for run in runs[3:]))]
            for worker in chance.sample(workers, len(workers)):
                time.sleep(chance.uniform(0, seconds / 5))  # so that most are still at work
                trial.done += kill(worker)
        trial.losses += [f"repository {place_number}: {loss}" for loss in went_on(place, runs) + audit(place, runs)]
    trial.figures |= {"repositories": place_number, "undisturbed_seconds": round(seconds, 2)}


def _undisturbed(place: Place) -> float:
    runs = submit(place, RUNS)
    begun = time.monotonic()
    went_on(place, runs)
    return time.monotonic() - begun


BATTERY = Battery("killed-at-random", "five runs in three processes, killed at random moments", strike)
