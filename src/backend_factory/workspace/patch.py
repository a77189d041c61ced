"""A patch file of what differs between two commits, for work that no branch will hold."""

import asyncio
import os
from pathlib import Path

from backend_factory.errors import OperatorError
from backend_factory.workspace.git import Git

_OPTIONS = ("-p", "--binary", "--full-index", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color")
"""Plumbing's: what the repository's configuration says about how patches look does not count."""


async def patch(git: Git, base: str, commit: str) -> str:
    """What leads from `base` to `commit`, as text."""
    return "" if base == commit else await git.text("diff-tree", *_OPTIONS, "--end-of-options", base, commit)


async def keep_patch(git: Git, base: str, commit: str, place: Path) -> bool:
    """Write what leads from `base` to `commit` to `place`, for `git apply`; False, and no file, where nothing differs.

    All of it or nothing; the same again gives the same bytes. OperatorError when the disk refuses.
    """
    if base == commit:
        return False
    new = place.with_name(f".{place.name}.new")
    try:
        await asyncio.to_thread(place.parent.mkdir, mode=0o700, parents=True, exist_ok=True)
        await git.text("diff-tree", *_OPTIONS, f"--output={new}", "--end-of-options", base, commit)
        return await asyncio.to_thread(_moved, new, place)
    except OSError as reason:
        hint = "free some space or check the state folder's permissions, then resume"
        raise OperatorError(f"the rejected work cannot be kept in {place}: {reason.strerror}", hint=hint) from reason


def _moved(new: Path, place: Path) -> bool:
    with new.open("rb+") as file:
        os.fsync(file.fileno())
        empty = os.fstat(file.fileno()).st_size == 0
    if empty:
        new.unlink()
        return False
    new.replace(place)
    return True
