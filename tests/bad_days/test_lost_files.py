"""Files of the state folder that somebody deletes or changes half-way."""

import json
import shutil

import pytest
from strangers_machine import Home, Program

TEXT = "an API for notes"


def delivered(program: Program, home: Home) -> str:
    program.quick("run", TEXT, "--repo", home.folder, "--yes").done()
    run: str = program.runs()[0]["id"]
    return run


@pytest.mark.parametrize("fate", ["changed", "deleted"])
def test_a_report_says_which_evidence_is_not_what_was_stored(program: Program, home: Home, fate: str) -> None:
    run = delivered(program, home)
    pieces = sorted(each for each in (program.home / "evidence").rglob("*") if each.is_file())
    if fate == "changed":
        pieces[0].write_bytes(pieces[0].read_bytes() + b"!")
    else:
        pieces[0].unlink()
    sha256 = pieces[0].parent.name + pieces[0].name
    word = "was changed after it was stored" if fate == "changed" else "is missing"
    for form in ("html", "md", "json"):
        ended = program.call("report", run, "--format", form, "--output", "-").refused(70, sha256, word)
        assert form == "md" or word in ended.out
    assert json.loads(program.call("report", run, "--json").refused(70, word).out)["run"] == run


def test_a_worktree_that_was_deleted_is_made_again(program: Program, home: Home) -> None:
    program.quick("run", TEXT, "--repo", home.folder).done(4)
    shutil.rmtree(program.home / "worktrees")
    program.quick("resume").done(4)
    run = program.runs()[0]["id"]
    program.call("answer", run, "--go-on").done()
    program.quick("resume").done(4)
    home.git("worktree", "prune")
    (program.home / "worktrees" / run / ".git").unlink()
    program.quick("resume", "--yes").done()
    assert program.left() == []
    assert home.git("worktree", "list").count("\n") == 0


def test_a_run_whose_worktree_is_gone_can_be_cancelled(program: Program, home: Home) -> None:
    program.quick("run", TEXT, "--repo", home.folder).done(4)
    shutil.rmtree(program.home / "worktrees")
    program.quick("cancel", program.runs()[0]["id"]).done()
    assert home.git("worktree", "list").count("\n") == 0
    assert home.refs() == ["refs/heads/main"]


def test_a_state_folder_that_was_deleted_is_begun_anew(program: Program, home: Home) -> None:
    before = home.checkout()
    program.quick("run", TEXT, "--repo", home.folder).done(4)
    shutil.rmtree(program.home)
    program.quick("resume").refused(2, "there are no runs yet")
    home.git("worktree", "prune")
    assert delivered(program, home) == program.runs()[0]["id"]
    assert home.checkout() == before


def test_parts_of_the_state_folder_that_were_deleted_are_made_again(program: Program, home: Home) -> None:
    program.quick("run", TEXT, "--repo", home.folder).done(4)
    for part in ("evidence", "checkouts", "cache", "activity", "pull-requests", "reports"):
        shutil.rmtree(program.home / part, ignore_errors=True)
    program.quick("resume", "--yes").done()
    assert program.left() == []


def test_a_damaged_pull_request_is_named(program: Program, home: Home) -> None:
    delivered(program, home)
    (program.home / "pull-requests" / "1.json").write_text("{")
    ended = program.quick("run", TEXT, "--repo", home.folder, "--branch", "other", "--yes").refused(70, "1.json", "resume")
    (program.home / "pull-requests" / "1.json").unlink()
    assert ended.code == 70
    program.quick("resume", "--yes").done()
