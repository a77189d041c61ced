"""The program as a stranger's machine runs it: a process of its own, a clean environment, a state folder of its own."""

import atexit
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

PERSON = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
QUICK_LINE = str(Path(__file__).with_name("quick_line.py"))
LOADED_PROGRAM = Path(__file__).with_name("loaded_program.py")
LONGEST = 120
"""Seconds that a command may take."""
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f]")


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    def refused(self, code: int, *words: str) -> "Ended":
        """It ended with `code`, an error that holds `words`, a hint, and nothing that a reader has to decipher."""
        assert self.code == code, (self.code, self.out, self.err)
        assert re.search("^error: ", self.err, re.MULTILINE), self.err
        assert re.search("^hint: .", self.err, re.MULTILINE), self.err
        for word in words:
            assert word in self.err, (word, self.err)
        return self.clean()

    def done(self, code: int = 0) -> "Ended":
        """It ended with `code` and no error."""
        assert self.code == code, (self.code, self.out, self.err)
        assert "error: " not in self.err
        return self.clean()

    def clean(self) -> "Ended":
        """Nothing in it moves a cursor, colours, hides or reorders; no traceback."""
        assert "Traceback" not in self.out + self.err
        assert not UNSAFE.search(self.out + self.err)
        return self


@dataclass(frozen=True)
class Program:
    """The command line with one state folder. `quick` has a team and gates that take no time."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()
    """What the command is started by, such as `setpriv ... --`."""

    @property
    def home(self) -> Path:
        return self.folder / "state"

    @property
    def environment(self) -> dict[str, str]:
        own = {"HOME": str(self.folder / "nobody"), "LANG": "C.UTF-8", "BACKEND_FACTORY_HOME": str(self.home)}
        return {"PATH": os.environ["PATH"], **own, **self.variables}

    def command(self, *arguments: str | bytes | Path, quick: bool = False) -> list[Any]:
        program = [QUICK_LINE] if quick else ["-m", "backend_factory.cli"]
        return [*self.prefix, sys.executable, "-W", "error", *program, *arguments]

    def call(self, *arguments: str | bytes | Path, stdin: bytes = b"", quick: bool = False, **options: Any) -> Ended:
        """Perform a command to its end. Only where it matters how Python starts does it take an interpreter of its own."""
        if not (self.prefix or options or any(name.startswith(("PYTHON", "LC_")) for name in self.variables)):
            return loaded().call(arguments, self.environment, self.folder, stdin, quick=quick)
        done = subprocess.run(
            self.command(*arguments, quick=quick),
            input=stdin,
            capture_output=True,
            env=self.environment,
            cwd=self.folder,
            timeout=LONGEST,
            check=False,
            **options,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def quick(self, *arguments: str | bytes | Path, **options: Any) -> Ended:
        return self.call(*arguments, quick=True, **options)

    def start(self, *arguments: str | Path, quick: bool = True, **options: Any) -> "subprocess.Popen[bytes]":
        """Started, not waited for."""
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.Popen(self.command(*arguments, quick=quick), env=self.environment, cwd=self.folder, **streams)

    def having(self, **variables: str) -> "Program":
        """The same with more in its environment."""
        return Program(self.folder, {**self.variables, **variables}, self.prefix)

    def runs(self) -> list[dict[str, Any]]:
        """What `status --json` lists, newest first."""
        listed: list[dict[str, Any]] = json.loads(self.call("status", "--json").done().out)["runs"]
        return listed

    def left(self) -> list[str]:
        """Names of worktrees and checkouts in the state folder."""
        return [place.name for part in ("worktrees", "checkouts") for place in (self.home / part).glob("*")]


class Loaded:
    """A process of `loaded_program.py`, which forks itself for each command."""

    def __init__(self) -> None:
        self._connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection.settimeout(LONGEST)
        command = [sys.executable, "-W", "error", str(LOADED_PROGRAM), str(theirs.fileno())]
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True)
        theirs.close()

    def call(
        self, arguments: Sequence[str | bytes | Path], environment: dict[str, str], folder: Path, stdin: bytes, *, quick: bool
    ) -> Ended:
        request = {
            "arguments": [*map(os.fsdecode, arguments)],
            "environment": environment,
            "folder": str(folder),
            "quick": quick,
        }
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            streams = [stream.fileno() for stream in (given, out, err)]
            socket.send_fds(self._connection, [json.dumps(request).encode()], streams)
            try:
                code = int(self._connection.recv(100))
            except TimeoutError:
                # Its answer would be taken for that of the next command.
                os.killpg(self._process.pid, signal.SIGKILL)
                loaded.cache_clear()
                raise
            out.seek(0)
            err.seek(0)
            return Ended(code, out.read().decode(), err.read().decode())

    def end(self) -> None:
        self._connection.close()
        self._process.wait(timeout=LONGEST)


@cache
def loaded() -> Loaded:
    """One for all tests of this process."""
    made = Loaded()
    atexit.register(made.end)
    return made


@dataclass(frozen=True)
class Home:
    """A user's repository, with something uncommitted in it."""

    folder: Path

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *PERSON, *arguments], cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)
        self.git("add", path)
        self.git("commit", "--quiet", "--message", f"change {path}")

    def checkout(self) -> tuple[str, ...]:
        """All that a run must leave alone: the files' states, what is checked out, the worktrees, stash and base."""
        looks = (
            ("status", "--porcelain"),
            ("symbolic-ref", "HEAD"),
            ("rev-parse", "main"),
            ("worktree", "list"),
            ("stash", "list"),
        )
        return tuple(self.git(*look) for look in looks)

    def refs(self) -> Sequence[str]:
        return self.git("for-each-ref", "--format=%(refname)").split()
