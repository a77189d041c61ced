"""What agents take orders from in a repository: put aside while an attempt goes on, so that it does not come along."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

NAMES = frozenset(
    {
        "claude.md",
        "claude.local.md",
        ".claude",
        ".claude.json",
        ".mcp.json",
        "mcp.json",
        "agents.md",
        "agents.override.md",
        ".agents",
        "agent.md",
        ".codex",
        "gemini.md",
        ".gemini",
        "qwen.md",
        ".qwen",
        "opencode.json",
        "opencode.jsonc",
        ".opencode",
        ".goosehints",
        ".goose",
        ".cursor",
        ".cursorrules",
        ".windsurf",
        ".windsurfrules",
        ".clinerules",
        "copilot-instructions.md",
        ".vscode",
    }
)
"""Instructions, settings, hooks, plug-ins and servers, wherever they lie in the tree; letter case does not matter."""


@contextlib.contextmanager
def put_aside(root: Path) -> Iterator[tuple[str, ...]]:
    """Moves what `NAMES` says below `root` out of it for as long as the block lasts; the paths that were moved.

    What the agent itself put in such a place is removed: it is nobody's lane, and would be obeyed by the next one. What a
    factory that was killed meanwhile had moved is put back first.
    """
    aside = root.with_name(f".{root.name}.aside")  # on the same disk, and found again
    _put_back(root, aside)
    paths = tuple(path.relative_to(root).as_posix() for path in _found(root))
    for path in paths:
        (aside / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).replace(aside / path)
    try:
        yield paths
    finally:
        for left in _found(root):
            _remove(left)
        _put_back(root, aside)


def _put_back(root: Path, aside: Path) -> None:
    if not aside.is_dir():
        return
    for kept in _found(aside):
        place = root / kept.relative_to(aside)
        if _is_still_below(root, place) and not os.path.lexists(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            kept.replace(place)
    shutil.rmtree(aside)


def _found(root: Path) -> list[Path]:
    found = []
    for place, folders, files in os.walk(root):
        here = Path(place)
        if here == root and ".git" in folders:
            folders.remove(".git")
        found += [here / name for name in (*folders, *files) if name.lower() in NAMES]
        folders[:] = [name for name in folders if name.lower() not in NAMES]
    return found


def _is_still_below(root: Path, path: Path) -> bool:
    """Whether no folder on the way has become a link; where one has, the gate sees that the file is gone."""
    return path.parent.resolve() == root.resolve() / path.parent.relative_to(root)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
