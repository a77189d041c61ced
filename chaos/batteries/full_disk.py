"""The disk of the state folder, or of the repository, gets full half-way, by bytes or by files; then there is space again."""

import contextlib
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from backend_factory.domain.event import Event
from backend_factory.domain.notice import Notice
from chaos.audit import audit
from chaos.battery import Battery, Trial
from chaos.killing import apart
from chaos.line import Place, drive, settle, submit, went_on

RUNS = 2
MOMENTS = (1, 3, 6, 7, 13, 20, 27, 29, 31, 33)
"""Records of the two runs after which the disk is full."""


def strike(trial: Trial) -> None:
    """Fill, see the runs stop, free, see them end."""
    disks = _disks(trial)
    for disk, (options, of, fill) in disks.items():
        for moment in MOMENTS[2::99] if trial.quick else MOMENTS:
            folder = trial.folder / f"{disk.replace(' ', '-')}-{moment}"
            what = f"{disk} after record {moment}"
            with _mounted(folder, of, options):
                place = settle(folder)
                runs = submit(place, RUNS)
                ballast = folder / of / "ballast"
                trial.losses += [f"{what}: {each}" for each in _stopped(place, runs, partial(fill, ballast), moment)]
                shutil.rmtree(ballast)
                trial.suffered(what, went_on(place, runs) + audit(place, runs))


def _disks(trial: Trial) -> dict[str, tuple[str, str, Callable[[Path], None]]]:
    """What gets full -> options of its mount, its folder, and how it is filled."""
    probe = trial.folder / "probe"
    probe.mkdir()
    if not _mount(probe, "size=1m"):
        trial.notes.append("full disks: only root can mount one; files were limited in size instead")
        return {"files are limited": ("", "state", _limited)}
    subprocess.run(["umount", str(probe)], check=True)
    return {
        "state folder full": ("size=4m", "state", _fill),
        "state folder without inodes": ("size=64m,nr_inodes=500", "state", _crowd),
        "repository full": ("size=2m", "project", _fill),
        "repository without inodes": ("size=64m,nr_inodes=500", "project", _crowd),
    }


@contextlib.contextmanager
def _mounted(folder: Path, of: str, options: str) -> Iterator[None]:
    (folder / of).mkdir(parents=True)
    if not options:
        yield
        return
    _mount(folder / of, options)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder / of)], check=True)


def _mount(place: Path, options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"{options},mode=700", "tmpfs", str(place)]
    return shutil.which("mount") is not None and subprocess.run(command, capture_output=True).returncode == 0


def _fill(ballast: Path) -> None:
    ballast.mkdir()
    with contextlib.suppress(OSError), (ballast / "bytes").open("wb", buffering=0) as file:
        while file.write(b"\0" * 4096):
            pass


def _crowd(ballast: Path) -> None:
    ballast.mkdir()
    with contextlib.suppress(OSError):
        for n in range(10**6):
            (ballast / str(n)).touch()


def _limited(ballast: Path) -> None:
    """In place of a full disk: no file of this process, or of those that it starts, may grow past some bytes."""
    ballast.mkdir()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    journal = ballast.parent / "journal.db-wal"
    size = journal.stat().st_size if journal.exists() else 4096
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _stopped(place: Place, runs: list[str], fill: Callable[[], None], moment: int) -> list[str]:
    """What is wrong with how the runs stop, in a process of their own, when the disk is filled after `moment` records."""
    said, records = place.folder / "stopped.txt", 0

    def observe(happened: Notice | Event) -> None:
        nonlocal records
        records += not isinstance(happened, Notice)
        if records == moment and not isinstance(happened, Notice):
            fill()

    def work() -> None:
        descriptor = os.open(said, os.O_CREAT | os.O_WRONLY)
        ended = drive(place, runs, observe=observe)
        lines = (
            f"{type(each).__name__} {bool(getattr(each, 'hint', ''))} {each}" for each in ended if not hasattr(each, "status")
        )
        os.write(descriptor, "\n".join(lines).encode())

    code = apart(work)
    if code != 0:
        return [f"the process ended with {code}"]
    wrong = [line for line in said.read_text().splitlines() if not line.startswith("OperatorError True")]
    return [f"it stopped with: {line}" for line in wrong]


BATTERY = Battery("full-disk", "the state folder's or the repository's disk gets full, by bytes or by files", strike)
