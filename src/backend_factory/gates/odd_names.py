"""Paths that are something else on another machine, or that are not what they seem."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from backend_factory.workspace.writing import PathRefused, checked_path

# Short names of FAT and NTFS: GITMOD~1, GI7EBA~1; Go's module zips refuse them too: https://pkg.go.dev/golang.org/x/mod/module
_SHORT = re.compile(r"~\d+(?:\.[^.]{0,3})?$")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_REPLACED = "\ufffd"
"""What stands for bytes of a name that are no text."""


def disguise(path: str) -> str:
    """What is wrong with the name, in words; empty where nothing is."""
    if _REPLACED in path:
        return "has bytes in its name that are no text"
    try:
        parts = checked_path(path)
    except PathRefused as refused:
        return f"has a name that git or another system takes for something else ({str(refused).rpartition(': ')[2]})"
    for part in parts:
        if part != part.rstrip(". ") or ":" in part or _SHORT.search(part) or _DEVICE.fullmatch(part):
            return f"has a name that is another one on other systems ({part!r})"
    return ""


def doubles(paths: Iterable[str], tree: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each of `paths` with another path of `tree` that is the same one where letter case or composition does not count."""
    known: dict[str, set[str]] = {}
    for path in tree:
        known.setdefault(_folded(path), set()).add(path)
    for path in paths:
        for other in sorted(known.get(_folded(path), set()) - {path}):
            yield path, other


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
