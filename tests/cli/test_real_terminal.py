"""The program in a process of its own, with a terminal, with pipes, and with people who press Ctrl-C."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from backend_factory.workspace.plain import plain

PROGRAM = """
import sys
from backend_factory.cli.app import execute
from backend_factory.testing.scripted_factory import ScriptedFactory
pace, blocking, *arguments = sys.argv[1:]
sys.exit(execute(arguments, lambda: ScriptedFactory(pace=float(pace), blocking=blocking)))
"""
ENVIRONMENT = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", "PYTHONIOENCODING": "utf-8"}


class Screen:
    """A process at the other end of a terminal."""

    def __init__(self, process: "subprocess.Popen[bytes]", terminal: int) -> None:
        self.process = process
        self.text = ""
        self._terminal = terminal

    def until(self, wanted: str, seconds: float = 30) -> str:
        """Everything seen once `wanted` has appeared after what was typed last."""
        deadline = time.monotonic() + seconds
        while wanted not in plain(self.text):
            assert time.monotonic() < deadline, f"{wanted!r} did not appear in {self.text!r}"
            if not self._read(0.2) and self.process.poll() is not None:
                break
        assert wanted in plain(self.text), self.text
        return self.text

    def type(self, keys: str) -> None:
        """Type, and forget what was seen before."""
        self.text = ""
        os.write(self._terminal, keys.encode())

    def ended(self) -> int:
        """Its exit status, with all its output read."""
        while self._read(0.2) or self.process.poll() is None:
            pass
        return self.process.wait(timeout=90)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._terminal], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self._terminal, 65536)
        except OSError:
            return False
        self.text += piece.decode(errors="replace")
        return bool(piece)


@contextmanager
def screen(*arguments: str, pace: float = 0.0, blocking: str = "", **variables: str) -> Iterator[Screen]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(pace), blocking, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=ENVIRONMENT | variables,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Screen(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def piped(*arguments: str, **options: object) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(options.get("pace", 0.0)), "", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    )


def test_at_a_terminal_each_checkpoint_asks() -> None:
    with screen("run", "an API for cats") as shown:
        shown.until("Ready to assign Solution Architect for technical planning?")
        shown.until("[g] go on   [s] send back with a remark   [x] stop")
        shown.type("maybe\n")
        shown.until("Please answer g, s or x.")
        shown.type("g\n")
        shown.until("Ready to assign Senior Backend Developer for implementation?")
        shown.type("s\n")
        shown.until("What should change? ")
        shown.type("use fewer tables\n")
        shown.until("Phase 2: Solution Architect")
        shown.until("Ready to assign Senior Backend Developer for implementation?")
        shown.type("x\n")
        shown.until("Stopped: Maintenance Window API")
        assert shown.ended() == 1


def test_an_escalation_asks_even_with_yes() -> None:
    with screen("run", "an API for cats", "--yes", blocking="with pigeons") as shown:
        shown.until("[g] leave it out and go on")
        shown.type("g\n")
        shown.until("Delivered: Maintenance Window API")
        assert shown.ended() == 0


def test_the_end_of_input_is_no_answer() -> None:
    with screen("run", "an API for cats") as shown:
        shown.until("> ")
        shown.type("\x04")
        shown.until("hint: backend-factory answer run1")
        assert shown.ended() == 4


@pytest.mark.parametrize(("pace", "sign"), [(0.4, "Phase 1"), (0.0, "> ")])
def test_ctrl_c_leaves_the_run_resumable_and_says_how(pace: float, sign: str) -> None:
    with screen("run", "an API for cats", pace=pace) as shown:
        shown.until(sign)
        time.sleep(0.2)
        shown.process.send_signal(signal.SIGINT)
        shown.until("hint: backend-factory resume run1")
        assert shown.ended() == 130


def test_a_status_line_shows_what_is_being_done_while_it_is_done() -> None:
    with screen("run", "an API for cats", "--yes", pace=0.3) as shown:
        text = shown.until("Phase 2 · Solution Architect · planning data model, contract and infrastructure")
        assert "\x1b[" in text
        assert " s, in all " in text


def test_no_color_leaves_no_colours() -> None:
    with screen("run", "an API for cats", "--yes", NO_COLOR="1") as shown:
        assert shown.ended() == 0
        assert "✅ Business Analyst delivered: 2 requirements, 3 acceptance criteria" in shown.text
        assert "\x1b[31m" not in shown.text
        assert "\x1b[32m" not in shown.text
        assert "\x1b[1;32m" not in shown.text


def test_a_pipe_gets_plain_lines() -> None:
    process = piped("run", "an API for cats", "--yes")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"\x1b" not in out + err


def test_ctrl_c_in_a_pipe_ends_with_130() -> None:
    process = piped("run", "an API for cats", "--yes", pace=0.3)
    assert process.stdout
    while b"Phase 1" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"hint: backend-factory resume run1" in err


def test_a_reader_that_goes_away_is_no_crash() -> None:
    process = piped("run", "an API for cats", "--yes", "--json", pace=0.05)
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 141
    assert b"Traceback" not in err
    assert b"error" not in err


def test_a_terminal_without_unicode_gets_codes_instead_of_a_crash() -> None:
    process = subprocess.run(
        [sys.executable, "-c", "import sys; from backend_factory.cli.app import main; main()", "detect", "an API for cats"],
        env=ENVIRONMENT | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert process.returncode == 0
    assert b"\\U0001f3ed Backend Factory detected: Cat API" in process.stdout


def test_detect_imports_nothing_heavy() -> None:
    script = (
        "import sys; from backend_factory.cli.app import execute; execute(['detect', 'an API for cats']);"
        "print([m for m in ('httpx', 'sqlite3', 'boto3', 'jinja2', 'backend_factory.factory', 'asyncio') if m in sys.modules])"
    )
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert process.stdout.splitlines()[-1] == "[]"
