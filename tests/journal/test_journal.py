"""Events in, in order, once; runs out."""

import multiprocessing
import shutil
import sqlite3
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from backend_factory.domain.event import Answered, CancelRequested
from backend_factory.domain.run import Run, apply
from backend_factory.errors import AskerError
from backend_factory.journal.journal import Conflict, Journal
from backend_factory.testing.story import START, Story, delivered_run
from backend_factory.testing.wiring import request

CANCEL = CancelRequested(at=START, by="ada")


def record(journal: Journal, run_id: str, story: Story) -> Run:
    """Every event of the story, in order."""
    run = journal.start(run_id, story.events[0])  # type: ignore[arg-type]
    for event in story.events[1:]:
        run = journal.append(run, event)
    return run


def test_a_run_comes_back_as_it_was_recorded_after_the_journal_is_opened_again(path: Path) -> None:
    first = Journal(path)
    recorded = record(first, "r1", delivered_run())
    first.close()
    second = Journal(path)
    assert second.run("r1") == recorded
    assert second.events("r1") == tuple(delivered_run().events)
    second.close()


def test_events_are_numbered_from_one_without_a_gap(journal: Journal, path: Path) -> None:
    run = record(journal, "r1", delivered_run())
    with sqlite3.connect(path) as raw:
        rows = raw.execute("SELECT sequence, kind, version FROM events ORDER BY sequence").fetchall()
    raw.close()
    assert [row[0] for row in rows] == list(range(1, run.sequence + 1))
    assert [row[1] for row in rows] == [event.kind for event in delivered_run().events]
    assert {row[2] for row in rows} == {1}


def test_events_after_a_number_are_the_rest(journal: Journal) -> None:
    run = record(journal, "r1", delivered_run())
    assert journal.events("r1", after=3) == journal.events("r1")[3:]
    assert journal.events("r1", after=run.sequence) == ()


def test_who_appends_to_a_run_that_has_moved_on_is_told_so_and_nothing_is_recorded(journal: Journal) -> None:
    run = journal.start("r1", request())
    journal.append(run, CANCEL)
    with pytest.raises(Conflict):
        journal.append(run, CancelRequested(at=START, by="eve"))
    assert journal.run("r1").cancelled == "ada"
    assert journal.run("r1").sequence == 2


def test_an_id_is_given_once(journal: Journal) -> None:
    journal.start("r1", request())
    with pytest.raises(Conflict):
        journal.start("r1", request(branch="feature/other"))
    assert journal.run("r1").requested.branch == "feature/note"


def test_an_event_that_cannot_follow_is_not_recorded(journal: Journal) -> None:
    run = journal.start("r1", request())
    with pytest.raises(ValueError, match="no question"):
        journal.append(run, Answered(at=START, answer="go_on", by="ada"))
    assert journal.run("r1") == run


def test_the_list_of_runs_is_newest_first_and_shows_each_as_it_is_now(journal: Journal) -> None:
    for number in range(5):
        journal.start(f"r{number}", request(at=START + timedelta(hours=number)))
    journal.append(journal.run("r3"), CANCEL)
    record(journal, "done", delivered_run(start=START - timedelta(days=1)))
    listed = journal.summaries()
    assert [each.id for each in listed] == ["r4", "r3", "r2", "r1", "r0", "done"]
    assert listed[-1].status == "delivered"
    assert [each.id for each in journal.summaries(limit=2)] == ["r4", "r3"]


def test_runs_are_found_by_the_start_of_their_id_taken_literally(journal: Journal) -> None:
    for number, name in enumerate(("ab1", "ab2", "b_1", "bx1")):
        journal.start(name, request(at=START + timedelta(hours=number)))
    assert journal.ids("ab") == ("ab1", "ab2")
    assert journal.ids("b_") == ("b_1",)
    assert journal.ids("%") == ()
    assert journal.ids() == ("ab1", "ab2", "b_1", "bx1")


@pytest.mark.parametrize("name", ["", "nope", "' OR 1=1 --"])
def test_a_run_that_there_is_not_is_the_askers_error(journal: Journal, name: str) -> None:
    journal.start("r1", request())
    with pytest.raises(AskerError, match="there is no run"):
        journal.run(name)


def test_text_of_strangers_is_kept_as_it_is(journal: Journal) -> None:
    text = "'; DROP TABLE events; -- \u202e\u0000 {{7*7}} <script> \U0001f3ed\ud7ff"
    journal.start("r1", request().model_copy(update={"text": text}))
    assert journal.run("r1").requested.text == text


def test_threads_that_write_at_once_take_turns(journal: Journal) -> None:
    def write(number: int) -> None:
        for each in range(20):
            journal.append(journal.start(f"r{number}-{each}", request()), CANCEL)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(journal.ids()) == 80
    assert all(journal.run(run).sequence == 2 for run in journal.ids())


def compete(path: Path, by: str, wins: "multiprocessing.Queue[int]") -> None:
    """Append to the same run until it has 60 events; counts how often this process was the one."""
    journal, won = Journal(path), 0
    while (run := journal.run("r1")).sequence < 60:
        try:
            journal.append(run, CancelRequested(at=START, by=by))
            won += 1
        except Conflict:
            continue
    journal.close()
    wins.put(won)


def test_of_two_processes_that_append_at_once_one_wins_each_time_and_nothing_is_lost(journal: Journal, path: Path) -> None:
    journal.start("r1", request())
    context = multiprocessing.get_context("spawn")
    wins: multiprocessing.Queue[int] = context.Queue()
    processes = [context.Process(target=compete, args=(path, by, wins)) for by in ("ada", "eve")]
    for process in processes:
        process.start()
    won = [wins.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    assert sum(won) == journal.run("r1").sequence - 1 == len(journal.events("r1")) - 1
    run = journal.run("r1")
    assert run == apply(run.model_copy(update={"sequence": run.sequence - 1}), journal.events("r1")[-1])


def test_two_processes_may_open_a_new_journal_at_once(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=Journal, args=(path,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]


TRACED = """
import sys
from pathlib import Path
from backend_factory.domain.event import CancelRequested
from backend_factory.journal.journal import Journal
from backend_factory.testing.story import START
from backend_factory.testing.wiring import request

journal = Journal(Path(sys.argv[1]))
run = journal.start("r1", request())
for number in range(10):
    token = journal.acquire("r1")
    run = journal.append(run, CancelRequested(at=START, by="ada"), token)
    journal.renew("r1", token)
    journal.release("r1", token)
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_every_event_is_on_the_disk_when_it_is_recorded_and_leases_do_not_wait_for_the_disk(path: Path) -> None:
    log = path.with_name("trace")
    subprocess.run(
        ["strace", "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", log, sys.executable, "-c", TRACED, path],
        check=True,
        capture_output=True,
    )
    synced = [line for line in log.read_text().splitlines() if "sync(" in line and "-wal>" in line]
    assert 11 <= len(synced) <= 16  # one each, and a few for the journal's own beginning


def test_who_follows_a_run_that_is_being_written_misses_nothing_and_sees_no_damage(journal: Journal, path: Path) -> None:
    run = journal.start("r1", request())

    def write() -> None:
        last = run
        for _ in range(300):
            last = journal.append(last, CANCEL)

    writer = threading.Thread(target=write)
    reader, seen = Journal(path), 0
    writer.start()
    while seen < 301:
        seen += len(reader.events("r1", after=seen))
    writer.join()
    reader.close()
    assert seen == 301
