"""Processes end: by themselves, at their limit, with their caller, and with the factory."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from backend_factory.errors import OperatorError
from backend_factory.workspace.process import Completed, program, run, running

ENV = {"PATH": os.defpath}
LONG = timedelta(seconds=20)
EITHER_WAY = pytest.mark.parametrize("supervised", [False, True])


async def _sh(script: str, cwd: Path, **options: object) -> Completed:
    settings = {"env": ENV, "timeout": LONG} | options
    return await run(["sh", "-c", script], cwd=cwd, **settings)  # type: ignore[arg-type]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _becomes(truth: Callable[[], bool], seconds: float = 8) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if truth():
            return True
        time.sleep(0.02)
    return False


def _pids(file: Path, count: int) -> list[int]:
    assert _becomes(lambda: file.exists() and len(file.read_text().split()) >= count)
    return [int(pid) for pid in file.read_text().split()]


@EITHER_WAY
async def test_reports_status_and_both_streams(tmp_path: Path, supervised: bool) -> None:
    done = await _sh("echo out; echo err >&2; exit 3", tmp_path, supervised=supervised)
    assert (done.exit_status, done.stdout, done.stderr) == (3, "out\n", "err\n")
    assert done.output == "out\nerr\n"
    assert not done.ok
    assert not done.timed_out
    assert timedelta(0) < done.duration < LONG


@EITHER_WAY
async def test_a_signal_is_reported_as_a_negative_status(tmp_path: Path, supervised: bool) -> None:
    for number in (signal.SIGSEGV, signal.SIGKILL, signal.SIGTERM):
        assert (await _sh(f"kill -{number} $$", tmp_path, supervised=supervised)).exit_status == -number


@EITHER_WAY
async def test_nothing_of_the_environment_is_inherited(tmp_path: Path, supervised: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
    done = await run(["env"], cwd=tmp_path, env=ENV | {"A": "b"}, timeout=LONG, supervised=supervised)
    assert dict(line.split("=", 1) for line in done.stdout.splitlines()) == ENV | {"A": "b"}


@EITHER_WAY
async def test_arguments_reach_the_program_unread_by_a_shell(tmp_path: Path, supervised: bool) -> None:
    hostile = "$(touch x); `touch x` | > x\n'\""
    done = await run(["printf", "%s", hostile], cwd=tmp_path, env=ENV, timeout=LONG, supervised=supervised)
    assert done.stdout == hostile
    assert not list(os.scandir(tmp_path))


@EITHER_WAY
async def test_standard_input_is_given_or_empty(tmp_path: Path, supervised: bool) -> None:
    assert (await _sh("cat", tmp_path, stdin=b"x" * 300_000, supervised=supervised)).stdout == "x" * 300_000
    assert (await _sh("cat", tmp_path, supervised=supervised)).stdout == ""
    assert (await _sh("exit 0", tmp_path, stdin=b"x" * 300_000, supervised=supervised)).ok


async def test_long_output_keeps_its_beginning_and_its_end(tmp_path: Path) -> None:
    script = "echo first; head -c 3000000 /dev/zero | tr '\\0' 'x'; echo; echo last"
    done = await _sh(script, tmp_path, output_limit=1000)
    assert done.truncated
    assert done.stdout.startswith("first\nxxx")
    assert done.stdout.endswith("xxx\nlast\n")
    assert "bytes left out" in done.stdout
    assert len(done.stdout) < 1100


async def test_undecodable_output_is_replaced(tmp_path: Path) -> None:
    assert (await _sh(r"printf 'a\377b'", tmp_path)).stdout == "a�b"


@EITHER_WAY
async def test_the_time_limit_ends_the_whole_group(tmp_path: Path, supervised: bool) -> None:
    script = "sleep 300 & echo $! $$ > pids; echo begun; wait"
    done = await _sh(script, tmp_path, timeout=timedelta(seconds=0.7), supervised=supervised)
    assert done.timed_out
    assert done.exit_status is None
    assert done.stdout == "begun\n"
    assert _becomes(lambda: not any(_alive(pid) for pid in _pids(tmp_path / "pids", 2)))


@EITHER_WAY
async def test_a_command_that_ignores_the_polite_signal_is_killed(tmp_path: Path, supervised: bool) -> None:
    script = "trap '' TERM; echo $$ > pids; while :; do sleep 0.1; done"
    done = await _sh(script, tmp_path, timeout=timedelta(seconds=0.5), supervised=supervised)
    assert done.timed_out
    assert _becomes(lambda: not any(_alive(pid) for pid in _pids(tmp_path / "pids", 1)))


@EITHER_WAY
async def test_what_a_command_leaves_behind_is_ended_and_not_waited_for(tmp_path: Path, supervised: bool) -> None:
    done = await _sh("sleep 300 & echo $! > pids; echo done", tmp_path, supervised=supervised)
    assert done.stdout == "done\n"
    assert done.duration < timedelta(seconds=60)
    assert _becomes(lambda: not any(_alive(pid) for pid in _pids(tmp_path / "pids", 1)))


async def test_a_supervised_daemon_in_its_own_session_is_ended_too(tmp_path: Path) -> None:
    script = "setsid sh -c 'echo $$ > pids; exec sleep 300' & while [ ! -s pids ]; do sleep 0.02; done"
    assert (await _sh(script, tmp_path, supervised=True)).ok
    assert _becomes(lambda: not any(_alive(pid) for pid in _pids(tmp_path / "pids", 1)))


@EITHER_WAY
async def test_cancelling_the_caller_ends_the_command(tmp_path: Path, supervised: bool) -> None:
    task = asyncio.create_task(_sh("echo $$ > pids; sleep 300", tmp_path, supervised=supervised))
    await asyncio.to_thread(_pids, tmp_path / "pids", 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert _becomes(lambda: not any(_alive(pid) for pid in _pids(tmp_path / "pids", 1)))


async def test_a_server_runs_as_long_as_its_block(tmp_path: Path) -> None:
    async with running(["sleep", "300"], cwd=tmp_path, env=ENV, supervised=True) as server:
        assert server.exit_status is None
        assert _alive(server.pid)
    assert server.exit_status == -signal.SIGTERM
    assert not _alive(server.pid)


async def test_many_commands_run_at_once(tmp_path: Path) -> None:
    done = await asyncio.gather(*(_sh(f"sleep 0.2; echo {n}", tmp_path) for n in range(12)))
    assert [each.stdout for each in done] == [f"{n}\n" for n in range(12)]


@pytest.mark.skipif(sys.platform != "linux", reason="kill -9 is survived by supervision on Linux")
def test_killing_the_factory_leaves_no_supervised_tool(tmp_path: Path) -> None:
    factory = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from backend_factory.workspace.process import run
script = "trap '' TERM; (trap '' TERM; sleep 301 & echo $! >> pids; wait) & echo $! $$ >> pids; wait; wait"
asyncio.run(run(["sh", "-c", script], cwd=Path(sys.argv[1]), env={"PATH": "/usr/bin:/bin"},
    timeout=timedelta(minutes=5), supervised=True))
"""
    with subprocess.Popen([sys.executable, "-c", factory, str(tmp_path)]) as parent:
        tools = _pids(tmp_path / "pids", 3)
        assert all(_alive(pid) for pid in tools)
        parent.kill()
    assert _becomes(lambda: not any(_alive(pid) for pid in tools))


@EITHER_WAY
async def test_a_missing_program_or_folder_is_the_operators_to_mend(tmp_path: Path, supervised: bool) -> None:
    with pytest.raises(OperatorError, match="no-such-tool") as missing:
        await run(["no-such-tool"], cwd=tmp_path, env=ENV, timeout=LONG, supervised=supervised)
    assert "install no-such-tool" in missing.value.hint
    with pytest.raises(OperatorError, match="is missing"):
        await run(["true"], cwd=tmp_path / "gone", env=ENV, timeout=LONG, supervised=supervised)


async def test_a_file_that_is_no_program_is_the_operators_to_mend(tmp_path: Path) -> None:
    script = tmp_path / "tool"
    script.write_bytes(b"\x7fELF nonsense")
    script.chmod(0o755)
    with pytest.raises(OperatorError, match="could not be started"):
        await run(["./tool"], cwd=tmp_path, env=ENV, timeout=LONG)
    assert program("sh").startswith("/")


@EITHER_WAY
async def test_a_command_can_be_talked_with_until_it_closes_its_mouth(tmp_path: Path, supervised: bool) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    script = "read name && echo hello $name"
    async with running(["sh", "-c", script], cwd=tmp_path, env=ENV, supervised=supervised, hear=heard.put_nowait) as process:
        process.tell(b"you\n")
        assert await asyncio.wait_for(heard.get(), 10) == b"hello you\n"
        assert await asyncio.wait_for(heard.get(), 10) == b""
        assert await asyncio.wait_for(process.wait(), 10) == 0
    assert process.tell(b"anybody?\n") == 0
