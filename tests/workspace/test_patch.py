"""Rejected work as a patch that git can apply, and files as a commit has them."""

from pathlib import Path

import pytest
from git_by_hand import ENV, commit_all, git, put

from backend_factory.errors import AskerError, OperatorError
from backend_factory.workspace.committed import LARGEST, committed_text
from backend_factory.workspace.patch import keep_patch
from backend_factory.workspace.person import git_person
from backend_factory.workspace.repository import Repository


async def test_a_patch_brings_back_every_byte_mode_and_deletion(home: Path, repository: Repository, tmp_path: Path) -> None:
    git(home, "switch", "--quiet", "--detach")
    put(home, {"pkg/bin.dat": b"\x00\xff\xfe", "pkg/a.go": "package pkg\r\n", "ä b.txt": "x"})
    (home / "README.md").unlink()
    (home / "run.sh").write_text("#!/bin/sh\n")
    (home / "run.sh").chmod(0o755)
    put(home, {".gitattributes": "* -text diff=odd\n"})
    git(home, "config", "diff.odd.command", "false")
    git(home, "config", "diff.noprefix", "true")
    made = commit_all(home)
    tree = git(home, "rev-parse", f"{made}^{{tree}}")
    place = tmp_path / "patches" / "r1" / "3.patch"

    assert await keep_patch(repository.git, repository.base_commit, made, place)
    before = place.read_bytes()
    assert await keep_patch(repository.git, repository.base_commit, made, place)
    assert place.read_bytes() == before
    assert [file.name for file in place.parent.iterdir()] == ["3.patch"]

    git(home, "config", "--unset", "diff.noprefix")
    git(home, "switch", "--quiet", "main")
    git(home, "apply", "--index", str(place))
    assert git(home, "write-tree") == tree


async def test_what_differs_in_nothing_leaves_no_file(home: Path, repository: Repository, tmp_path: Path) -> None:
    same = commit_all(home)
    for commit in (repository.base_commit, same):
        assert not await keep_patch(repository.git, repository.base_commit, commit, tmp_path / "p" / "x.patch")
    assert not list((tmp_path / "p").glob("*")) if (tmp_path / "p").exists() else True


async def test_a_place_that_cannot_be_written_is_the_operators(home: Path, repository: Repository, tmp_path: Path) -> None:
    put(home, {"x": "y"})
    made = commit_all(home)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OperatorError, match="cannot be kept"):
        await keep_patch(repository.git, repository.base_commit, made, tmp_path / "file" / "x.patch")


async def test_a_file_is_read_from_the_commit_and_not_from_the_checkout(home: Path, repository: Repository) -> None:
    put(home, {"README.md": "# Changed\n", "new.toml": "x = 1\n"})

    assert await committed_text(repository, repository.base_commit, "README.md") == "# Project\n"
    assert await committed_text(repository, repository.base_commit, "new.toml") is None
    assert await committed_text(repository, repository.base_commit, "*.md") is None


@pytest.mark.parametrize(("content", "told"), [(b"\xff\xfe", "not UTF-8"), (b"x" * (LARGEST + 1), "bytes")])
async def test_what_is_no_text_is_refused(home: Path, repository: Repository, content: bytes, told: str) -> None:
    put(home, {"gates.toml": content})
    made = commit_all(home)
    with pytest.raises(AskerError, match=told):
        await committed_text(repository, made, "gates.toml")


async def test_a_link_or_a_folder_is_no_file(home: Path, repository: Repository) -> None:
    (home / "link.toml").symlink_to("/etc/hostname")
    made = commit_all(home)
    for path in ("link.toml", "pkg"):
        with pytest.raises(AskerError, match="no ordinary file"):
            await committed_text(repository, made, path)


async def test_git_knows_who_is_at_the_keyboard_or_nobody(home: Path) -> None:
    assert await git_person(home, None, ENV) == ""
    git(home, "config", "user.email", "ada@example.com")
    assert await git_person(home, None, ENV) == "ada@example.com"
