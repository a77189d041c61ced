"""A clean checkout is what a fresh clone would have, and nothing of the repository runs while it is made."""

import os
from pathlib import Path

import pytest
from git_by_hand import commit_all, git, put

from backend_factory.errors import OperatorError
from backend_factory.workspace.checkout import clean_checkout, discard
from backend_factory.workspace.repository import open_repository


async def test_holds_the_commit_and_no_git(home: Path, tmp_path: Path) -> None:
    put(home, {"run.sh": "#!/bin/sh\n", "deep/ä/file": b"\xff\0"})
    (home / "run.sh").chmod(0o755)
    sha = commit_all(home)
    put(home, {"pkg/a.go": "uncommitted", "stray": "x"})
    place = await clean_checkout(await open_repository(home), sha, tmp_path / "clean")
    files = {str(f.relative_to(place)): f.read_bytes() for f in place.rglob("*") if f.is_file()}
    assert set(files) == {"README.md", "go.mod", "pkg/a.go", "run.sh", "deep/ä/file"}
    assert files["deep/ä/file"] == b"\xff\0"
    assert files["pkg/a.go"] == b"package pkg\n\nvar A = 1\n"
    assert os.access(place / "run.sh", os.X_OK)
    discard(place)
    discard(place)
    assert not place.exists()


async def test_the_askers_index_is_not_touched(home: Path, tmp_path: Path) -> None:
    put(home, {"staged": "x"})
    git(home, "add", "staged")
    repository = await open_repository(home)
    await clean_checkout(repository, repository.base_commit, tmp_path / "clean")
    assert git(home, "status", "--porcelain") == "A  staged"


async def test_no_attribute_leaves_files_out_or_runs_a_filter(home: Path, tmp_path: Path) -> None:
    put(home, {".gitattributes": "* filter=trap\n*_test.go export-ignore\n*.md export-subst\n"})
    put(home, {"a_test.go": "package m\n", "x.md": "$Format:%H$\n"})
    sha = commit_all(home)
    git(home, "config", "filter.trap.smudge", f"touch '{tmp_path}/sprung'")
    git(home, "config", "filter.trap.required", "true")
    place = await clean_checkout(await open_repository(home), sha, tmp_path / "clean")
    assert (place / "a_test.go").read_text() == "package m\n"
    assert (place / "x.md").read_text() == "$Format:%H$\n"
    assert not (tmp_path / "sprung").exists()


async def test_a_link_that_leads_out_becomes_a_harmless_file(home: Path, tmp_path: Path) -> None:
    for name, target in {"in": "pkg/a.go", "out": "/etc/passwd", "up": "../x", "via": "out"}.items():
        (home / name).symlink_to(target)
    place = await clean_checkout(await open_repository(home), commit_all(home), tmp_path / "clean")
    assert (place / "in").is_symlink()
    assert (place / "out").read_text() == "/etc/passwd"
    assert (place / "up").read_text() == "../x"
    assert not any((place / name).is_symlink() for name in ("out", "up"))
    assert (place / "via").read_text() in ("out", "/etc/passwd")


async def test_a_submodule_is_an_empty_folder(home: Path, tmp_path: Path) -> None:
    git(home, "init", "--quiet", "sub")
    commit_all(home / "sub")
    place = await clean_checkout(await open_repository(home), commit_all(home), tmp_path / "clean")
    assert list((place / "sub").iterdir()) == []


async def test_only_an_empty_place_is_filled(home: Path, tmp_path: Path) -> None:
    repository = await open_repository(home)
    put(tmp_path, {"full/file": "x"})
    with pytest.raises(OperatorError, match="is not empty"):
        await clean_checkout(repository, repository.base_commit, tmp_path / "full")
    with pytest.raises(OperatorError, match="cannot be made"):
        await clean_checkout(repository, repository.base_commit, tmp_path / "full/file/below")
