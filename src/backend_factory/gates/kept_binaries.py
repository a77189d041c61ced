"""Test programs that outlive a gate: Go links one again only if something in it has changed, and linking is what costs.

`go test -o` compares the build id in the file with what it would link: https://pkg.go.dev/cmd/go/internal/work (buildid.go).
"""

import contextlib
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

_KEPT = 6
"""Folders of programs; one holds those of a module, some 10 MB each."""


@contextlib.contextmanager
def kept_binaries(cache: Path, name: str, scratch: Path) -> Iterator[Path]:
    """A folder of this gate alone, with what the last gate of that `name` linked; given back afterwards.

    Taken and given by renaming: of two gates at once, one links anew, and neither sees what the other writes.
    """
    shelf = cache / "test-programs"
    place = shelf / hashlib.sha256(name.encode()).hexdigest()[:16]
    mine = scratch / f"programs-{place.name}"
    shelf.mkdir(parents=True, exist_ok=True)
    try:
        place.rename(mine)
    except OSError:
        mine.mkdir()
    try:
        yield mine
    finally:
        # Another gate may have given back its own, or the cache may be on another disk: then this one goes with the gate.
        with contextlib.suppress(OSError):
            mine.rename(place)
            place.touch()
        _prune(shelf)


def _prune(shelf: Path) -> None:
    with contextlib.suppress(OSError):
        folders = sorted(shelf.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
        for folder in folders[_KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)
