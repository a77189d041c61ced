"""A run's worktree: made, found again, mended after a crash, put back, removed."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from git_by_hand import AT, commit_all, git, put

from backend_factory.errors import AskerError, InternalError, OperatorError
from backend_factory.workspace.branch import publish
from backend_factory.workspace.commit import commit
from backend_factory.workspace.repository import Repository, open_repository
from backend_factory.workspace.worktree import Worktree, attach, create, forget, remove, reset
from backend_factory.workspace.writing import write_files


async def _again(worktree: Worktree) -> Worktree:
    repository = worktree.repository
    return await create(repository, worktree.folder, worktree.run_id, "feature/x", repository.base_commit)


async def test_a_worktree_holds_the_base_and_leaves_the_askers_checkout_alone(
    home: Path, tmp_path: Path, snapshot: Callable[[], object]
) -> None:
    put(home, {"pkg/a.go": "half a thought"})
    repository = await open_repository(home)
    before = snapshot()
    made = await create(repository, tmp_path / "state" / "r1", "r1", "feature/x", repository.base_commit)
    write_files(made.folder, {"b.go": "package m\n"})
    sha = await commit(made, "feat: b", {}, AT, repository.base_commit)
    assert (made.folder / "pkg/a.go").read_text() == "package pkg\n\nvar A = 1\n"
    assert snapshot() == before
    assert git(home, "rev-parse", "refs/backend-factory/r1/work") == sha


async def test_asked_for_again_it_keeps_uncommitted_files(worktree: Worktree) -> None:
    write_files(worktree.folder, {"draft.go": "package m\n"})
    assert await _again(worktree) == worktree
    assert (worktree.folder / "draft.go").exists()


async def test_a_crash_while_it_was_made_is_mended(worktree: Worktree) -> None:
    own = Path(worktree.git.settings["GIT_DIR"])
    (own / "locked").write_text("initializing")
    (worktree.folder / "README.md").unlink()
    assert await attach(worktree.repository, worktree.folder, "run-1") is None
    mended = await _again(worktree)
    assert (mended.folder / "README.md").exists()


@pytest.mark.parametrize("loss", ["folder", "pointer", "administration", "gitdir", "HEAD", "index", "not-a-worktree"])
async def test_whatever_part_is_lost_it_is_made_anew_at_the_last_commit(worktree: Worktree, loss: str) -> None:
    write_files(worktree.folder, {"b.go": "package m\n"})
    sha = await commit(worktree, "feat: b", {}, AT, worktree.repository.base_commit)
    own = Path(worktree.git.settings["GIT_DIR"])
    if loss in ("folder", "not-a-worktree"):
        shutil.rmtree(worktree.folder)
    if loss in ("administration", "not-a-worktree"):
        shutil.rmtree(own)
    if loss == "not-a-worktree":
        put(worktree.folder, {"stray": "x"})
    if loss == "pointer":
        (worktree.folder / ".git").unlink()
    if loss in ("gitdir", "HEAD", "index"):
        (own / loss).unlink()
    mended = await _again(worktree)
    assert git(mended.folder, "rev-parse", "HEAD") == sha
    assert git(mended.folder, "status", "--porcelain") == ""
    assert not (mended.folder / "stray").exists()
    assert git(worktree.repository.root, "worktree", "list").count("\n") == 1


async def test_locks_that_a_killed_factory_left_in_its_own_worktree_are_cleared(worktree: Worktree) -> None:
    own = Path(worktree.git.settings["GIT_DIR"])
    (own / "index.lock").touch()
    (worktree.repository.git_folder / f"{worktree.ref}.lock").touch()
    write_files((await _again(worktree)).folder, {"b.go": "package m\n"})
    assert await commit(worktree, "feat: b", {}, AT, worktree.repository.base_commit)


async def test_a_stale_lock_of_the_repository_is_reported_and_never_deleted(worktree: Worktree) -> None:
    lock = worktree.repository.git_folder / "packed-refs.lock"
    lock.touch()
    await publish(worktree.repository, "feature/x", worktree.repository.base_commit, "run-1")
    with pytest.raises(OperatorError, match=r"packed-refs\.lock is locked by another git") as reported:
        await forget(worktree.repository, "run-1")
    assert str(lock) in reported.value.hint
    assert lock.exists()


async def test_a_lock_that_goes_away_is_waited_for(worktree: Worktree) -> None:
    lock = worktree.repository.git_folder / "packed-refs.lock"
    lock.touch()
    asyncio.get_running_loop().call_later(0.4, lock.unlink)
    await forget(worktree.repository, "run-1")
    assert git(worktree.repository.root, "for-each-ref", "refs/backend-factory") == ""


async def test_reset_leaves_exactly_the_commit(worktree: Worktree) -> None:
    base = worktree.repository.base_commit
    write_files(worktree.folder, {".gitignore": "*.bin\n", "out.bin": "x", "pkg/a.go": "changed", "deep/new/file": "x"})
    (worktree.folder / "deep/new").chmod(0o500)
    await commit(worktree, "feat: b", {}, AT, base)
    git(worktree.folder, "init", "--quiet", str(worktree.folder / "nested"))
    await reset(worktree, base)
    assert {path.name for path in worktree.folder.iterdir()} == {".git", "README.md", "go.mod", "pkg"}
    assert git(worktree.folder, "rev-parse", "HEAD") == base
    assert git(worktree.repository.root, "rev-parse", worktree.ref) == base
    with pytest.raises(InternalError):
        await reset(worktree, "0" * 40)


async def test_removing_is_whole_and_idempotent_and_spares_other_worktrees(worktree: Worktree, tmp_path: Path) -> None:
    home = worktree.repository.root
    git(home, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    (tmp_path / "side").rename(tmp_path / "unmounted")
    write_files(worktree.folder, {"mod/cache/x.go": "package m\n"})
    (worktree.folder / "mod/cache").chmod(0o500)
    for _ in range(2):
        await remove(worktree.repository, worktree.folder)
        assert not worktree.folder.exists()
        assert list((tmp_path / "state").iterdir()) == []
        assert [path.name for path in (home / ".git/worktrees").iterdir()] == ["side"]
    await forget(worktree.repository, "run-1")
    await forget(worktree.repository, "run-1")
    assert git(home, "for-each-ref", "refs/backend-factory") == ""


async def test_locks_that_a_killed_git_left_on_the_private_refs_do_not_keep_them(worktree: Worktree) -> None:
    home = worktree.repository.root
    (home / ".git" / f"{worktree.ref}.lock").touch()
    await forget(worktree.repository, "run-1")
    assert git(home, "for-each-ref", "refs/backend-factory") == ""
    assert not [*(home / ".git/refs").rglob("*.lock")]


async def test_removing_never_follows_a_link(worktree: Worktree, tmp_path: Path) -> None:
    await remove(worktree.repository, worktree.folder)
    put(tmp_path, {"precious/file": "x"})
    worktree.folder.symlink_to(tmp_path / "precious")
    await remove(worktree.repository, worktree.folder)
    assert not worktree.folder.is_symlink()
    assert (tmp_path / "precious/file").exists()


async def test_two_runs_work_in_one_repository_at_once(repository: Repository, tmp_path: Path) -> None:
    async def work(run_id: str) -> str | None:
        branch = f"feature/{run_id}"
        made = await create(repository, tmp_path / "state" / run_id, run_id, branch, repository.base_commit)
        parent = repository.base_commit
        for step in range(3):
            write_files(made.folder, {f"{run_id}/{step}.go": "package m\n"})
            parent = await commit(made, f"feat: {step}", {}, AT, parent) or ""
        await publish(repository, branch, parent, run_id)
        return parent

    runs = [f"run-{number}" for number in range(4)]
    commits = await asyncio.gather(*map(work, runs))
    for run_id, sha in zip(runs, commits, strict=True):
        assert git(repository.root, "rev-parse", f"feature/{run_id}") == sha
        assert git(repository.root, "rev-list", "--count", f"main..feature/{run_id}") == "3"
        names = git(repository.root, "diff", "--name-only", "main", f"feature/{run_id}").splitlines()
        assert {name.split("/")[0] for name in names} == {run_id}


async def test_a_branch_of_somebody_else_stops_the_run_at_once(repository: Repository, tmp_path: Path) -> None:
    git(repository.root, "branch", "feature/x")
    with pytest.raises(AskerError, match="exists and is not this run's") as refused:
        await create(repository, tmp_path / "r", "r", "feature/x", repository.base_commit)
    assert "--branch" in refused.value.hint
    assert not (tmp_path / "r").exists()


async def test_what_is_written_into_the_git_pointer_is_not_believed(worktree: Worktree, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "other")
    (worktree.folder / ".git").write_text(f"gitdir: {tmp_path}/other/.git\n")
    write_files(worktree.folder, {"b.go": "package m\n"})
    sha = await commit(worktree, "feat: b", {}, AT, worktree.repository.base_commit)
    assert git(worktree.repository.root, "cat-file", "-t", str(sha)) == "commit"


async def test_the_base_may_move_meanwhile(worktree: Worktree) -> None:
    put(worktree.repository.root, {"c.txt": "x"})
    commit_all(worktree.repository.root)
    assert not ((await _again(worktree)).folder / "c.txt").exists()
