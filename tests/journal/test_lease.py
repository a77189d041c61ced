"""One worker a run; a worker that was believed dead cannot write."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from backend_factory.domain.event import CancelRequested
from backend_factory.journal.journal import Journal, LeaseLost
from backend_factory.journal.owner import is_gone, this_process
from backend_factory.testing.story import START
from backend_factory.testing.wiring import request

CANCEL = CancelRequested(at=START, by="ada")

HOLDER = """
import sys, time
from pathlib import Path
from backend_factory.journal.journal import Journal
journal = Journal(Path(sys.argv[1]))
print(journal.acquire("r1"), flush=True)
time.sleep(600)
"""


def expire(path: Path) -> None:
    """Let 30 seconds pass for the lease."""
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE leases SET expires = 0")
    raw.close()


def test_a_run_is_held_by_one_worker_until_it_lets_go(journal: Journal) -> None:
    journal.start("r1", request())
    token = journal.acquire("r1")
    assert token
    assert journal.acquire("r1") is None
    journal.release("r1", token)
    assert journal.acquire("r1")


def test_leases_of_different_runs_have_nothing_to_do_with_each_other(journal: Journal) -> None:
    assert journal.acquire("r1")
    assert journal.acquire("r2")


def test_a_lease_that_was_not_renewed_can_be_taken_and_the_worker_that_had_it_writes_nothing_more(
    journal: Journal, path: Path
) -> None:
    run = journal.start("r1", request())
    slow = journal.acquire("r1")
    assert slow
    expire(path)
    quick = journal.acquire("r1")
    assert quick
    assert quick != slow
    with pytest.raises(LeaseLost):
        journal.append(run, CANCEL, slow)
    assert not journal.renew("r1", slow)
    journal.release("r1", slow)
    assert journal.standing("r1") == (1, quick)
    assert journal.append(run, CANCEL, quick).cancelled == "ada"


def test_a_lease_that_ran_out_and_that_nobody_took_can_still_be_renewed(journal: Journal, path: Path) -> None:
    journal.start("r1", request())
    token = journal.acquire("r1")
    assert token
    expire(path)
    assert journal.renew("r1", token)
    assert journal.acquire("r1") is None


def test_the_lease_of_a_process_that_was_killed_is_free_at_once(journal: Journal, path: Path) -> None:
    journal.start("r1", request())
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        token = holder.stdout.readline().strip()
        assert journal.acquire("r1") is None
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    mine = journal.acquire("r1")
    assert mine
    with pytest.raises(LeaseLost):
        journal.append(journal.run("r1"), CANCEL, token)


def test_a_process_with_the_number_of_a_dead_one_is_not_taken_for_it() -> None:
    host, pid, started = this_process().rsplit(":", 2)
    assert not is_gone(this_process())
    assert is_gone(f"{host}:{pid}:{int(started) - 1}")


def test_of_another_machine_nothing_is_known() -> None:
    assert not is_gone("elsewhere:1:1")
    assert not is_gone("host:with:colons:999999999:1")
