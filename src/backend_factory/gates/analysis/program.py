"""The embedded Go programs, built from their sources into the factory's cache."""

import asyncio
import hashlib
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from backend_factory.errors import OperatorError
from backend_factory.gates.subject import Subject

_MODULE = Path(__file__).with_name("module")
_BUILDING = timedelta(minutes=10)
_builds = asyncio.Semaphore(1)


async def analysis(subject: Subject) -> Path:
    """The tool of `go vet -vettool`: the standard suite, staticcheck, gosec and the factory's own rules."""
    return await _program(subject, "analysis", ".")


async def govulncheck(subject: Subject) -> Path:
    """govulncheck, of the version that the module pins."""
    return await _program(subject, "vulnerabilities", "./vulnerabilities")


async def _program(subject: Subject, name: str, package: str) -> Path:
    """The program, built when it is not there yet. Raises OperatorError where its modules can neither be found nor fetched."""
    place = subject.cache / "analysis" / await asyncio.to_thread(_key, subject.go.version)
    program = place / name
    if not os.access(program, os.X_OK):
        async with _builds:
            if not os.access(program, os.X_OK):
                subject.say(f"building {name}, once")
                await _build(subject, place, program, package)
    return program


async def _build(subject: Subject, place: Path, program: Path, package: str) -> None:
    await asyncio.to_thread(place.mkdir, parents=True, exist_ok=True)
    beside = program.with_name(f".{program.name}-{os.getpid()}")
    # Modules that the cache has are not asked for, so this needs a network only once.
    env: Mapping[str, str] = subject.go.environment(subject.cache)
    command = ["build", "-ldflags", "-s -w", "-o", str(beside), package]
    done = await subject.go.go(command, cwd=_MODULE, env=env, timeout=_BUILDING)
    if not done.ok:
        reason = "took too long" if done.timed_out else done.output.strip()[-300:]
        hint = "let the factory reach a Go module proxy (GOPROXY) once, then resume the run"
        raise OperatorError(f"the gates' {program.name} program could not be built: {reason}", hint=hint)
    # Another run may have been quicker; both built the same.
    await asyncio.to_thread(beside.replace, program)


def _key(version: str) -> str:
    """What the programs are made of: their sources, pinned modules and the Go that compiles them."""
    digest = hashlib.sha256(version.encode())
    for file in sorted(path for path in _MODULE.rglob("*") if path.is_file()):
        digest.update(b"\0" + file.relative_to(_MODULE).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:24]
