"""What a repository is like before a run: read from its files, believed in nothing."""

import re
from pathlib import Path

from backend_factory.domain.assignment import Survey
from backend_factory.workspace.worktree import Worktree

_MOST_FILES = 2000
_LARGEST_GO_MOD = 256 * 1024
_MODULE = re.compile(r'^module\s+"?([\w./~-]+)"?\s*(?://.*)?$', re.MULTILINE)
_GO = re.compile(r"^go\s+(\d+\.\d+(?:\.\d+)?)\s*(?://.*)?$", re.MULTILINE)
_REQUIRE = re.compile(r"^(?:require\s+|\s+)([\w./~-]+\.[\w./~-]+)\s+(v[\w.+-]+)", re.MULTILINE)


async def survey(worktree: Worktree) -> Survey:
    """Module, Go version, required modules and files of the worktree's commit. No go.mod: an empty module."""
    listed = await worktree.git.text("ls-tree", "-r", "-z", "--name-only", "HEAD")
    files = tuple(sorted(filter(None, listed.split("\0"))))[:_MOST_FILES]
    text = _text(worktree.folder / "go.mod")
    module, go = _MODULE.search(text), _GO.search(text)
    return Survey(
        module=module[1] if module else "",
        go=go[1] if go else "",
        requires=dict(_REQUIRE.findall(text)),
        files=files,
    )


def _text(path: Path) -> str:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST_GO_MOD:
        return ""
    return path.read_text(encoding="utf-8", errors="replace")
