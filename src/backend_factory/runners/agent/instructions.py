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
def put_aside(root: Path, keep: Path) -> Iterator[tuple[str, ...]]:
    """Moves what `NAMES` says below `root` into `keep` for as long as the block lasts; the paths that were moved.

    What the agent itself put in such a place is removed: it is nobody's lane, and would be obeyed by the next one.
    """
    moved = []
    for number, found in enumerate(_found(root)):
        aside = keep / str(number)
        shutil.move(found, aside)
        moved.append((found, aside))
    try:
        yield tuple(found.relative_to(root).as_posix() for found, _ in moved)
    finally:
        for left in _found(root):
            _remove(left)
        for found, aside in moved:
            if _is_still_below(root, found):
                found.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(aside, found)


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
