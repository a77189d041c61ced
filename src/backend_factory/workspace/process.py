"""Runs a tool: from an argument list, in an explicit environment, within limits, leaving nothing running."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from backend_factory.errors import OperatorError
from backend_factory.workspace.excerpt import Excerpt

OUTPUT_LIMIT = 4 * 1024 * 1024
"""Bytes kept of each stream unless the caller says otherwise."""

GRACE = timedelta(seconds=3)
"""Between SIGTERM and SIGKILL; a little longer than the supervisor's own, which should come first."""


@dataclass(frozen=True)
class Completed:
    """What a command did."""

    command: tuple[str, ...]
    exit_status: int | None
    """As a shell's parent sees it: negative for a signal, None if it was ended at its time limit."""
    stdout: str
    """UTF-8, undecodable bytes replaced; cut in the middle, with a note, if `truncated`."""
    stderr: str
    duration: timedelta
    timed_out: bool = False
    truncated: bool = False

    @property
    def ok(self) -> bool:
        return self.exit_status == 0

    @property
    def output(self) -> str:
        """Standard output, then standard error."""
        separator = "\n" if self.stdout and self.stderr and not self.stdout.endswith("\n") else ""
        return self.stdout + separator + self.stderr


class _Watch(asyncio.SubprocessProtocol):
    def __init__(self, limit: int, hear: Callable[[bytes], None] | None) -> None:
        self.streams = {1: Excerpt(limit), 2: Excerpt(limit)}
        self.hear = hear
        self.exited = asyncio.Event()
        self.closed = asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self.streams[fd].add(data)
        if fd == 1 and self.hear is not None:
            self.hear(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == 1 and self.hear is not None:
            self.hear(b"")

    def process_exited(self) -> None:
        self.exited.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()


class Running:
    """A command that has been started; `running` ends it."""

    def __init__(self, transport: asyncio.SubprocessTransport, watch: _Watch, lifeline: int | None) -> None:
        self._transport = transport
        self._watch = watch
        self._lifeline = lifeline
        self._ended = False

    @property
    def pid(self) -> int:
        return self._transport.get_pid()

    @property
    def exit_status(self) -> int | None:
        """Negative for a signal; None while it runs."""
        return self._transport.get_returncode()

    @property
    def truncated(self) -> bool:
        return any(stream.truncated for stream in self._watch.streams.values())

    def stream(self, number: int) -> str:
        """What it has written so far to standard output (1) or standard error (2)."""
        return self._watch.streams[number].text()

    async def wait(self) -> int:
        """Its exit status, once it has ended by itself."""
        await self._watch.exited.wait()
        return cast(int, self.exit_status)

    def feed(self, stdin: bytes) -> None:
        pipe = cast(asyncio.WriteTransport | None, self._transport.get_pipe_transport(0))
        if pipe is not None:
            pipe.write(stdin)
            pipe.close()

    def tell(self, data: bytes) -> int:
        """Write to the standard input of a command that is heard; bytes that it has not read yet. Nothing once it is gone."""
        pipe = cast(asyncio.WriteTransport | None, self._transport.get_pipe_transport(0))
        if pipe is None or pipe.is_closing():
            return 0
        pipe.write(data)
        return pipe.get_write_buffer_size()

    async def end(self) -> None:
        """Ends the command if it still runs, and everything that it started and left behind; idempotent."""
        if self._ended:
            return
        self._ended = True
        try:
            if self.exit_status is None:
                self._signal(signal.SIGTERM)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._watch.exited.wait(), GRACE.total_seconds())
            # The group is named by the command's pid, which is not given away while a member of it lives.
            self._signal(signal.SIGKILL)
            await self._watch.exited.wait()
            # Only a process that left the group can still hold a pipe; it is not waited for.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._watch.closed.wait(), 1)
        finally:
            self._signal(signal.SIGKILL)
            self._transport.close()
            if self._lifeline is not None:
                os.close(self._lifeline)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def program(name: str, path: str | None = None) -> str:
    """The absolute path of the program `name`, looked for in `path` (default: the factory's own PATH).

    Raises OperatorError if there is none.
    """
    found = shutil.which(name, path=path)
    if found is None:
        raise OperatorError(
            f"the program {name!r} was not found",
            hint=f"install {Path(name).name}, or make sure that it can be executed and is on PATH",
        )
    return str(Path(found).absolute())


async def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout: timedelta,  # noqa: ASYNC109 - running out of time is a result here, not an exception
    output_limit: int = OUTPUT_LIMIT,
    stdin: bytes = b"",
    supervised: bool = False,
) -> Completed:
    """Runs `command` to its end; a non-zero status or running out of time is a result, not an error.

    `env` is the whole environment. The command leads a session of its own; when it ends, runs out of time
    or the caller is cancelled, its process group is ended. With `supervised` (some 30 ms more) everything
    below it ends, daemons too, also when the factory itself is killed.
    Raises OperatorError if the program or the folder is missing.
    """
    started = time.monotonic()
    async with running(command, cwd=cwd, env=env, output_limit=output_limit, stdin=stdin, supervised=supervised) as process:
        timed_out = False
        try:
            await asyncio.wait_for(process.wait(), timeout.total_seconds())
        except TimeoutError:
            timed_out = True
        await process.end()
    return Completed(
        command=tuple(command),
        exit_status=None if timed_out else process.exit_status,
        stdout=process.stream(1),
        stderr=process.stream(2),
        duration=timedelta(seconds=time.monotonic() - started),
        timed_out=timed_out,
        truncated=process.truncated,
    )


@contextlib.asynccontextmanager
async def running(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    output_limit: int = OUTPUT_LIMIT,
    stdin: bytes = b"",
    supervised: bool = False,
    hear: Callable[[bytes], None] | None = None,
) -> AsyncIterator[Running]:
    """A server or tool that runs as long as the block does, and is ended with all it started.

    With `hear` it is talked with: every piece of its standard output is passed on as it comes (`b""` at its end), and its
    standard input stays open for `Running.tell`.
    """
    if not os.path.isdir(cwd):  # noqa: PTH112, ASYNC240 - one stat does not block
        raise OperatorError(f"the folder {cwd} to run {command[0]!r} in is missing", hint="create it first")
    line = [program(_beside(cwd, command[0]), env.get("PATH", os.defpath)), *command[1:]]
    process = await _start(line, cwd, env, output_limit, bool(stdin), supervised, hear)
    try:
        if stdin:
            process.feed(stdin)
        yield process
    finally:
        await process.end()


def _beside(cwd: Path, name: str) -> str:
    return str(cwd / name) if os.sep in name else name


async def _start(
    line: list[str],
    cwd: Path,
    env: Mapping[str, str],
    limit: int,
    has_stdin: bool,
    supervised: bool,
    hear: Callable[[bytes], None] | None,
) -> Running:
    inherited: tuple[int, ...] = ()
    lifeline: int | None = None
    if supervised:
        reading, lifeline = os.pipe()
        inherited = (reading,)
        supervisor = str(Path(__file__).with_name("supervisor.py"))
        line = [sys.executable, "-I", "-S", supervisor, str(reading), env.get("LC_CTYPE", ""), *line]
    nothing = asyncio.subprocess.DEVNULL
    pipe = asyncio.subprocess.PIPE
    try:
        transport, watch = await asyncio.get_running_loop().subprocess_exec(
            lambda: _Watch(limit, hear),
            *line,
            cwd=cwd,
            env=dict(env),
            stdin=pipe if has_stdin or hear else nothing,
            stdout=pipe,
            stderr=pipe,
            start_new_session=True,
            pass_fds=inherited,
        )
    except BaseException as reason:
        if lifeline is not None:
            os.close(lifeline)
        if isinstance(reason, OSError):
            raise _unstartable(line[0], reason) from reason
        raise
    finally:
        for descriptor in inherited:
            os.close(descriptor)
    return Running(transport, watch, lifeline)


def _unstartable(name: str, reason: OSError) -> OperatorError:
    return OperatorError(
        f"{name} could not be started: {reason.strerror or reason}",
        hint="check that it is a program for this machine and that there is memory for another process",
    )
