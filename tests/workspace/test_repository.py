"""A repository is opened, or refused with what to do about it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from git_by_hand import commit_all, git, put

from backend_factory.errors import AskerError, OperatorError
from backend_factory.workspace.repository import open_repository


def _fake_git(folder: Path, script: str) -> str:
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "git").chmod(0o755)
    return str(folder)


async def test_opens_a_repository_from_any_folder_in_it(home: Path) -> None:
    opened = await open_repository(home / "pkg")
    assert opened.root == home
    assert opened.git_folder == home / ".git"
    assert opened.base_branch == "main"
    assert opened.base_commit == git(home, "rev-parse", "HEAD")
    assert not await opened.dirty()


async def test_a_dirty_checkout_is_fine_and_said_so(home: Path) -> None:
    put(home, {"new.txt": "x"})
    assert await (await open_repository(home)).dirty()


async def test_another_base_branch_can_be_named(home: Path) -> None:
    git(home, "branch", "release/1", "HEAD~1")
    opened = await open_repository(home, "release/1")
    assert opened.base_branch == "release/1"
    assert opened.base_commit == git(home, "rev-parse", "HEAD~1")


async def test_a_detached_checkout_needs_its_base_branch_named(home: Path) -> None:
    git(home, "checkout", "--quiet", "--detach")
    with pytest.raises(AskerError, match="detached HEAD"):
        await open_repository(home)
    assert (await open_repository(home, "main")).base_branch == "main"


async def test_a_shallow_clone_and_a_linked_worktree_are_fine(home: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{home}", "clone")
    assert (await open_repository(tmp_path / "clone")).base_branch == "main"
    git(home, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    side = await open_repository(tmp_path / "side")
    assert (side.root, side.git_folder, side.base_branch) == (tmp_path / "side", home / ".git", "side")


@pytest.mark.parametrize(
    ("scene", "place", "message"),
    [
        ("true", "gone", "there is no folder"),
        ("echo > file", "file", "is a file"),
        ("true", ".", "is not a git repository"),
        ("git init -q --bare", ".", "bare repository"),
        ("git init -q", ".", "no commit yet"),
        ("git init -q && git commit -q --allow-empty -m x", ".git", "inside a .git folder"),
    ],
)
async def test_what_cannot_be_worked_on_is_refused_with_a_hint(tmp_path: Path, scene: str, place: str, message: str) -> None:
    git(tmp_path, "-c", f"alias.scene=!cd '{tmp_path}' && {scene}", "scene")
    with pytest.raises(AskerError, match=message) as refused:
        await open_repository(tmp_path / place)
    assert refused.value.hint
    assert str(tmp_path) in refused.value.message


@pytest.mark.parametrize("branch", ["nope", "--all", "main~1", "a\0b", "", "$(touch x)", "HEAD", "../HEAD"])
async def test_a_base_branch_that_does_not_exist_is_refused(home: Path, branch: str) -> None:
    with pytest.raises(AskerError, match="has no branch"):
        await open_repository(home, branch)
    with pytest.raises(AskerError, match="no folder"):
        await open_repository(Path("a\0b"))


async def test_a_missing_old_or_failing_git_is_the_operators_to_mend(home: Path, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="git was not found"):
        await open_repository(home, tool_path=str(tmp_path / "empty"))
    with pytest.raises(OperatorError, match="too old"):
        await open_repository(home, tool_path=_fake_git(tmp_path / "old", "echo git version 2.25.1"))
    with pytest.raises(OperatorError, match="out of luck"):
        await open_repository(home, tool_path=_fake_git(tmp_path / "ill", "echo fatal: out of luck >&2; exit 128"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository to another user")
async def test_a_repository_of_another_user_is_refused_with_the_reason(home: Path) -> None:
    for place in (home, home / ".git"):
        os.chown(place, 12345, 12345)
    with pytest.raises(OperatorError, match="dubious ownership"):
        await open_repository(home)


async def test_a_damaged_repository_is_refused(home: Path) -> None:
    shutil.rmtree(home / ".git" / "objects")
    (home / ".git" / "objects").mkdir()
    with pytest.raises((AskerError, OperatorError)):
        await open_repository(home)


async def test_opening_touches_nothing_and_runs_nothing_of_the_repository(home: Path, snapshot: Callable[[], object]) -> None:
    trap = f"touch '{home}/../sprung'"
    for key in ("core.fsmonitor", "filter.trap.clean", "filter.trap.smudge", "diff.external", "core.sshCommand"):
        git(home, "config", key, trap)
    put(home, {".gitattributes": "* filter=trap diff=trap\n", "README.md": "# changed\n"})
    before = snapshot()
    assert await (await open_repository(home)).dirty()
    assert snapshot() == before
    assert not (home / "../sprung").exists()


async def test_the_base_is_the_commit_at_the_time_of_opening(home: Path) -> None:
    opened = await open_repository(home)
    commit_all(home, "later")
    assert opened.base_commit == git(home, "rev-parse", "HEAD~1")
