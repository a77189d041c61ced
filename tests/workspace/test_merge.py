"""Merging is tried without doing it."""

from dataclasses import replace
from pathlib import Path

import pytest
from git_by_hand import AT, commit_all, git, put

from backend_factory.errors import AskerError
from backend_factory.workspace.commit import commit
from backend_factory.workspace.merge import merge_check
from backend_factory.workspace.repository import open_repository
from backend_factory.workspace.worktree import Worktree
from backend_factory.workspace.writing import write_files


@pytest.fixture
async def work(worktree: Worktree) -> str:
    write_files(worktree.folder, {"pkg/a.go": "package pkg\n\nvar A = 2\n", "b.go": "package m\n"})
    sha = await commit(worktree, "feat: b", {}, AT, worktree.repository.base_commit)
    assert sha
    return sha


async def test_an_unmoved_base_merges_cleanly(worktree: Worktree, work: str) -> None:
    result = await merge_check(worktree.repository, work)
    assert (result.clean, result.base_moved, result.conflicts) == (True, False, ())
    assert result.tree == git(worktree.folder, "rev-parse", f"{work}^{{tree}}")


async def test_a_base_that_moved_elsewhere_merges_cleanly(worktree: Worktree, work: str, home: Path) -> None:
    put(home, {"c.go": "package m\n"})
    tip = commit_all(home)
    result = await merge_check(worktree.repository, work)
    assert (result.clean, result.base_moved, result.base_commit) == (True, True, tip)


async def test_conflicts_are_named_and_nothing_changes(worktree: Worktree, work: str, home: Path) -> None:
    put(home, {"pkg/a.go": "package pkg\n\nvar A = 3\n", "b.go": "package other\n"})
    git(home, "config", "merge.trap.driver", "true")
    put(home, {".git/info/attributes": "* merge=trap\n"})
    tip = commit_all(home)
    repository = replace(await open_repository(home), base_commit=worktree.repository.base_commit)
    result = await merge_check(repository, work)
    assert result.base_moved
    assert not result.clean
    assert set(result.conflicts) == {"b.go", "pkg/a.go"}
    assert git(home, "rev-parse", "main") == tip
    assert git(home, "status", "--porcelain") == ""


async def test_a_base_branch_that_is_gone_is_said_so(worktree: Worktree, work: str, home: Path) -> None:
    git(home, "branch", "--move", "main", "trunk")
    with pytest.raises(AskerError, match="'main' is gone"):
        await merge_check(worktree.repository, work)
