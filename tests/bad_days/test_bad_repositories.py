"""A repository that cannot be worked on is refused; one that changes under a run loses nothing."""

import shutil
import subprocess
from pathlib import Path

import pytest
from strangers_machine import Home, Program

TEXT = "an API for notes"


def _bare(folder: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", str(folder)], check=True)


def _no_commits(folder: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)


@pytest.mark.parametrize(
    ("make", "reason"),
    [(Path.mkdir, "not a git repository"), (_bare, "bare"), (_no_commits, "no commit"), (Path.touch, "a file")],
)
def test_what_is_no_repository_is_refused(program: Program, make: object, reason: str) -> None:
    make(program.folder / "it")  # type: ignore[operator]
    before = sorted((program.folder / "it").rglob("*"))
    program.call("run", TEXT, "--repo", "it").refused(2, reason)
    assert sorted((program.folder / "it").rglob("*")) == before
    assert program.runs() == []


def test_a_repository_that_is_not_there_is_refused(program: Program) -> None:
    program.call("run", TEXT, "--repo", "nowhere").refused(2, "no folder")


def test_a_dirty_checkout_is_worked_around(program: Program, home: Home) -> None:
    before = home.checkout()
    assert "README.md" in before[0]
    ended = program.quick("run", TEXT, "--repo", home.folder, "--yes").done()
    assert "uncommitted changes" in ended.out + ended.err
    assert home.checkout() == before
    assert home.git("show", "feature/note-api:README.md") == "mine"
    assert program.left() == []
    assert [ref for ref in home.refs() if "backend-factory" in ref] == []


def test_a_detached_checkout_needs_a_base_branch(program: Program, home: Home) -> None:
    home.git("checkout", "--quiet", "--detach")
    program.call("run", TEXT, "--repo", home.folder).refused(2, "detached", "--base")
    program.quick("run", TEXT, "--repo", home.folder, "--base", "main", "--yes").done()
    assert home.git("rev-parse", "HEAD") == home.git("rev-parse", "main")


def test_a_branch_of_somebody_else_is_never_taken(program: Program, home: Home) -> None:
    home.git("branch", "feature/note-api")
    program.call("run", TEXT, "--repo", home.folder).refused(2, "feature/note-api", "--branch")
    program.call("run", TEXT, "--repo", home.folder, "--branch", "feature").refused(2, "feature/note-api", "--branch")
    assert home.git("rev-parse", "feature/note-api") == home.git("rev-parse", "main")


def test_a_branch_that_appears_meanwhile_is_not_overwritten(program: Program, home: Home) -> None:
    program.quick("run", TEXT, "--repo", home.folder).done(4)
    home.git("branch", "feature/note-api")
    run = program.runs()[0]["id"]
    program.call("answer", run, "--go-on").done()
    program.quick("resume", run, "--yes").refused(2, "feature/note-api", f"backend-factory resume {run}")
    home.git("branch", "-D", "feature/note-api")
    program.quick("resume", run, "--yes").done()
    assert home.git("show", "feature/note-api:pkg/quick.go") == "package pkg"


def test_a_base_branch_that_moved_is_merged_with(program: Program, home: Home) -> None:
    program.quick("run", TEXT, "--repo", home.folder).done(4)
    home.commit("pkg/other.go", "package pkg\n")
    program.quick("resume", "--yes").done()
    assert "Merges cleanly" in program.call("log", "--json").out
    assert home.git("rev-parse", "main") != home.git("merge-base", "main", "feature/note-api")


def test_a_base_branch_that_moved_and_conflicts_is_a_question(program: Program, home: Home) -> None:
    program.quick("run", TEXT, "--repo", home.folder).done(4)
    home.commit("pkg/quick.go", "package other\n")
    ended = program.quick("resume", "--yes").clean()
    assert ended.code == 4, ended
    assert "pkg/quick.go" in ended.out
    assert "backend-factory answer" in ended.err
    assert "refs/heads/feature/note-api" not in home.refs()
    run = program.runs()[0]["id"]
    home.git("reset", "--quiet", "--hard", "HEAD~1")
    program.call("answer", run, "--go-on").done()
    program.quick("resume", run, "--yes").done()


def test_a_base_branch_that_is_gone_is_told_and_can_come_back(program: Program, home: Home) -> None:
    home.git("branch", "develop")
    program.quick("run", TEXT, "--repo", home.folder, "--base", "develop").done(4)
    home.git("branch", "-D", "develop")
    program.quick("resume", "--yes").refused(2, "develop")
    home.git("branch", "develop", "main")
    program.quick("resume", "--yes").done()


@pytest.mark.parametrize("fate", ["moved", "deleted", "emptied"])
def test_a_repository_that_is_gone_is_told_and_can_come_back(program: Program, home: Home, fate: str) -> None:
    program.quick("run", TEXT, "--repo", home.folder).done(4)
    away = home.folder.with_name("away")
    home.folder.rename(away)
    if fate == "emptied":
        home.folder.mkdir()
    ended = program.quick("resume", "--yes").refused(2, str(home.folder))
    assert "backend-factory resume" in ended.err
    if fate == "moved":
        away.rename(home.folder)
        program.quick("resume", "--yes").done()
        return
    program.quick("status").done()
    program.quick("report").done()
    program.quick("cancel", program.runs()[0]["id"]).done()
    assert program.left() == []
    shutil.rmtree(away)


def test_init_refuses_a_folder_that_holds_something(program: Program, home: Home) -> None:
    before = home.checkout()
    program.call("init", home.folder).refused(2, "not empty")
    program.call("init", home.folder / "README.md").refused(2, "a file")
    assert home.checkout() == before
