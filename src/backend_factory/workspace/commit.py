"""One commit a phase: everything in the worktree, on top of the last accepted commit."""

import re
from collections.abc import Mapping
from datetime import datetime

from backend_factory.errors import InternalError
from backend_factory.workspace.git import author, failure
from backend_factory.workspace.plain import plain
from backend_factory.workspace.worktree import Worktree
from backend_factory.workspace.writing import PathRefused

_NESTED = re.compile(r"'(.+)' does not have a commit checked out")
_INVALID = re.compile(r"invalid path '(.+)'", re.IGNORECASE)
_KEY = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")


async def commit(worktree: Worktree, message: str, trailers: Mapping[str, str], at: datetime, parent: str) -> str | None:
    """Commits what is in the worktree on top of `parent`; the id, or None if nothing differs from `parent`.

    Replaces an earlier candidate on the same parent. The same files, texts and aware time give the same id, so asking
    again is harmless. Files that the repository ignores are left out; `ignored` names them. Raises PathRefused for a
    repository inside the worktree that cannot be committed, and for git's own folder under another of its names.
    """
    git = worktree.git
    added = await git.call("add", "--all")
    if not added.ok:
        if nested := _NESTED.search(added.stderr):
            raise PathRefused(f"{nested[1]!r}: a repository inside the worktree")
        if invalid := _INVALID.search(added.stderr):
            raise PathRefused(f"{invalid[1]!r}: git's own files are not written by anybody")
        raise failure(added, "add", worktree.folder)
    tree = await git.line("write-tree")
    if tree == await git.line("rev-parse", "--verify", "--end-of-options", f"{parent}^{{tree}}"):
        candidate = parent
    else:
        text = _text(message, trailers).encode()
        candidate = await git.line("commit-tree", tree, "-p", parent, "-F", "-", stdin=text, settings=author(at))
    # The ref first: it is what keeps the commit from being collected if this is the last thing that happens.
    await git.line("update-ref", worktree.ref, candidate)
    await git.line("update-ref", "--no-deref", "HEAD", candidate)
    return None if candidate == parent else candidate


async def ignored(worktree: Worktree) -> tuple[str, ...]:
    """Files in the worktree that the repository's ignore rules keep out of every commit."""
    printed = await worktree.git.text("ls-files", "--others", "--ignored", "--exclude-standard", "-z")
    return tuple(sorted(filter(None, printed.split("\0"))))


def _text(message: str, trailers: Mapping[str, str]) -> str:
    for key in trailers:
        if not _KEY.fullmatch(key):
            raise InternalError(f"{key!r} cannot be the key of a trailer")
    lines = [f"{key}: {' '.join(plain(value).split())}" for key, value in trailers.items()]
    body = "\n".join(line.rstrip() for line in plain(message).strip().splitlines()) or "(no message)"
    return "\n\n".join([body, *(["\n".join(lines)] if lines else [])]) + "\n"
