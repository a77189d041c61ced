"""A journal that an older version wrote: every event is read, every run stands where it stood and can go on."""

import sqlite3
from pathlib import Path

from backend_factory.domain.event import Answered, CancelRequested
from backend_factory.domain.run import summarize
from backend_factory.journal.journal import Journal
from backend_factory.workflow.manager import decide
from backend_factory.workflow.perform import now
from chaos.battery import Battery, Trial

WRITTEN = Path(__file__).parents[1]


def strike(trial: Trial) -> None:
    """Every older journal that is kept here."""
    for dump in sorted(WRITTEN.glob("journal-*.sql")):
        file = trial.folder / f"{dump.stem}.db"
        with sqlite3.connect(file) as raw:
            raw.executescript(dump.read_text(encoding="utf-8"))
            before = raw.execute("SELECT run, sequence, body FROM events ORDER BY run, sequence").fetchall()
        raw.close()
        trial.suffered(dump.stem, [*_stands(file), *_goes_on(file)])
        with sqlite3.connect(file) as raw:
            after = raw.execute("SELECT run, sequence, body FROM events WHERE seal IS NULL ORDER BY run, sequence").fetchall()
        raw.close()
        trial.expect(before == after, f"{dump.stem}: old events were changed")
        trial.figures["events_count"] = trial.figures.get("events_count", 0) + len(before)


def _stands(file: Path) -> list[str]:
    journal = Journal(file)
    listed = {each.id: each for each in journal.summaries()}
    wrong = [run for run in journal.ids() if summarize(journal.run(run)) != listed[run]]
    journal.close()
    return [f"{run} stands elsewhere than it did" for run in wrong]


def _goes_on(file: Path) -> list[str]:
    """Open runs have a next action, can be answered and cancelled, and end."""
    journal, wrong = Journal(file), []
    for run in map(journal.run, journal.ids()):
        if run.question:
            run = journal.append(run, Answered(at=now(), answer="go_on", by="ada"))
        if not run.finished and not decide(run, now()):
            wrong.append(f"{run.id} has nothing to do any more")
        if not run.finished:
            journal.append(run, CancelRequested(at=now(), by="ada"))
            wrong += [] if journal.run(run.id).cancelled else [f"{run.id} cannot be cancelled"]
    journal.close()
    return wrong


BATTERY = Battery("upgrade", "journals of older versions are read and gone on with", strike)
