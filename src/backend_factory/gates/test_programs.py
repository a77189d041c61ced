"""Test programs: compiled by Go, which is trusted and keeps what it makes, and run where nothing that is kept can be written."""

import os
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from backend_factory.gates.commands import CORES
from backend_factory.gates.go_packages import Package
from backend_factory.gates.subject import Subject
from backend_factory.workspace.commands import tools_environment
from backend_factory.workspace.process import Completed
from backend_factory.workspace.sandbox.confinement import Confinement, Limits

RACE = {"GORACE": "atexit_sleep_ms=20"}
"""A raced program sleeps a second before it ends, which is half of what a small package's tests take
(https://go.dev/doc/articles/race_detector)."""
_OUTPUT = 4 * 1024 * 1024
_LONGEST = 64 * 1024 * 1024


def apart(tested: Sequence[Package]) -> list[list[Package]]:
    """The packages in groups without namesakes: `go test -o` refuses two programs of one name."""
    groups: list[list[Package]] = []
    for package in tested:
        home = next((group for group in groups if all(other.binary != package.binary for other in group)), None)
        if home is None:
            groups.append([package])
        else:
            home.append(package)
    return groups


def programs(tested: Sequence[Package], into: Path) -> dict[str, Path]:
    """Import path -> where the package's test program is put, if its group goes to a folder of the group's number."""
    return {p.path: into / str(n) / p.binary for n, group in enumerate(apart(tested)) for p in group}


@contextmanager
def own_folder(subject: Subject) -> Iterator[Path]:
    """Where one program, or one series of them, writes; nobody else does."""
    with tempfile.TemporaryDirectory(prefix="program-", dir=subject.scratch, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def left(file: Path) -> str:
    """What a program left in a file of its own; nothing where that is a link, no file, or longer than could be meant."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    with open(descriptor, encoding="utf-8", errors="replace") as opened:  # noqa: PTH123 - of a descriptor
        about = os.fstat(descriptor)
        return opened.read() if stat.S_ISREG(about.st_mode) and about.st_size <= _LONGEST else ""


def environment(subject: Subject, own: Path) -> dict[str, str]:
    """All that a test program sees. Go is there for tests that call it, and begins with an empty build cache."""
    path = os.pathsep.join((str(subject.go.root / "bin"), os.defpath))
    places = {"HOME": own, "TMPDIR": own, "GOPATH": own / "path", "GOCACHE": own / "build"}
    return tools_environment(subject.go, subject.cache) | {"PATH": path} | {name: str(place) for name, place in places.items()}


def confinement(subject: Subject, source: Path, folder: Path, own: Path, binaries: Path, limits: Limits) -> Confinement:
    """A program of `binaries` starts in `folder` of `source`, reads that, and writes its `own`."""
    modules = Path(tools_environment(subject.go, subject.cache)["GOMODCACHE"])
    return Confinement(folder, (own,), (source, subject.go.root, modules, binaries), limits=limits)


async def run_program(
    subject: Subject, package: Package, program: Path, options: Sequence[str], own: Path, more: Mapping[str, str]
) -> Completed:
    """The package's test program in its folder of the checkout, behind walls of its own, within the threshold's time."""
    seconds = subject.thresholds.test_timeout_seconds
    command = [str(program), "-test.paniconexit0", f"-test.timeout={seconds}s", *options]
    within = timedelta(seconds=seconds + 5)
    limits = Limits(wall=within, cpu=within * CORES, output=_OUTPUT)
    at = confinement(subject, subject.checkout, subject.checkout / package.folder, own, program.parent, limits)
    return await subject.sandbox.run(command, env={**environment(subject, own), **more}, confinement=at)
