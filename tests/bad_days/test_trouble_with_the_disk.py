"""Full, read-only, locked, damaged, newer: what the state folder's disk can do to a run, and how it goes on afterwards."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from strangers_machine import Home, Program

TEXT = "an API for notes"
NOBODY = 65534


def waiting(program: Program, home: Home) -> str:
    """A run at its first checkpoint."""
    program.quick("run", TEXT, "--repo", home.folder).done(4)
    run: str = program.runs()[0]["id"]
    return run


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[None]:
    """A disk of its own at `place`."""
    place.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a disk can be mounted by root only")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.skipif(not shutil.which("mount") or os.getuid() != 0, reason="a disk can be mounted by root only")
def test_a_full_disk_stops_the_run_until_there_is_space(program: Program, home: Home) -> None:
    before = home.checkout()
    with small_disk(program.home, 4):
        run = waiting(program, home)
        ballast = program.home / "ballast"
        with ballast.open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096):
                    pass
            except OSError:
                pass
        program.quick("resume", "--yes").refused(3, "space")
        program.call("status", run)
        ballast.unlink()
        program.quick("resume", "--yes").done()
        assert program.left() == []
    assert home.checkout()[1:] == before[1:]


def test_a_limit_on_file_sizes_stops_the_run_and_loses_nothing(program: Program, home: Home) -> None:
    waiting(program, home)
    size = max(each.stat().st_size for each in program.home.glob("journal.db*"))
    limited = program.quick(
        "resume", "--yes", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size + 4096, size + 4096))
    )
    limited.refused(3, "hint: ")
    program.quick("resume", "--yes").done()
    assert program.left() == []


@pytest.fixture
def user() -> Iterator[Program]:
    """The program as somebody to whom permissions mean something, in a folder that is theirs."""
    become = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--") if os.getuid() == 0 else ()
    if become and not shutil.which("setpriv"):
        pytest.skip("no way to run as another user")
    # Not pytest's own folder: other users may not enter that.
    folder = Path(tempfile.mkdtemp(prefix="bad-day-"))
    try:
        if become:
            os.chown(folder, NOBODY, NOBODY)
        made = Program(folder, prefix=become)
        again = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', '']))"
        if become and subprocess.run([*become, sys.executable, "-c", again], capture_output=True, check=False).returncode:
            pytest.skip("another user may not start the program")
        yield made
    finally:
        shutil.rmtree(folder)


def theirs(user: Program) -> Path:
    """A repository of that user."""
    user.call("init", "project").done()
    return user.folder / "project"


def test_a_state_folder_that_cannot_be_made_is_named(program: Program, home: Home) -> None:
    (program.folder / "file").write_text("")
    elsewhere = program.having(BACKEND_FACTORY_HOME=str(program.folder / "file" / "state"))
    elsewhere.call("run", TEXT, "--repo", home.folder).refused(3, "is a file", "BACKEND_FACTORY_HOME")
    program.having(BACKEND_FACTORY_HOME="/proc/state").call("status").refused(3, "/proc/state", "BACKEND_FACTORY_HOME")


def test_a_read_only_home_is_named_and_can_be_moved(user: Program) -> None:
    project = theirs(user)
    closed = user.folder / "closed"
    closed.mkdir(mode=0o555)
    poor = user.having(HOME=str(closed), BACKEND_FACTORY_HOME=str(closed / "state"))
    poor.call("run", TEXT, "--repo", project).refused(3, "Permission denied", "BACKEND_FACTORY_HOME")
    user.quick("run", TEXT, "--repo", project, "--yes").done()


def test_a_read_only_repository_is_named(user: Program) -> None:
    project = theirs(user)
    places = (project / ".git", *(project / ".git").rglob("*"))
    for place in places:
        place.chmod(place.stat().st_mode & ~0o222)
    user.quick("run", TEXT, "--repo", project, "--yes").refused(3, "writable", "backend-factory resume")
    for place in places:
        place.chmod(place.stat().st_mode | 0o200)
    user.quick("resume", "--yes").done()
    assert user.left() == []


@pytest.mark.slow  # waits as long as the journal does
def test_a_locked_journal_is_named_and_the_run_goes_on_afterwards(program: Program, home: Home) -> None:
    waiting(program, home)
    with sqlite3.connect(program.home / "journal.db") as other:
        other.isolation_level = None
        other.execute("BEGIN EXCLUSIVE")
        program.quick("resume", "--yes").refused(3, "locked by another program")
        other.execute("ROLLBACK")
    other.close()
    program.quick("resume", "--yes").done()


def test_a_journal_of_a_newer_version_is_left_alone(program: Program, home: Home) -> None:
    waiting(program, home)
    with sqlite3.connect(program.home / "journal.db") as other:
        other.execute("PRAGMA user_version=99")
    other.close()
    program.call("status").refused(3, "newer Backend Factory", "upgrade")
    program.quick("resume").refused(3, "newer Backend Factory")


@pytest.mark.parametrize("damage", ["overwritten", "truncated", "replaced"])
def test_a_damaged_journal_is_told_and_kept(program: Program, home: Home, damage: str) -> None:
    waiting(program, home)
    journal = program.home / "journal.db"
    match damage:
        case "overwritten":
            with journal.open("r+b") as file:
                file.seek(100)
                file.write(os.urandom(journal.stat().st_size - 200))
        case "truncated":
            with journal.open("r+b") as file:
                file.truncate(journal.stat().st_size // 2)
        case _:
            journal.write_bytes(b"not a database, but long enough to be looked at " * 100)
    content = journal.read_bytes()
    for command in (["status"], ["resume"], ["run", TEXT, "--repo", str(home.folder), "--branch", "other"]):
        program.quick(*command).refused(70, "journal is damaged", "keep a copy")
    assert journal.read_bytes() == content


@pytest.mark.slow  # many commands
def test_an_event_that_cannot_be_read_spoils_one_run_only(program: Program, home: Home) -> None:
    spoilt = waiting(program, home)
    program.quick("run", TEXT, "--repo", home.folder, "--branch", "other").done(4)
    with sqlite3.connect(program.home / "journal.db") as other:
        other.execute("UPDATE events SET body = '{}' WHERE run = ? AND sequence = 2", (spoilt,))
    other.close()
    for command in ("resume", "log", "report", "status", "watch"):
        program.quick(command, spoilt).refused(70, "event 2")
    program.quick("resume", "--yes").done()
    assert len(program.runs()) == 2
