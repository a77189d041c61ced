"""Two people, or two terminals, at once."""

import subprocess
import time

import pytest
from strangers_machine import Home, Program

TEXT = "an API for notes"


def until_it_works(program: Program, process: "subprocess.Popen[bytes]", seconds: float = 60) -> str:
    """The id of the newest run, once its slow phase is in work."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for place in (program.home / "activity").glob("*.jsonl"):
            if "taking its time" in place.read_text():
                return place.stem
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("the slow phase was not reached")


def test_two_runs_in_one_repository_do_not_meet(program: Program, home: Home) -> None:
    before = home.checkout()
    arguments = [["run", f"an API for {what}", "--repo", str(home.folder), "--yes"] for what in ("cats", "dogs", "birds")]
    both = [program.start(*each) for each in arguments]
    for process in both:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, (out, err)
    assert {"refs/heads/feature/cat-api", "refs/heads/feature/dog-api", "refs/heads/feature/bird-api"} <= set(home.refs())
    assert sorted(run["status"] for run in program.runs()) == ["delivered"] * 3
    assert home.checkout() == before
    assert program.left() == []


def test_a_branch_is_promised_to_one_run_only(program: Program, home: Home) -> None:
    program.quick("run", TEXT, "--repo", home.folder).done(4)
    first = program.runs()[0]["id"]
    program.quick("run", TEXT, "--repo", home.folder).refused(2, first, "feature/note-api", "--branch")
    program.quick("run", TEXT, "--repo", home.folder, "--branch", "another").done(4)
    program.quick("cancel", first).done()
    program.quick("run", TEXT, "--repo", home.folder, "--yes").done()


def test_of_two_processes_one_works_on_a_run(program: Program, home: Home) -> None:
    working = program.having(QUICK_SLOW="2").start("run", TEXT, "--repo", home.folder, "--yes")
    try:
        run = until_it_works(program, working)
        program.quick("resume", run, "--yes").refused(3, "another process is working on", f"backend-factory watch {run}")
        program.call("answer", run, "--go-on").refused(2, "waits for no answer")
        assert f"run         {run}" in program.call("status", run).done().out
    finally:
        working.kill()
        working.communicate()
    program.quick("resume", run, "--yes").done()


def test_a_run_that_another_process_works_on_is_cancelled_soon(program: Program, home: Home) -> None:
    before = home.checkout()
    working = program.having(QUICK_SLOW="2").start("run", TEXT, "--repo", home.folder, "--yes")
    try:
        run = until_it_works(program, working)
        assert program.left() == [run]
        program.quick("cancel", run).done()
        asked = time.monotonic()
        working.communicate(timeout=90)
        assert time.monotonic() - asked < 20, "it went on to the end of its slow phase"
        assert working.returncode == 1
    finally:
        working.kill()
        working.communicate()
    assert program.runs()[0]["status"] == "cancelled"
    assert program.left() == []
    assert home.checkout() == before
    assert [ref for ref in home.refs() if ref != "refs/heads/main"] == []
    program.quick("cancel", run).refused(2, "has ended already")
    program.quick("resume", run).done(1)


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_once_or_twice_keeps_the_run(program: Program, home: Home, times: int) -> None:
    import signal

    working = program.having(QUICK_SLOW="3").start("run", TEXT, "--repo", home.folder, "--yes")
    run = until_it_works(program, working)
    for _ in range(times):
        working.send_signal(signal.SIGINT)
    out, err = working.communicate(timeout=90)
    assert working.returncode == 130, (out, err)
    assert b"Traceback" not in out + err
    assert f"hint: backend-factory resume {run}".encode() in err
    program.quick("resume", run, "--yes").done()
    assert program.left() == []


def test_kill_9_while_a_phase_is_in_work_leaves_a_run_that_resumes(program: Program, home: Home) -> None:
    before = home.checkout()
    working = program.having(QUICK_SLOW="3").start("run", TEXT, "--repo", home.folder, "--yes")
    run = until_it_works(program, working)
    working.kill()
    working.communicate()
    assert program.runs()[0]["status"] == "working"
    program.quick("resume", run, "--yes").done()
    assert home.git("show", "feature/note-api:pkg/quick.go") == "package pkg"
    assert program.left() == []
    assert home.checkout() == before
