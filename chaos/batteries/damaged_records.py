"""The journal, evidence and pull requests are damaged: it is told, never guessed, and what is whole goes on."""

import asyncio
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from backend_factory.errors import FactoryError, InternalError
from backend_factory.factory import Factory
from chaos.audit import left_behind
from chaos.battery import Battery, Trial
from chaos.line import Place, drive, settle, submit, went_on

FLIPS = 300

T = TypeVar("T")


def strike(trial: Trial) -> None:
    """Damage a copy of a sound machine, again and again."""
    sound = settle(trial.folder / "sound")
    runs = submit(sound, 2)
    drive(sound, runs)
    runs += submit(sound, 1)
    with sqlite3.connect(sound.home / "journal.db") as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    whole = _told(sound, runs)
    for name, damage in DAMAGES.items():
        place = _copied(sound, trial.folder / name)
        what = damage(place, runs[0])
        trial.suffered(name, _reported(place, runs, what))
    _flipped(trial, sound, runs, whole)
    trial.suffered("the sound one goes on", went_on(sound, runs) + left_behind(sound))


def _copied(sound: Place, folder: Path) -> Place:
    shutil.copytree(sound.folder, folder, symlinks=True)
    return Place(folder)


def _told(place: Place, runs: list[str]) -> dict[str, object]:
    """Run -> all that the factory says of it, or the error that it ends in; anything but a FactoryError is let through."""
    told: dict[str, object] = {}
    for run in runs:
        try:
            told[run] = _with_factory(place, partial(_everything, run))
        except FactoryError as error:
            told[run] = error
    return told


def _with_factory(place: Place, look: Callable[[Factory], T]) -> T:
    """What `look` sees with the factory of a machine, which is closed afterwards."""
    factory = place.factory()
    try:
        return look(factory)
    finally:
        factory.close()


def _everything(run: str, factory: Factory) -> object:
    events = factory.events(run)
    evidence = [factory.evidence(e.sha256) for event in events for check in getattr(event, "checks", ()) for e in check.evidence]
    return factory.run(run), events, evidence, asyncio.run(factory.pull_request(run))


def _flipped(trial: Trial, sound: Place, runs: list[str], whole: dict[str, object]) -> None:
    """Any byte of the journal may change: what is then told is as it was, or that it is damaged, and never something else."""
    chance, journal = trial.chance(), sound.home / "journal.db"
    content, reported = journal.read_bytes(), 0
    place = _copied(sound, trial.folder / "flipped")
    for _ in range(trial.of(FLIPS, 60)):
        at, bit = chance.randrange(len(content)), 1 << chance.randrange(8)
        (place.home / "journal.db").write_bytes(content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :])
        for leftover in place.home.glob("journal.db-*"):
            leftover.unlink()
        told = _told(place, runs)
        reported += any(isinstance(each, FactoryError) for each in told.values())
        guessed = [run for run in runs if told[run] != whole[run] and not isinstance(told[run], FactoryError)]
        trial.suffered(f"bit {bit} of byte {at}", [f"{run} is told otherwise than it was recorded" for run in guessed])
    trial.figures |= {"flips_reported_count": reported, "journal_bytes": len(content)}


def _reported(place: Place, runs: list[str], what: str) -> list[str]:
    """What is wrong with how damage to the first run (or all of them) is told; `what` is what may be damaged: run or all."""
    before = {path: path.read_bytes() for path in place.home.rglob("*") if path.is_file() and path.suffix in (".db", ".json", "")}
    told = _told(place, runs)
    silent = [run for run in (runs if what == "all" else runs[:1]) if not isinstance(told[run], InternalError)]
    spread = [run for run in runs[1:] if what == "run" and isinstance(told[run], FactoryError)]
    mended = [str(path) for path, content in before.items() if path.exists() and path.read_bytes() != content]
    return (
        [f"the damage to {run} is not told: {told[run]!r:.200}" for run in silent]
        + [f"the damage spreads to {run}: {told[run]}" for run in spread]
        + [f"the damaged {path} was changed" for path in mended]
    )


def _overwritten(place: Place, _: str) -> str:
    with (place.home / "journal.db").open("r+b") as file:
        file.seek(100)
        file.write(random.Random(1).randbytes(file.seek(0, os.SEEK_END) - 200))  # noqa: S311
        file.seek(100)
        file.write(random.Random(1).randbytes(4000))  # noqa: S311
    return "all"


def _halved(place: Place, _: str) -> str:
    journal = place.home / "journal.db"
    os.truncate(journal, journal.stat().st_size // 2)
    return "all"


def _replaced(place: Place, _: str) -> str:
    (place.home / "journal.db").write_bytes(b"These are my holiday notes. " * 400)
    return "all"


def _sql(statement: str) -> Callable[[Place, str], str]:
    def damage(place: Place, run: str) -> str:
        with sqlite3.connect(place.home / "journal.db") as raw:
            raw.execute(statement, (run,))
        raw.close()
        return "run"

    return damage


def _evidence_file(place: Place, run: str) -> Path:
    events = _with_factory(place, lambda factory: factory.events(run))
    checks = [check for event in events for check in getattr(event, "checks", ())]
    sha256: str = next(seen.sha256 for check in checks for seen in check.evidence)
    return place.home / "evidence" / sha256[:2] / sha256[2:]


def _evidence_changed(place: Place, run: str) -> str:
    file = _evidence_file(place, run)
    file.write_bytes(file.read_bytes()[:-1])
    return "run"


def _evidence_missing(place: Place, run: str) -> str:
    _evidence_file(place, run).unlink()
    return "run"


def _pull_request(place: Place, _: str) -> str:
    for file in (place.home / "pull-requests").glob("*.json"):
        file.write_bytes(file.read_bytes()[:-40])
    return "all"


DAMAGES: dict[str, Callable[[Place, str], str]] = {
    "journal overwritten": _overwritten,
    "journal cut in half": _halved,
    "journal replaced": _replaced,
    "event edited": _sql("UPDATE events SET body = replace(body, 'looked', 'lucked') WHERE run = ? AND sequence = 4"),
    "event emptied": _sql("UPDATE events SET body = '{}' WHERE run = ? AND sequence = 4"),
    "event removed": _sql("DELETE FROM events WHERE run = ? AND sequence = 5"),
    "last event removed": _sql("DELETE FROM events WHERE run = ? AND sequence = 18"),
    "event repeated": _sql(
        "INSERT INTO events SELECT run, 19, at, kind, version, body, seal FROM events WHERE run = ? AND sequence = 18"
    ),
    "events swapped": _sql(
        "UPDATE events SET body = (SELECT body FROM events AS other WHERE other.run = events.run AND other.sequence = 6)"
        " WHERE run = ? AND sequence = 4"
    ),
    "evidence changed": _evidence_changed,
    "evidence missing": _evidence_missing,
    "pull requests cut off": _pull_request,
}
"""Each damages something and says whether one run or all may be affected."""

BATTERY = Battery("damaged-records", "journal, evidence and pull requests are damaged, down to single bits", strike)
