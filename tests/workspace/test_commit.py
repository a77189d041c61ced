"""One commit a phase, the same for the same content, with nothing lost and nothing invented."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from git_by_hand import AT, git

from backend_factory.errors import InternalError
from backend_factory.workspace.commit import commit, ignored
from backend_factory.workspace.repository import Repository
from backend_factory.workspace.worktree import Worktree, create, reset
from backend_factory.workspace.writing import PathRefused, write_files


async def test_a_commit_is_the_factorys_with_message_trailers_and_date(worktree: Worktree) -> None:
    write_files(worktree.folder, {"b.go": "package m\n"})
    base = worktree.repository.base_commit
    sha = await commit(worktree, "feat: b\n\nWhy.", {"Phase": "backend-implement", "Evidence": "sha256:1"}, AT, base)
    shown = git(worktree.repository.root, "log", "-1", "--format=%an <%ae> %cn %aI %P%n%B", str(sha))
    assert shown == (
        f"Backend Factory <factory@localhost> Backend Factory 2026-11-22T12:00:00+00:00 {base}\n"
        "feat: b\n\nWhy.\n\nPhase: backend-implement\nEvidence: sha256:1"
    )


async def test_the_same_content_and_date_give_the_same_commit_in_any_worktree(
    worktree: Worktree, repository: Repository, tmp_path: Path
) -> None:
    other = await create(repository, tmp_path / "state" / "run-2", "run-2", "feature/y", repository.base_commit)
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
    commits = set()
    for place, at in ((worktree, AT), (other, elsewhere), (worktree, AT)):
        write_files(place.folder, {"b.go": "package m\n"})
        commits.add(await commit(place, "feat: b", {"Phase": "x"}, at, repository.base_commit))
    assert len(commits) == 1


async def test_a_new_candidate_replaces_the_earlier_one_of_its_phase(worktree: Worktree) -> None:
    base = worktree.repository.base_commit
    for text in ("package m // one\n", "package m // two\n"):
        write_files(worktree.folder, {"b.go": text})
        sha = await commit(worktree, "feat: b", {}, AT, base)
    assert git(worktree.folder, "rev-list", f"{base}..HEAD") == sha
    assert git(worktree.repository.root, "show", f"{worktree.ref}:b.go") == "package m // two"


async def test_no_difference_is_no_commit(worktree: Worktree) -> None:
    base = worktree.repository.base_commit
    assert await commit(worktree, "feat: nothing", {}, AT, base) is None
    write_files(worktree.folder, {"b.go": "package m\n"})
    assert await commit(worktree, "feat: b", {}, AT, base)
    (worktree.folder / "b.go").unlink()
    assert await commit(worktree, "feat: nothing again", {}, AT, base) is None
    assert git(worktree.folder, "rev-parse", "HEAD", worktree.ref) == f"{base}\n{base}"


async def test_a_candidate_outlives_gits_cleaning(worktree: Worktree) -> None:
    write_files(worktree.folder, {"b.go": "package m\n"})
    sha = await commit(worktree, "feat: b", {}, AT, worktree.repository.base_commit)
    git(worktree.repository.root, "reflog", "expire", "--expire=now", "--all")
    git(worktree.repository.root, "gc", "--quiet", "--prune=now")
    await reset(worktree, str(sha))
    assert (worktree.folder / "b.go").exists()


async def test_ignored_files_are_left_out_and_named(worktree: Worktree) -> None:
    write_files(worktree.folder, {".gitignore": "api\n", "api/b.go": "package api\n"})
    sha = await commit(worktree, "feat: b", {}, AT, worktree.repository.base_commit)
    assert "api/b.go" not in git(worktree.folder, "ls-tree", "-r", "--name-only", str(sha))
    assert await ignored(worktree) == ("api/b.go",)


async def test_hostile_texts_stay_texts(worktree: Worktree) -> None:
    write_files(worktree.folder, {"b.go": "package m\n"})
    trailers = {"Request": "x\nSigned-off-by: Mallory\x1b[2J"}
    sha = await commit(worktree, "-F/etc/passwd \x1b]0;t\x07$(touch x)", trailers, AT, worktree.repository.base_commit)
    body = git(worktree.folder, "log", "-1", "--format=%B", str(sha))
    assert body == "-F/etc/passwd $(touch x)\n\nRequest: x Signed-off-by: Mallory"
    with pytest.raises(InternalError):
        await commit(worktree, "x", {"a b": "c"}, datetime.now(UTC), worktree.repository.base_commit)


async def test_a_repository_inside_the_worktree_is_refused(worktree: Worktree) -> None:
    git(worktree.folder, "init", "--quiet", "nested")
    with pytest.raises(PathRefused, match="nested/"):
        await commit(worktree, "feat: b", {}, AT, worktree.repository.base_commit)


async def test_no_hook_or_filter_of_the_repository_runs(worktree: Worktree, tmp_path: Path) -> None:
    home = worktree.repository.root
    for name in ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-checkout"):
        hook = home / ".git/hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/sprung'\n")
        hook.chmod(0o755)
    git(home, "config", "core.hooksPath", str(home / ".git/hooks"))
    (tmp_path / "sprung").unlink(missing_ok=True)
    write_files(worktree.folder, {"b.go": "package m\n"})
    sha = await commit(worktree, "feat: b", {}, AT, worktree.repository.base_commit)
    await reset(worktree, str(sha))
    assert not (tmp_path / "sprung").exists()
