"""Files are written inside the worktree, and nowhere else."""

import unicodedata
from pathlib import Path

import pytest
from git_by_hand import put
from hypothesis import example, given
from hypothesis import strategies as st

from backend_factory.workspace.worktree import Worktree
from backend_factory.workspace.writing import PathRefused, checked_path, write_files

REFUSED = [
    "", "/etc/passwd", "//x", "a//b", "a/", ".", "./a", "..", "../a", "a/../../b", "a/./b",
    ".git", ".git/config", ".GIT/hooks/x", "a/.Git/config", ".git.", ".git ", ".git. . ", ".git::$INDEX_ALLOCATION",
    "git~1", "GIT~1/config", "a/git~27", ".g\u200cit/config", "．ｇｉｔ/config", ".git:x",
    "a\\b", "..\\a", "C:\\x", "a\nb", "a\0b", "\x1b[2J", "a\u202eb", "a\u2028b", "\udcff", "x" * 256, "a/" * 600 + "a",
]  # fmt: skip


@pytest.mark.parametrize("path", REFUSED)
def test_paths_that_lead_elsewhere_or_into_git_are_refused(path: str) -> None:
    with pytest.raises(PathRefused):
        checked_path(path)


@pytest.mark.parametrize("path", ["a", "a/b.go", ".gitignore", ".github/x", "...", "-x", "ü/漢字 x", "git~x", "C:x"])
def test_ordinary_paths_are_taken(path: str) -> None:
    assert "/".join(checked_path(path)) == path


ODD = st.lists(st.sampled_from([*"./\\~:1 gGiItT", "..", ".git", "\u200c", "\0", "a"]), max_size=12).map("".join)


@given(ODD | st.text())
@example("..")
def test_whatever_is_taken_stays_below_and_out_of_git(path: str) -> None:
    try:
        parts = checked_path(path)
    except PathRefused:
        return
    assert Path("/root", *parts).resolve().is_relative_to("/root")
    for part in parts:
        assert part.lower().rstrip(". ") != ".git"
        assert not any(unicodedata.category(char).startswith("C") and char < "\x20" for char in part)


def test_writes_text_and_bytes_and_makes_folders(worktree: Worktree) -> None:
    write_files(worktree.folder, {"a/b/c.go": "package ü\n", "a/raw": b"\xff"})
    write_files(worktree.folder, {"a/b/c.go": "package b\n"})
    assert (worktree.folder / "a/b/c.go").read_text() == "package b\n"
    assert (worktree.folder / "a/raw").read_bytes() == b"\xff"
    assert {entry.name for entry in worktree.folder.parent.iterdir()} == {worktree.folder.name}


def test_one_refused_path_means_that_nothing_is_written(worktree: Worktree) -> None:
    with pytest.raises(PathRefused):
        write_files(worktree.folder, {"fine.go": "x", "../bad": "x"})
    assert not (worktree.folder / "fine.go").exists()


def test_links_are_never_followed(worktree: Worktree, tmp_path: Path) -> None:
    put(tmp_path, {"outside/file": "precious"})
    (worktree.folder / "folder").symlink_to(tmp_path / "outside")
    (worktree.folder / "file").symlink_to(tmp_path / "outside/file")
    (worktree.folder / "inner").symlink_to("pkg")
    for path in ("folder/file", "folder/new/file", "inner/a.go"):
        with pytest.raises(PathRefused, match="in the way"):
            write_files(worktree.folder, {path: "x"})
    write_files(worktree.folder, {"file": "replaced"})
    assert not (worktree.folder / "file").is_symlink()
    assert (tmp_path / "outside/file").read_text() == "precious"
    assert [entry.name for entry in (tmp_path / "outside").iterdir()] == ["file"]


def test_a_file_or_a_folder_in_the_way_is_said_so(worktree: Worktree) -> None:
    for path in ("README.md/x", "pkg"):
        with pytest.raises(PathRefused, match="in the way"):
            write_files(worktree.folder, {path: "x"})
