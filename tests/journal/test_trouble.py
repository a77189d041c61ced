"""A journal that cannot be used says who can mend it; a damaged one is reported, never guessed."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backend_factory.domain.event import CancelRequested
from backend_factory.errors import FactoryError, InternalError, OperatorError
from backend_factory.journal.journal import Journal
from backend_factory.testing.story import START, delivered_run
from backend_factory.testing.wiring import request


@pytest.fixture
def recorded(path: Path) -> Path:
    """The file of a journal that holds the whole run r1, and the start of r2."""
    journal = Journal(path)
    run = journal.start("r1", request())
    for event in delivered_run().events[1:]:
        run = journal.append(run, event)
    journal.start("r2", request())
    journal.close()
    return path


def tamper(path: Path, statement: str, *values: object) -> None:
    raw = sqlite3.connect(path)
    with raw:
        assert raw.execute(statement, values).rowcount == 1
    raw.close()


def told(path: Path, act: Callable[[Journal], object]) -> FactoryError:
    """The error that `act` ends in."""
    with pytest.raises(FactoryError) as caught:
        journal = Journal(path)
        try:
            act(journal)
        finally:
            journal.close()
    return caught.value


EDITS = {
    "not JSON": "{oops",
    "another shape": '{"kind": "phase_delivered"}',
    "an unknown kind": '{"kind": "wished", "at": "2026-03-02T09:00:00Z"}',
    "not text": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("body", EDITS.values(), ids=EDITS.keys())
def test_an_event_that_was_edited_is_named_with_its_run(recorded: Path, body: object) -> None:
    tamper(recorded, "UPDATE events SET body = ? WHERE run = 'r1' AND sequence = 4", body)
    error = told(recorded, lambda journal: journal.run("r1"))
    assert isinstance(error, InternalError)
    assert "event 4 of run r1 cannot be read" in error.message
    assert "nothing was guessed" in error.hint


def test_the_other_runs_of_a_journal_with_a_damaged_event_can_still_be_used(recorded: Path) -> None:
    tamper(recorded, "UPDATE events SET body = '{oops' WHERE run = 'r1' AND sequence = 4")
    journal = Journal(recorded)
    assert journal.run("r2").sequence == 1
    assert len(journal.summaries()) == 2
    journal.close()


def test_an_event_that_still_makes_sense_and_is_not_what_was_recorded_is_named(recorded: Path) -> None:
    tamper(recorded, "UPDATE events SET body = replace(body, 'ada', 'eve') WHERE run = 'r1' AND sequence = 6")
    assert (
        "event 6 of run r1 cannot be read: it is not what was recorded"
        in told(recorded, lambda journal: journal.run("r1")).message
    )


@pytest.mark.parametrize("sequence", [1, 5])
def test_an_event_that_is_gone_is_named(recorded: Path, sequence: int) -> None:
    tamper(recorded, "DELETE FROM events WHERE run = 'r1' AND sequence = ?", sequence)
    error = told(recorded, lambda journal: journal.run("r1"))
    assert isinstance(error, InternalError)
    assert f"event {sequence} of run r1 is missing" in error.message


def test_a_last_event_that_is_gone_is_noticed_too(recorded: Path) -> None:
    last = len(delivered_run().events)
    tamper(recorded, "DELETE FROM events WHERE run = 'r1' AND sequence = ?", last)
    assert f"event {last} of run r1 is missing" in told(recorded, lambda journal: journal.run("r1")).message


def test_a_table_whose_very_name_is_damaged_is_told(recorded: Path) -> None:
    raw = sqlite3.connect(recorded)
    raw.executescript(
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_master SET name = CAST(X'8AFF' AS TEXT), sql = 'create idx' WHERE type = 'index'"
    )
    raw.close()
    assert "bytes that are no text" in told(recorded, Journal.summaries).message


def test_a_run_whose_events_are_all_gone_is_damaged_and_not_unknown(recorded: Path) -> None:
    tamper(recorded, "DELETE FROM events WHERE run = 'r2'")
    assert isinstance(told(recorded, lambda journal: journal.run("r2")), InternalError)


def test_an_event_that_cannot_have_followed_is_named(recorded: Path) -> None:
    body = '{"kind":"answered","at":"2026-03-02T09:00:00Z","answer":"go_on","by":"eve"}'
    tamper(recorded, "UPDATE events SET body = ?, seal = NULL WHERE run = 'r1' AND sequence = 2", body)
    assert "event 2 of run r1, answered, cannot be" in told(recorded, lambda journal: journal.run("r1")).message


def test_a_summary_that_was_edited_is_named(recorded: Path) -> None:
    tamper(recorded, "UPDATE runs SET summary = '[]' WHERE id = 'r2'")
    assert "the summary of run r2 cannot be read" in told(recorded, Journal.summaries).message


def test_overwritten_pages_are_reported_with_the_run_that_was_asked_for(recorded: Path) -> None:
    size = recorded.stat().st_size
    with recorded.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))
    error = told(recorded, lambda journal: journal.run("r1"))
    assert isinstance(error, InternalError)
    assert "damaged" in error.message
    assert "r1" in error.message


def test_a_file_that_is_no_journal_is_reported_and_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"These are my holiday notes. " * 400)
    kept = path.read_bytes()
    error = told(path, Journal.summaries)
    assert isinstance(error, InternalError)
    assert str(path) in error.hint
    assert path.read_bytes() == kept


def test_a_journal_of_the_first_version_is_read_and_what_is_added_is_sealed(recorded: Path) -> None:
    raw = sqlite3.connect(recorded)
    raw.execute("ALTER TABLE events DROP COLUMN seal")
    raw.execute("PRAGMA user_version = 1")
    raw.close()
    journal = Journal(recorded)
    assert journal.run("r1").finished
    journal.append(journal.run("r2"), CancelRequested(at=START, by="ada"))
    journal.close()
    tamper(recorded, "UPDATE events SET body = replace(body, 'ada', 'eve') WHERE run = 'r2' AND sequence = 2")
    assert "event 2 of run r2 cannot be read" in told(recorded, lambda journal: journal.run("r2")).message


def test_a_journal_of_a_newer_factory_is_left_alone(recorded: Path) -> None:
    raw = sqlite3.connect(recorded)
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    error = told(recorded, Journal.summaries)
    assert isinstance(error, OperatorError)
    assert "newer" in error.message
    assert error.hint


def test_a_journal_that_another_program_keeps_locked_is_the_operators_matter(recorded: Path) -> None:
    other = sqlite3.connect(recorded, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    error = told(recorded, lambda journal: journal.start("r3", request()))
    assert isinstance(error, OperatorError)
    assert "locked by another program" in error.message
    other.execute("ROLLBACK")
    other.close()
    journal = Journal(recorded)
    assert journal.start("r3", request()).sequence == 1
    journal.close()


def test_a_folder_that_cannot_be_written_is_the_operators_matter(tmp_path: Path) -> None:
    error = told(tmp_path / "nowhere" / "journal.db", Journal.summaries)
    assert isinstance(error, OperatorError)
    assert "BACKEND_FACTORY_HOME" in error.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_the_operators_matter(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert isinstance(told(tmp_path / "journal.db", Journal.summaries), OperatorError)
    finally:
        tmp_path.chmod(0o700)


FULL = """
import resource, signal, sys
from pathlib import Path
from backend_factory.domain.event import CancelRequested
from backend_factory.errors import OperatorError
from backend_factory.journal.journal import Journal
from backend_factory.testing.story import START
from backend_factory.testing.wiring import request

journal = Journal(Path(sys.argv[1]))
run = journal.start("r1", request())
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
try:
    while True:
        run = journal.append(run, CancelRequested(at=START, by="a" * 2000))
except OperatorError as error:
    print(run.sequence, error.message, error.hint, sep="\\n")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert journal.append(run, CancelRequested(at=START, by="ada")).sequence == run.sequence + 1
"""


def test_a_full_disk_is_the_operators_matter_and_once_there_is_space_the_run_goes_on_where_it_was(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    sequence, message, hint = done.stdout.splitlines()
    assert str(path) in message
    assert "free some space" in hint
    journal = Journal(path)
    assert journal.run("r1").sequence == int(sequence) + 1
    assert journal.run("r1").cancelled == "ada"
    journal.close()
