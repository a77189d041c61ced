"""The state folder or the repository turns read-only half-way, and writable again."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from chaos.audit import audit
from chaos.battery import Battery, Trial
from chaos.line import brought, refused, settle, submit, went_on


def strike(trial: Trial) -> None:
    """Bring a run somewhere, close the folder, see it refused, open it, see it end."""
    for records in trial.moments(16, every=3):
        for part in ("state", "project"):
            what = f"{part} read-only after record {records}"
            place = settle(trial.folder / f"{part}-{records}")
            runs = submit(place, 2)
            brought(place, runs, records)
            with _closed(place.folder / part) as closed:
                if closed:
                    complaints = refused(place, runs, "read-only", "Read-only", "ermission", "writable", "readonly")
                    trial.losses += [f"{what}: {each}" for each in complaints]
            trial.suffered(what, went_on(place, runs) + audit(place, runs))
            if not closed:
                trial.notes = ["read-only folders: root may write everywhere and could not mount"]


@contextlib.contextmanager
def _closed(folder: Path) -> Iterator[bool]:
    """Whether nobody can write there meanwhile."""
    if os.geteuid() != 0:
        modes = [(each, each.stat().st_mode) for each in (folder, *folder.rglob("*")) if not each.is_symlink()]
        for each, mode in modes:
            each.chmod(mode & ~0o222)
        yield True
        for each, mode in modes:
            each.chmod(mode)
        return
    bound = subprocess.run(["mount", "--bind", str(folder), str(folder)], capture_output=True).returncode == 0
    if not bound:
        yield False
        return
    try:
        done = subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], capture_output=True)
        yield done.returncode == 0
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


BATTERY = Battery("read-only", "the state folder or the repository turns read-only and writable again", strike)
