"""Runs that are killed half-way and then cancelled leave nothing at all."""

import asyncio

from chaos.audit import audit
from chaos.battery import Battery, Trial
from chaos.line import Place, brought, settle, submit, went_on

BEFORE_DELIVERY = 13


def strike(trial: Trial) -> None:
    """Kill after each record of the phases, cancel, drive once more."""
    for records in range(1, BEFORE_DELIVERY, trial.of(1, 6)):
        place = settle(trial.folder / str(records))
        runs = submit(place, 1)
        brought(place, runs, records)
        asyncio.run(_cancel(place, runs))
        what = f"cancelled after {records} records"
        trial.suffered(what, went_on(place, runs) + audit(place, runs, status="cancelled"))


async def _cancel(place: Place, runs: list[str]) -> None:
    async with place.factory() as factory:
        for run in runs:
            await factory.cancel(run, by="ada")


BATTERY = Battery("cancelled", "a run is killed half-way and then cancelled", strike)
