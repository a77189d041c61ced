"""The visible branch: a safe name, published once and never over somebody's work."""

import re
from pathlib import Path

import pytest
from git_by_hand import AT, commit_all, git
from hypothesis import given
from hypothesis import strategies as st

from backend_factory.errors import AskerError
from backend_factory.workspace.branch import branch_name, ensure_branch_free, publish
from backend_factory.workspace.commit import commit
from backend_factory.workspace.repository import Repository
from backend_factory.workspace.worktree import Worktree
from backend_factory.workspace.writing import write_files


@pytest.mark.parametrize(
    ("ticket", "title", "name"),
    [
        ("CHAR-123", "Vulnerability Processing API", "feature/CHAR-123-vulnerability-processing-api"),
        (" char-7 ", "Okta SSO Integration", "feature/CHAR-7-okta-sso-integration"),
        (None, "Größe & Höhe, naïve!", "feature/groe-hohe-naive"),
        (None, "漢字", "feature/run-42"),
        ("../../etc", "x; rm -rf /", "feature/etc-x-rm-rf"),
        (None, "a" * 200, f"feature/{'a' * 48}"),
        (None, "many words " * 20, "feature/many-words-many-words-many-words-many-words-many"),
    ],
)
def test_a_branch_is_named_by_ticket_and_title(ticket: str | None, title: str, name: str) -> None:
    assert branch_name(ticket, title, "run-42") == name


@given(st.none() | st.text(), st.text(), st.text(min_size=1))
def test_every_name_is_safe_ascii_and_short(ticket: str | None, title: str, run_id: str) -> None:
    name = branch_name(ticket, title, run_id)
    assert re.fullmatch(r"feature/[A-Za-z0-9]+(-[A-Za-z0-9]+)*", name)
    assert len(name) <= 84


async def _commit(worktree: Worktree, name: str, parent: str) -> str:
    write_files(worktree.folder, {name: "package m\n"})
    sha = await commit(worktree, f"feat: {name}", {}, AT, parent)
    assert sha
    return sha


async def test_publishing_is_idempotent_and_moves_only_what_this_run_published(worktree: Worktree) -> None:
    repository = worktree.repository
    first = await _commit(worktree, "b.go", repository.base_commit)
    second = await _commit(worktree, "c.go", first)
    for sha in (first, first, second, second):
        await publish(repository, "feature/x", sha, "run-1")
        assert git(repository.root, "rev-parse", "feature/x") == sha
    await ensure_branch_free(repository, "feature/x", "run-1")
    with pytest.raises(AskerError, match="not this run's"):
        await ensure_branch_free(repository, "feature/x", "run-2")


async def test_a_branch_that_a_person_moved_is_left_alone(worktree: Worktree) -> None:
    repository = worktree.repository
    first = await _commit(worktree, "b.go", repository.base_commit)
    await publish(repository, "feature/x", first, "run-1")
    git(repository.root, "update-ref", "refs/heads/feature/x", repository.base_commit)
    with pytest.raises(AskerError, match="not this run's"):
        await publish(repository, "feature/x", first + "", "run-1")
    assert git(repository.root, "rev-parse", "feature/x") == repository.base_commit


async def test_a_branch_that_is_checked_out_is_not_moved_under_the_asker(worktree: Worktree) -> None:
    repository = worktree.repository
    first = await _commit(worktree, "b.go", repository.base_commit)
    await publish(repository, "feature/x", first, "run-1")
    git(repository.root, "switch", "--quiet", "feature/x")
    second = await _commit(worktree, "c.go", first)
    with pytest.raises(AskerError, match="checked out"):
        await publish(repository, "feature/x", second, "run-1")


@pytest.mark.parametrize("branch", ["", "-x", "a b", "a..b", "a\0b", "a~1", ".a", "a/", "@{x", "a.lock", "main/x"])
async def test_what_cannot_name_a_branch_is_refused(repository: Repository, branch: str) -> None:
    with pytest.raises(AskerError, match=r"is not a name|cannot be created"):
        await ensure_branch_free(repository, branch, "run-1")


async def test_a_branch_in_the_place_of_its_folder_is_named(repository: Repository) -> None:
    git(repository.root, "branch", "feature")
    with pytest.raises(AskerError, match="beside the branch 'feature'"):
        await ensure_branch_free(repository, "feature/x", "run-1")
    git(repository.root, "branch", "fix/x/y")
    with pytest.raises(AskerError, match="beside the branch 'fix/x/y'"):
        await ensure_branch_free(repository, "fix/x", "run-1")
    await ensure_branch_free(repository, "features/x", "run-1")


async def test_packed_branches_are_seen(repository: Repository, home: Path) -> None:
    git(home, "branch", "feature/x")
    commit_all(home)
    git(home, "pack-refs", "--all")
    with pytest.raises(AskerError, match="not this run's"):
        await ensure_branch_free(repository, "feature/x", "run-1")
