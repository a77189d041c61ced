"""A factory that is killed while it uses git, at any moment, is resumed as if nothing had happened."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from git_by_hand import git

FACTORY = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from backend_factory.workspace.branch import publish
from backend_factory.workspace.commit import commit
from backend_factory.workspace.repository import open_repository
from backend_factory.workspace.worktree import create, remove, reset
from backend_factory.workspace.writing import write_files

async def main(home, folder):
    repository = await open_repository(home)
    worktree = await create(repository, folder, "run-1", "feature/x", repository.base_commit)
    print("begun", flush=True)
    parent = repository.base_commit
    for step in range(3):
        await reset(worktree, parent)
        write_files(folder, {f"pkg/{step}-{n}.go": "package pkg\\n" * n for n in range(40)})
        parent = await commit(worktree, f"feat: {step}", {"Run": "run-1"}, datetime(2026, 11, 22, tzinfo=UTC), parent)
    await publish(repository, "feature/x", parent, "run-1")
    await remove(repository, folder)

asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
"""


def _factory(home: Path, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", FACTORY, str(home), str(folder)], stdout=subprocess.DEVNULL)


@pytest.mark.slow
def test_killed_at_random_moments_it_ends_with_the_same_commits_and_nothing_left_over(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "state" / "run-1"
    started = time.monotonic()
    with _factory(home, folder) as undisturbed:
        assert undisturbed.wait() == 0
    duration = time.monotonic() - started
    expected = git(home, "rev-parse", "feature/x")
    git(home, "branch", "-D", "feature/x")
    for ref in git(home, "for-each-ref", "--format=%(refname)", "refs/backend-factory").split():
        git(home, "update-ref", "-d", ref)

    for _ in range(12):
        with _factory(home, folder) as doomed:
            time.sleep(random.uniform(0.2, 1) * duration)
            doomed.kill()
    with _factory(home, folder) as resumed:
        assert resumed.wait() == 0
    assert git(home, "rev-parse", "feature/x") == expected
    assert git(home, "rev-list", "--count", "main..feature/x") == "3"
    assert git(home, "worktree", "list").count("\n") == 0
    assert list((tmp_path / "state").iterdir()) == []
    assert git(home, "fsck", "--strict", "--no-dangling") == ""
    assert list((home / ".git").rglob("*.lock")) == []
