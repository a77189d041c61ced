"""Files and words are found in the worktree, and nowhere else."""

from pathlib import Path

import pytest

from backend_factory.workspace import looking
from backend_factory.workspace.looking import LookingFailed, files, lines
from backend_factory.workspace.worktree import Worktree


async def test_files_are_found_by_glob_new_ones_too(worktree: Worktree) -> None:
    (worktree.folder / "pkg" / "b.go").write_text("package pkg\n")
    assert await files(worktree, "") == ("README.md", "go.mod", "pkg/a.go", "pkg/b.go")
    assert await files(worktree, "**/*.go") == ("pkg/a.go", "pkg/b.go")
    (worktree.folder / "pkg" / "a.go").unlink()
    assert await files(worktree, "pkg/*") == ("pkg/b.go",)
    assert await files(worktree, "nothing/**") == ()


async def test_lines_are_found_with_path_and_number(worktree: Worktree) -> None:
    (worktree.folder / "new.md").write_text("one\nvar B\n")
    assert await lines(worktree, "^var [AB]", "") == ("new.md:2:var B", "pkg/a.go:3:var A = 1")
    assert await lines(worktree, "^var [AB]", "**/*.go") == ("pkg/a.go:3:var A = 1",)
    assert await lines(worktree, "never there", "") == ()


@pytest.mark.parametrize("pattern", ["../*", "/etc/*", "../../**"])
async def test_nothing_outside_is_found(worktree: Worktree, pattern: str) -> None:
    for look in (files(worktree, pattern), lines(worktree, "root", pattern)):
        try:
            assert await look == ()
        except LookingFailed as failed:
            assert "outside" in str(failed)


async def test_a_link_is_not_looked_through(worktree: Worktree, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hunter2\n")
    (worktree.folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (worktree.folder / "folder").symlink_to(tmp_path)
    assert await lines(worktree, "hunter2", "") == ()
    assert not [path for path in await files(worktree, "") if path.startswith("folder/")]


@pytest.mark.parametrize("expression", ["(", "--open-files-in-pager=id", "\0"])
async def test_what_is_no_expression_is_refused_or_only_looked_for(worktree: Worktree, expression: str) -> None:
    try:
        assert await lines(worktree, expression, "") == ()
    except LookingFailed as failed:
        assert str(failed)


async def test_an_expression_that_takes_for_ever_is_given_up(worktree: Worktree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "PATIENCE", 0.0)
    with pytest.raises(LookingFailed, match="not done within"):
        await lines(worktree, "a", "")
