"""The places of a worktree where a lane's member can write at all, as far as an operating system can tell them apart."""

import contextlib
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from backend_factory.domain.assignment import Lane
from backend_factory.workspace.lane import allows, closed

_GLOB = frozenset("*?[\\")
_ROOM = 20_000
"""Bytes of protected paths: they are told to the sandbox in one argument, of which the kernel takes 128 KiB."""
_PATIENCE = 20_000
"""Files and folders that are looked at."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Of one lane. New names within the writable places are judged afterwards, by the lane."""

    writable: tuple[Path, ...]
    """Folders; the nearest ones that hold all that the lane's patterns can match."""
    protected: tuple[Path, ...]
    """What is below them already and out of the lane: folders and files; the nearest to the root where there are many."""


@contextlib.contextmanager
def ground(root: Path, lane: Lane, aside: str) -> Iterator[Ground]:
    """The ground in the worktree at `root`, for as long as the block lasts, without the folder `aside` at its root.

    Folders that a lane names and that are not there are made, and removed afterwards where they are empty still. Where a link
    or a file is in the place of one, nothing there is writable.
    """
    made: list[Path] = []
    try:
        wanted = {place for pattern in lane.writes if (place := _place(root, _prefix(pattern), made)) is not None}
        writable = tuple(sorted(place for place in wanted if not any(above in wanted for above in place.parents)))
        yield Ground(writable, tuple(_out_of_lane(root, writable, lane, aside)))
    finally:
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()


def _prefix(pattern: str) -> tuple[str, ...]:
    """The folder below which all is that the pattern can match: nothing for one that matches anywhere."""
    if "/" not in pattern.rstrip("/"):
        return ()
    parts = pattern.strip("/").split("/")
    fixed = tuple(takewhile(lambda part: not _GLOB & set(part), parts))
    return fixed[:-1] if len(fixed) == len(parts) and not pattern.endswith("/") else fixed


def _place(root: Path, parts: tuple[str, ...], made: list[Path]) -> Path | None:
    here = root
    for part in parts:
        here = here / part
        if not os.path.lexists(here):
            here.mkdir()
            made.append(here)
        if here.is_symlink() or not here.is_dir():
            return None
    return here


def _out_of_lane(root: Path, writable: tuple[Path, ...], lane: Lane, aside: str) -> Iterator[Path]:
    """Level by level, until there is no more room."""
    room, seen, folders = _ROOM, 0, deque(writable)
    while folders:
        for entry in _entries(folders.popleft()):
            seen += 1
            path = Path(entry.path)
            name = path.relative_to(root).as_posix()
            folder = entry.is_dir(follow_symlinks=False)
            if name in (".git", aside) or not (folder or entry.is_file(follow_symlinks=False)):
                continue
            if closed(lane, name) if folder else not allows(lane, name):
                room -= len(os.fsencode(path))
                if room < 0 or seen > _PATIENCE:
                    return
                yield path
            elif folder:
                folders.append(path)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []  # the lane is judged afterwards in any case
