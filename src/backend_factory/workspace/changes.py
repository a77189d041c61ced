"""What differs between two commits: the paths for lanes, the added lines for coverage."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, cast

from backend_factory.errors import InternalError
from backend_factory.workspace.git import Git

Status = Literal["A", "M", "D", "R", "T"]
"""Added, modified, deleted, renamed, or another type (file, link, submodule)."""

_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
# Attributes in the repository may call a file binary or hand it to a program; no line may be hidden that way.
_HONEST = ("--no-ext-diff", "--no-textconv", "--ignore-submodules=none", "-M", "-r", "--no-commit-id")
_LINK, _SUBMODULE = "120000", "160000"


@dataclass(frozen=True)
class Change:
    """One path that differs; paths as git has them, with `/`, undecodable bytes replaced."""

    path: str
    status: Status
    mode: str
    """Git's octal mode afterwards, such as 100644, 100755, 120000 (link), 160000 (submodule); 000000 if deleted."""
    old_mode: str
    old_path: str
    """Differs from `path` only for a rename."""
    added: tuple[tuple[int, int], ...] = ()
    """First and last number of each range of added or changed lines, in the file as it is afterwards."""

    @property
    def added_lines(self) -> frozenset[int]:
        return frozenset(line for first, last in self.added for line in range(first, last + 1))

    @property
    def is_link(self) -> bool:
        return self.mode == _LINK

    @property
    def is_submodule(self) -> bool:
        return self.mode == _SUBMODULE


async def diff(git: Git, base: str, commit: str) -> tuple[Change, ...]:
    """The changes from `base` to `commit`, in git's order of paths."""
    ends = ("--end-of-options", base, commit)
    raw = await git.text("diff-tree", "--raw", "-z", "--abbrev=40", *_HONEST, *ends)
    patch = await git.text("diff-tree", "--patch", "--unified=0", "--inter-hunk-context=0", "--text", *_HONEST, *ends)
    changes = _paths(raw)
    added = _added(patch)
    # A change of type is shown as a deletion and an addition, so it takes two sections of the patch.
    expected = sum(2 if change.status == "T" else 1 for change in changes)
    if len(added) != expected:
        raise InternalError(f"git shows {len(added)} patches for {expected} changes between {base} and {commit}")
    sections = iter(added)
    return tuple(_with_lines(change, sections) for change in changes)


def _with_lines(change: Change, sections: Iterator[tuple[tuple[int, int], ...]]) -> Change:
    ranges = next(sections)
    if change.status == "T":
        ranges = next(sections)
    return replace(change, added=ranges)


def _paths(raw: str) -> tuple[Change, ...]:
    fields = iter(raw.split("\0"))
    changes = []
    for head in fields:
        if not head:
            continue
        old_mode, mode, _, _, status = head.lstrip(":").split(" ")
        old_path = next(fields)
        path = next(fields) if status[0] in "RC" else old_path
        changes.append(Change(path, cast(Status, status[0]), mode, old_mode, old_path))
    return tuple(changes)


def _added(patch: str) -> list[tuple[tuple[int, int], ...]]:
    """For each section of the patch the ranges of added lines; lines of content begin with `+`, `-` or `\\`."""
    sections: list[list[tuple[int, int]]] = []
    for line in patch.split("\n"):
        if line.startswith("diff --git "):
            sections.append([])
        elif hunk := _HUNK.match(line):
            first, count = int(hunk[1]), int(hunk[2] or 1)
            if count:
                sections[-1].append((first, first + count - 1))
    return [tuple(ranges) for ranges in sections]
