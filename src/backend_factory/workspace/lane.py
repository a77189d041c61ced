"""Whether a path is in a lane."""

import unicodedata
from functools import cache

from pathspec import PathSpec
from pathspec.pattern import Pattern

from backend_factory.domain.assignment import Lane


def allows(lane: Lane, path: str) -> bool:
    """Whether the lane's member may write `path` (relative, with forward slashes).

    What is never written is found under every name that some system takes for the same: in another letter case, with other forms
    of its letters, with dots, blanks or a stream after it.
    """
    return _matches(lane.writes, path) and not _matches(tuple(p.lower() for p in lane.never), _plainest(path))


def closed(lane: Lane, folder: str) -> bool:
    """Whether nothing below `folder` may ever be written, whatever its name is."""
    return _matches(tuple(p.lower() for p in lane.never), f"{_plainest(folder)}/-")


def _plainest(path: str) -> str:
    shown = "".join(char for char in path if unicodedata.category(char) != "Cf")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold())
    return "/".join(part.partition(":")[0].rstrip(". ") or part for part in folded.split("/"))


def _matches(patterns: tuple[str, ...], path: str) -> bool:
    return _spec(patterns).match_file(path)


@cache
def _spec(patterns: tuple[str, ...]) -> PathSpec[Pattern]:
    return PathSpec.from_lines("gitignore", patterns)
