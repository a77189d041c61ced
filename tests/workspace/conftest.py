"""Real git repositories in a folder of the test's own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from git_by_hand import commit_all, git, put

from backend_factory.workspace.repository import Repository, open_repository
from backend_factory.workspace.worktree import Worktree, create


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The asker's checkout: branch main, two commits."""
    folder = tmp_path / "asker's project"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch", "main")
    put(folder, {"README.md": "# Project\n"})
    commit_all(folder, "first")
    put(folder, {"go.mod": "module example.com/m\n\ngo 1.24\n", "pkg/a.go": "package pkg\n\nvar A = 1\n"})
    commit_all(folder, "second")
    return folder


@pytest.fixture
async def repository(home: Path) -> Repository:
    return await open_repository(home)


@pytest.fixture
async def worktree(repository: Repository, tmp_path: Path) -> Worktree:
    return await create(repository, tmp_path / "state" / "run-1", "run-1", "feature/x", repository.base_commit)


@pytest.fixture
def snapshot(home: Path) -> Callable[[], object]:
    """Everything in the asker's checkout and its branches, for a comparison of before and after."""

    def take() -> object:
        files = {str(f): f.read_bytes() for f in home.rglob("*") if f.is_file() and ".git" not in f.parts}
        state = [".git/HEAD", ".git/config", ".git/index"]
        return files, git(home, "branch", "--list"), [(home / name).read_bytes() for name in state]

    return take
