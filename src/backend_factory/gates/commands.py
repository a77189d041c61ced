"""How checks run tools: behind walls, offline, in an explicit environment, with what was printed kept as evidence."""

import asyncio
import os
import re
import shlex
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path, PurePosixPath

from backend_factory.domain.assignment import Finding
from backend_factory.domain.gate import Evidence
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Unreadable
from backend_factory.gates.subject import Subject
from backend_factory.workspace.golang import blame_the_machine
from backend_factory.workspace.process import Completed
from backend_factory.workspace.sandbox.confinement import Confinement, Limits

_PLACE = re.compile(r"^(?:vet: )?(?:\./)?(?P<file>[^:#\n]+\.go):(?P<line>\d+)(?::\d+)?:? (?P<message>.+)$", re.MULTILINE)
_MOST = 20
CORES = os.cpu_count() or 1
# A linker takes a gigabyte, and Go starts as many compilers, each with as many threads, as there are processors.
_MEMORY, _TASKS, _DISK = 16 * 1024**3, 16384, 16 * 1024**3


async def go(
    subject: Subject,
    arguments: Sequence[str],
    *,
    race: bool = False,
    goarch: str | None = None,
    within: timedelta = timedelta(minutes=10),
    cwd: Path | None = None,
    readable: tuple[Path, ...] = (),
    writable: tuple[Path, ...] = (),
) -> Completed:
    """`go <arguments>` in the checkout, to list, compile and link: what it makes is kept, so it runs nothing that it made.

    It reads checkout, modules, toolchain and `readable`; it writes the build cache, the gate's scratch and `writable`.
    Unreadable when it does not end in time.
    """
    env = subject.go.environment(subject.cache, race=race, offline=True, goarch=goarch)
    command = [str(subject.go.program), *arguments]
    done = await go_tool(subject, command, env, within=within, cwd=cwd, readable=readable, writable=writable)
    blame_the_machine(done)
    if done.timed_out:
        raise Unreadable(f"go {arguments[0]} did not end within {within.total_seconds():.0f} seconds")
    return done


async def go_tool(
    subject: Subject,
    command: Sequence[str],
    env: Mapping[str, str],
    *,
    within: timedelta,
    cwd: Path | None = None,
    readable: tuple[Path, ...] = (),
    writable: tuple[Path, ...] = (),
) -> Completed:
    """As `go`, for a program that starts Go itself; running out of time is a result."""
    own = await asyncio.to_thread(_own_folder, subject)
    env = {**env, "HOME": str(own), "TMPDIR": str(own), "GOPATH": str(own / "path")}
    confinement = Confinement(
        folder=cwd or subject.checkout,
        writable=(subject.scratch, *subject.go.written(env), *writable),
        readable=(subject.checkout, *subject.go.read(env), *readable),
        limits=Limits(wall=within, cpu=within * CORES, memory=_MEMORY, tasks=_TASKS, file=_DISK, disk=_DISK),
    )
    return await subject.sandbox.run(command, env=env, confinement=confinement)


def _own_folder(subject: Subject) -> Path:
    folder = subject.scratch / "go"
    folder.mkdir(exist_ok=True)
    return folder


def kept(subject: Subject, title: str, done: Completed) -> Evidence:
    """The command, its exit status and what it printed, as evidence."""
    said = f"exit status: {done.exit_status}\nseconds: {done.duration.total_seconds():.2f}\n\n{done.output}"
    text = f"$ {shlex.join(done.command)}\n{said}"
    return subject.keep(title, text.replace(str(subject.checkout), "."))


def findings_in(subject: Subject, output: str, check: str, rule: str, mends: PhaseId, fallback: str) -> tuple[Finding, ...]:
    """The places that a Go tool complains about, at most 20; one finding with the end of the output where it names none."""
    places = [
        Finding(
            check=check,
            rule=rule,
            message=m["message"][:500],
            file=below(subject.checkout, m["file"]),
            line=int(m["line"]),
            mends=mends,
        )
        for m in _PLACE.finditer(output)
    ]
    return tuple(places[:_MOST]) or (Finding(check=check, rule=rule, message=fallback, seen=output[-1500:], mends=mends),)


def below(checkout: Path, named: str) -> str:
    """The file's path in the checkout: go vet repeats what it cached, with the path that led there from another folder."""
    parts = PurePosixPath(named).parts
    ends = (PurePosixPath(*parts[start:]) for start in range(len(parts)) if ".." not in parts[start:])
    return next((str(end) for end in ends if not end.is_absolute() and (checkout / end).is_file()), named)
