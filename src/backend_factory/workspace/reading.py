"""Reads a file of a worktree that a member may be changing meanwhile: no link is followed, and nothing is waited for."""

import errno
import os
import stat
from pathlib import Path

from backend_factory.workspace.writing import PathRefused, checked_path

LARGEST = 4 * 1024 * 1024
"""Bytes of a file that is read whole."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def read_file(worktree: Path, path: str) -> bytes:
    """The content of the plain file that `path` names, looked up part by part, so that nothing can be put in the way.

    PathRefused for a path that leads elsewhere, a link, a pipe, a device, and what is longer than `LARGEST`. OSError when it
    is not there or cannot be read.
    """
    descriptor = _opened(worktree, path)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise PathRefused(f"{path!r}: no plain file")
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise PathRefused(f"{path!r}: too large to be read whole, more than {LARGEST:,} bytes")
    return content


def _opened(worktree: Path, path: str) -> int:
    *folders, name = checked_path(path)
    here = os.open(worktree, _FOLDER)
    try:
        for folder in folders:
            inner = os.open(folder, _FOLDER, dir_fd=here)
            os.close(here)
            here = inner
        return os.open(name, _FILE, dir_fd=here)
    except OSError as reason:
        # A link where a folder is wanted is ENOTDIR, one in the file's place ELOOP; a socket ENXIO.
        if reason.errno in (errno.ELOOP, errno.ENXIO) or (reason.errno == errno.ENOTDIR and _is_a_link(worktree, path)):
            raise PathRefused(f"{path!r}: links are not followed") from reason
        raise
    finally:
        os.close(here)


def _is_a_link(worktree: Path, path: str) -> bool:
    """Only to say it: by now it may be another thing."""
    places = [worktree / path, *(worktree / path).parents]
    return any(place != worktree and place.is_relative_to(worktree) and place.is_symlink() for place in places)
