"""Writes what a team member made into a worktree, and nowhere else."""

import errno
import os
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from backend_factory.errors import OperatorError
from backend_factory.workspace.worktree import draft

_LONGEST_NAME = 255  # bytes, as on every common file system
_LONGEST_PATH = 1024
_SHORT_GIT = re.compile(r"git~\d+")  # what `.git` is also called on FAT and NTFS
_IN_THE_WAY = (errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ELOOP)
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class PathRefused(ValueError):
    """A team member named a path that it may not write; the message says which and why."""


def checked_path(path: str) -> tuple[str, ...]:
    """The components of `path`, a relative path with `/` that stays in its folder and out of `.git`.

    Refused with PathRefused: absolute, empty, `.` and `..` components, `.git` in any disguise that some file system
    undoes (case, trailing dots and spaces, streams, short names, invisible characters), backslashes, control characters.
    """
    parts = tuple(path.split("/"))
    if len(path.encode(errors="surrogatepass")) > _LONGEST_PATH:
        raise PathRefused(f"{path[:80]!r}...: longer than {_LONGEST_PATH} bytes")
    for part in parts:
        reason = _objection(part)
        if reason:
            raise PathRefused(f"{path!r}: {reason}")
    return parts


def _objection(part: str) -> str:
    if part in ("", ".", ".."):
        return "absolute, or not in its plainest form"
    if "\\" in part or any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in part):
        return "backslash, or a character that cannot be seen"
    if len(part.encode()) > _LONGEST_NAME:
        return f"a name longer than {_LONGEST_NAME} bytes"
    bare = unicodedata.normalize("NFKC", part).casefold().partition(":")[0].rstrip(". ")
    if bare == ".git" or _SHORT_GIT.fullmatch(bare):
        return "git's own files are not written by anybody"
    return ""


def write_files(worktree: Path, files: Mapping[str, bytes | str]) -> None:
    """Writes each file (text as UTF-8) below the folder of a worktree, creating folders; a link in the way is never followed.

    All paths are checked before the first is written. Raises PathRefused, or OperatorError if the disk refuses.
    """
    checked = {checked_path(path): content for path, content in files.items()}
    for parts, content in checked.items():
        data = content.encode() if isinstance(content, str) else content
        try:
            _write(worktree, parts, data)
        except OSError as reason:
            if reason.errno in _IN_THE_WAY:
                raise PathRefused(f"{'/'.join(parts)!r}: a file, a folder or a link is in the way") from reason
            raise OperatorError(
                f"{'/'.join(parts)} cannot be written in {worktree}: {reason.strerror}",
                hint="check space and permissions of the state folder, then resume",
            ) from reason


def _write(folder: Path, parts: tuple[str, ...], data: bytes) -> None:
    here = os.open(folder, _FOLDER)
    try:
        for part in parts[:-1]:
            inner = _enter(here, part)
            os.close(here)
            here = inner
        # Moving replaces a link instead of writing through it, and a crash leaves the old file or the new one.
        new = draft(folder)
        new.unlink(missing_ok=True)
        new.write_bytes(data)
        os.replace(new, parts[-1], dst_dir_fd=here)
    finally:
        os.close(here)


def _enter(here: int, name: str) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=here)
    except FileNotFoundError:
        os.mkdir(name, 0o755, dir_fd=here)
        return os.open(name, _FOLDER, dir_fd=here)
