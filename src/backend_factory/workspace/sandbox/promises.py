"""What a sandbox promises, each proven by a program that tries to break it: without walls it can, behind them it cannot."""

import asyncio
import contextlib
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path

from backend_factory.workspace.process import Completed, run, running
from backend_factory.workspace.sandbox.confinement import Confinement, Limits
from backend_factory.workspace.sandbox.sandbox import UNCONFINED, Sandbox

_ROOMY = Limits(wall=timedelta(seconds=30), cpu=timedelta(seconds=30))
_LONG = timedelta(seconds=30)
_TRIAL = Path(__file__).with_name("trial.py")
_PYTHON = [os.path.realpath(sys.executable), "-I", "-S"]


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise and the limits in which it is tried."""

    name: str
    """Of the function in `trial`."""
    text: str
    limits: Limits = _ROOMY
    control: bool = True
    """Without walls it must be broken, or the trial proves nothing."""


PROMISES = (
    Promise("write", "files outside the writable places stay as they are"),
    Promise("modes", "so do their modes and times"),
    Promise("read", "home, secrets, the state folder and other runs cannot be read"),
    Promise("names", "their names and sizes cannot be seen"),
    Promise("git", "`.git` and its hooks stay as they are"),
    Promise("processes", "other processes cannot be seen, read or signalled"),
    Promise("network", "the network and the machine's loopback cannot be reached"),
    Promise("metadata", "the cloud's metadata address cannot be reached"),
    Promise("sockets", "the Docker socket and other local sockets cannot be reached"),
    Promise("families", "neither can what sockets of other families lead to"),
    Promise("ports", "of the machine's loopback only the allowed ports can be reached"),
    Promise("loopback", "servers of its own work on a loopback of its own", control=False),
    Promise("powers", "no mounts, no namespaces, no settings of the kernel"),
    Promise("tasks", "processes are limited", replace(_ROOMY, tasks=60)),
    Promise("memory", "memory is limited", replace(_ROOMY, memory=300_000_000)),
    Promise("cpu", "processor time is limited", replace(_ROOMY, cpu=timedelta(seconds=1))),
    Promise("wall", "time is limited", replace(_ROOMY, wall=timedelta(seconds=1))),
    Promise("file", "the size of a file is limited", replace(_ROOMY, file=8_000_000)),
    Promise("disk", "what is written in all is limited", replace(_ROOMY, disk=32_000_000)),
    Promise("survive", "nothing stays behind"),
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of trying to break one promise."""

    promise: Promise
    held: bool | None
    """None: without walls it could not be broken either, so nothing is proven here."""
    detail: str
    """What was possible, or what kept the program from it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is there to be broken; paths, ports, and numbers of processes of the machine."""

    work: str
    secret: str
    home: str
    state: str
    socket: str
    abstract: str
    marker: str
    """Backwards, so that whoever is told it is not found by it."""
    victim: int
    port: int
    allowed: int


async def prove(sandbox: Sandbox, state: Path, home: Path, promises: tuple[Promise, ...] = PROMISES) -> tuple[Proof, ...]:
    """Every promise tried, with the walls of `sandbox` and without any; seconds. `state` and `home` are only listed."""
    busy = asyncio.Semaphore(6)

    async def one(promise: Promise) -> Proof:
        async with busy:
            return await _proof(sandbox, promise, state, home)

    return tuple(await asyncio.gather(*map(one, promises)))


async def _proof(sandbox: Sandbox, promise: Promise, state: Path, home: Path) -> Proof:
    walls = (UNCONFINED, sandbox) if promise.control else (sandbox,)
    *control, (broken, held) = await asyncio.gather(*(tried(each, promise, state, home) for each in walls))
    for broken_without, held_without in control:
        if not broken_without and held_without:
            return Proof(promise, None, "it cannot be broken on this machine even without walls")
        if not broken_without:
            return Proof(promise, False, "without walls the trial failed, so nothing is proven")
    return Proof(promise, not broken and bool(held), broken or held or "the trial said nothing")


async def tried(sandbox: Sandbox, promise: Promise, state: Path, home: Path) -> tuple[str, str]:
    """(what broke the promise, what held it), each empty if there was nothing."""
    async with _scene(state, home) as scene:
        arguments = [*_PYTHON, str(_TRIAL), promise.name, json.dumps(asdict(scene))]
        work = Path(scene.work)
        env = {"PATH": os.defpath}
        ports = (scene.allowed,) if promise.name == "ports" else ()
        given = (Path(sys.prefix), Path(sys.base_prefix), _TRIAL)
        confinement = Confinement(work, (work,), given, ports=ports, limits=promise.limits)
        line, env = sandbox.wrap(arguments, env, confinement)
        # Not supervised: what it starts is the sandbox's to end.
        done = await run(line, cwd=work, env=env, timeout=_LONG)
        broken, held = _read(done)
        if promise.name == "survive" and await asyncio.to_thread(_grows, work / "alive"):
            broken = "a process went on after the end"
        return broken, held


def _read(done: Completed) -> tuple[str, str]:
    try:
        said = json.loads(done.stdout)
        return "; ".join(said["broken"]), "; ".join(said["held"])
    except (ValueError, KeyError, TypeError):
        ended = [line for line in done.stderr.splitlines() if line.startswith("sandbox: ended: ")]
        status = done.exit_status or 0
        by_the_kernel = f"ended by signal {-status}" if status < 0 else ""
        refused = done.stderr.strip().splitlines()[-1:] if "BlockingIOError" in done.stderr else []
        return "", "; ".join((ended or refused or [by_the_kernel])[:1])


def _grows(file: Path) -> bool:
    before = file.stat().st_size if file.exists() else 0
    time.sleep(0.3)
    return file.exists() and file.stat().st_size > before


@contextlib.asynccontextmanager
async def _scene(state: Path, home: Path) -> AsyncIterator[Scene]:
    with tempfile.TemporaryDirectory(prefix="trial-", ignore_cleanup_errors=True) as temporary:
        place = Path(temporary).resolve()  # noqa: ASYNC240 - a moment
        work, secret = place / "work", place / "other" / "secret"
        for folder in (work / ".git" / "hooks", secret.parent):
            folder.mkdir(parents=True)
        for file in (secret, secret.with_name("secret.spare"), work / ".git" / "config"):
            file.write_text("x")
        marker = secrets.token_hex(8)
        socket, abstract = place / "other" / "socket", f"trial-{secrets.token_hex(8)}"
        async with contextlib.AsyncExitStack() as open_things:
            for address in (str(socket), f"\0{abstract}"):
                await open_things.enter_async_context(await asyncio.start_unix_server(_hello, address))
            numbers = []
            for _ in range(2):
                server = await open_things.enter_async_context(await asyncio.start_server(_hello, "127.0.0.1", 0))
                numbers.append(server.sockets[0].getsockname()[1])
            line = [*_PYTHON, "-c", "import time; time.sleep(60)", marker]
            victim = await open_things.enter_async_context(running(line, cwd=place, env={"MARKER": marker}))
            yield Scene(
                work=str(work),
                secret=str(secret),
                home=str(home),
                state=str(state),
                socket=str(socket),
                abstract=abstract,
                marker=marker[::-1],
                victim=victim.pid,
                port=numbers[0],
                allowed=numbers[1],
            )


async def _hello(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        writer.write(b"hello")
        await writer.drain()
        writer.close()
