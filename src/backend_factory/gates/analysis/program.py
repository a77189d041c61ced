"""The embedded Go programs, built from their sources into the factory's cache."""

import asyncio
import fcntl
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from backend_factory.errors import OperatorError
from backend_factory.workspace.golang import GoToolchain

_MODULE = Path(__file__).with_name("module")
_BUILDING = timedelta(minutes=10)
_LOOKING = 0.2
"""Seconds between two looks whether another run has ended its build."""


async def vettool(go: GoToolchain, cache: Path, say: Callable[[str], None]) -> Path:
    """The tool of `go vet -vettool`: the standard suite, staticcheck, gosec and the factory's own rules."""
    return await _program(go, cache, say, "vettool", "suite")


async def govulncheck(go: GoToolchain, cache: Path, say: Callable[[str], None]) -> Path:
    """govulncheck, of the version that the module pins."""
    return await _program(go, cache, say, "vulnerabilities")


async def _program(go: GoToolchain, cache: Path, say: Callable[[str], None], name: str, *others: str) -> Path:
    """The program, built with the `others` beside it when it is not there yet.

    Raises OperatorError where the modules that it is made of can neither be found nor fetched.
    """
    key = await asyncio.to_thread(_key, go.version)
    place = cache / "analysis" / key
    if not os.access(place / name, os.X_OK):
        async with _alone(place):
            if not os.access(place / name, os.X_OK):
                say(f"building the gates' {name}, once")
                await _build(go, cache, place, key, (*others, name))
    return place / name


async def _build(go: GoToolchain, cache: Path, place: Path, key: str, names: tuple[str, ...]) -> None:
    beside = place.with_name(f".{place.name}-{os.getpid()}")
    await asyncio.to_thread(beside.mkdir, parents=True, exist_ok=True)
    try:
        # Modules that the cache has are not asked for, so this needs a network only once.
        command = ["build", "-ldflags", f"-s -w -X main.key={key}", "-o", f"{beside}/", *(f"./{name}" for name in names)]
        done = await go.go(command, cwd=_MODULE, env=go.environment(cache), timeout=_BUILDING)
        if not done.ok:
            reason = "it took too long" if done.timed_out else done.output.strip()[-300:]
            hint = "let the factory reach a Go module proxy (GOPROXY) once, then resume the run"
            raise OperatorError(f"the gates' {names[-1]} could not be built: {reason}", hint=hint)
        await asyncio.to_thread(_move, beside, place, names)
    finally:
        await asyncio.to_thread(shutil.rmtree, beside, ignore_errors=True)


@asynccontextmanager
async def _alone(place: Path) -> AsyncIterator[None]:
    """While the block runs, no other run of this or another process is in it; a process that dies leaves it."""
    await asyncio.to_thread(place.parent.mkdir, parents=True, exist_ok=True)
    with place.with_suffix(".lock").open("wb") as lock:
        while not _locked(lock):  # noqa: ASYNC110 - who holds it may be another process, and tells nobody
            await asyncio.sleep(_LOOKING)
        yield


def _locked(lock: BinaryIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _move(beside: Path, place: Path, names: tuple[str, ...]) -> None:
    """The program that is looked for comes last; another run that was quicker has built the same."""
    place.mkdir(parents=True, exist_ok=True)
    for name in names:
        (beside / name).replace(place / name)


def _key(version: str) -> str:
    """What the programs are made of: their sources, pinned modules and the Go that compiles them."""
    digest = hashlib.sha256(version.encode())
    for file in sorted(path for path in _MODULE.rglob("*") if path.is_file()):
        digest.update(b"\0" + file.relative_to(_MODULE).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:24]
