"""Whether a path is in a lane."""

from pathspec import PathSpec

from backend_factory.domain.assignment import Lane


def allows(lane: Lane, path: str) -> bool:
    """Whether the lane's member may write `path` (relative, with forward slashes). Letter case does not open a way around."""
    return _matches(lane.writes, path) and not _matches(tuple(p.lower() for p in lane.never), path.lower())


def _matches(patterns: tuple[str, ...], path: str) -> bool:
    return PathSpec.from_lines("gitignore", patterns).match_file(path)
