"""A member's hands reach its lane in its worktree, and nothing else."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from backend_factory.domain.deliverable import Dependency
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import InternalError, OperatorError
from backend_factory.journal.evidence import EvidenceStore
from backend_factory.team.lanes import LANES
from backend_factory.workspace.golang import GoToolchain, find_go
from backend_factory.workspace.reading import LARGEST
from backend_factory.workspace.sandbox.sandbox import find_sandbox
from backend_factory.workspace.workbench import OutOfLane, Workbench
from backend_factory.workspace.worktree import Worktree
from backend_factory.workspace.writing import PathRefused


def bench(worktree: Worktree, go: GoToolchain | None = None, phase: PhaseId = PhaseId.IMPLEMENT) -> Workbench:
    cache = worktree.folder.parent.parent / "cache"
    return Workbench(worktree, LANES[phase], go or GoToolchain(cache, "go1.24"), cache, lambda _: None)


def test_what_is_written_is_there(worktree: Worktree) -> None:
    hands = bench(worktree)
    hands.write("pkg/note/note.go", "package note\n")
    assert hands.exists("pkg/note/note.go")
    assert hands.read("pkg/note/note.go") == "package note\n"
    assert (hands.root / "pkg/note/note.go").is_file()


def test_out_of_the_lane_nothing_is_written(worktree: Worktree) -> None:
    hands = bench(worktree)
    for path in ("pkg/note/note_test.go", ".github/workflows/ci.yml", "api/note/openapi.yaml"):
        with pytest.raises(OutOfLane):
            hands.write(path, "x")
        assert not hands.exists(path)


@pytest.mark.parametrize("path", ["../escaped", "/etc/passwd", ".git/config", "a/../../b", "a\\b", "a/\u202eb", ""])
def test_no_path_leads_out_of_the_worktree(worktree: Worktree, path: str) -> None:
    hands = bench(worktree)
    for use in (hands.read, hands.exists, lambda p: hands.write(p, "x")):
        with pytest.raises((PathRefused, OutOfLane)):
            use(path)


def test_a_folder_that_is_a_link_to_elsewhere_is_not_written_through(worktree: Worktree, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (worktree.folder / "pkg" / "link").symlink_to(elsewhere)
    with pytest.raises(PathRefused):
        bench(worktree).write("pkg/link/note.go", "package note\n")
    assert list(elsewhere.iterdir()) == []


def test_no_link_is_read_through_for_it_could_be_another_one_by_then(worktree: Worktree, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2")
    (worktree.folder / "pkg" / "secret").symlink_to(tmp_path / "secret")
    (worktree.folder / "up").symlink_to(tmp_path)
    (worktree.folder / "pkg" / "same.go").symlink_to("a.go")
    (worktree.folder / "round").symlink_to("round")
    hands = bench(worktree)
    for path in ("pkg/secret", "up/secret", "pkg/same.go", "round", "round/x"):
        with pytest.raises(PathRefused, match="links are not followed"):
            hands.read(path)
        with pytest.raises(PathRefused, match="links are not followed"):
            hands.exists(path)


def test_only_plain_files_of_some_size_are_read_and_nothing_is_waited_for(worktree: Worktree) -> None:
    os.mkfifo(worktree.folder / "pipe")
    with (worktree.folder / "large").open("wb") as file:
        file.truncate(LARGEST + 1)
    hands = bench(worktree)
    with pytest.raises(PathRefused, match="no plain file"):
        hands.read("pipe")
    with pytest.raises(PathRefused, match="too large"):
        hands.read("large")
    assert not hands.exists("nothing/there")


def test_bytes_that_are_no_text_are_read_without_an_error(worktree: Worktree) -> None:
    (worktree.folder / "pkg" / "odd.go").write_bytes(b"\xff\xfe")
    assert bench(worktree).read("pkg/odd.go") == "\ufffd\ufffd"


@pytest.mark.go
async def test_go_files_are_formatted_and_what_is_no_go_is_refused(worktree: Worktree) -> None:
    hands = bench(worktree, await find_go())
    hands.write("pkg/note/note.go", "package   note\nvar  A=1\n")
    await hands.format(["pkg/note/note.go"])
    assert hands.read("pkg/note/note.go") == "package note\n\nvar A = 1\n"
    await hands.format([])
    hands.write("pkg/note/bad.go", "not go")
    with pytest.raises(InternalError, match="gofmt refused"):
        await hands.format(["pkg/note/bad.go"])


@pytest.mark.go
async def test_modules_that_are_there_already_are_left_at_their_versions(worktree: Worktree) -> None:
    hands = bench(worktree, await find_go())
    kept = Dependency(module="example.com/never-fetched", version="v1.0.0", reason="there", present=True)
    await hands.require([kept])
    assert "never-fetched" not in hands.read("go.mod")


async def test_files_and_words_are_looked_for_in_the_worktree(worktree: Worktree) -> None:
    hands = bench(worktree)
    assert await hands.list("**/*.go") == ("pkg/a.go",)
    assert await hands.search("var A", "pkg/*") == ("pkg/a.go:3:var A = 1",)


def test_what_is_kept_can_be_recalled_by_its_hash(worktree: Worktree, tmp_path: Path) -> None:
    hands = bench(worktree)
    forgotten = hands.keep("conversation", b"{}")
    with pytest.raises(InternalError):
        hands.recall(forgotten)
    hands.evidence = EvidenceStore(tmp_path / "evidence")
    assert hands.keep("conversation", b"{}") == forgotten
    assert hands.recall(forgotten) == b"{}"


async def _walled(worktree: Worktree, phase: PhaseId = PhaseId.IMPLEMENT) -> Workbench:
    hands = bench(worktree, await find_go(), phase)
    try:
        hands.sandbox = await find_sandbox(os.environ["PATH"])
    except OperatorError as error:
        pytest.skip(error.message)
    return hands


async def test_a_command_runs_behind_walls_and_changes_nothing_of_the_worktree(worktree: Worktree, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2")
    hands = await _walled(worktree)
    tried = f"cat pkg/a.go; cat {tmp_path}/secret; echo x > new.txt; echo y > pkg/a.go; env"
    done = await hands.run(["sh", "-c", tried], timeout=timedelta(seconds=30))
    assert "var A = 1" in done.stdout
    assert "hunter2" not in done.output
    assert not (hands.root / "new.txt").exists()
    assert "var A" in hands.read("pkg/a.go")
    assert not [line for line in done.stdout.splitlines() if "proxy" in line.lower() and line != "GOPROXY=off"]


async def test_go_builds_behind_walls_in_a_place_of_its_own_that_goes_with_the_attempt(worktree: Worktree) -> None:
    hands = await _walled(worktree)
    done = await hands.run(["go", "build", "./..."], timeout=timedelta(minutes=5))
    assert done.ok, done.output
    places = worktree.folder.parent.parent / "cache" / "lanes"
    assert [*places.iterdir()]
    hands.tidy()
    assert not [*places.iterdir()]


async def test_a_command_ends_at_its_time(worktree: Worktree) -> None:
    done = await (await _walled(worktree)).run(["sleep", "60"], timeout=timedelta(seconds=1))
    assert not done.ok
    assert done.duration < timedelta(seconds=30)


async def test_nothing_is_run_where_the_lane_writes_no_go_or_no_walls_are_there(worktree: Worktree) -> None:
    for hands in (bench(worktree), await _walled(worktree, PhaseId.VALIDATE), await _walled(worktree, PhaseId.COMMIT)):
        assert not hands.runs
        with pytest.raises(OutOfLane):
            await hands.run(["true"], timeout=timedelta(seconds=1))


@pytest.mark.parametrize("command", [[], [""], ["no-such-program"], ["a\0b"]])
async def test_a_program_that_is_not_there_is_said(worktree: Worktree, command: list[str]) -> None:
    hands = await _walled(worktree)
    with pytest.raises(OperatorError):
        await hands.run(command, timeout=timedelta(seconds=1))
