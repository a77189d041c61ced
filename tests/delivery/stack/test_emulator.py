"""The emulator's life: it starts alone, in its own folder, and leaves nothing running."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend_factory.delivery.stack.account import REGION, Account
from backend_factory.delivery.stack.call import Refusal, attempt
from backend_factory.delivery.stack.emulator import Emulator, free_port
from backend_factory.errors import OperatorError
from backend_factory.testing.walls import strongest

HOLD = Path(__file__).parent / "fixtures" / "hold.py"
STUBBORN = "#!/bin/sh\ntrap '' TERM HUP INT\nwhile :; do sleep 600; done\n"

in_the_session = pytest.mark.asyncio(loop_scope="session")
needs_proc = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes in /proc")


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@in_the_session
async def test_it_answers_its_owner_and_refuses_unknown_keys(emulator: Emulator) -> None:
    assert not isinstance(await attempt(emulator.client("sts"), "get_caller_identity"), Refusal)
    stranger = Account(emulator.endpoint, "AKIAUNKNOWN", "a guess")
    assert isinstance(await attempt(stranger.client("sts"), "get_caller_identity"), Refusal)


@in_the_session
async def test_it_listens_on_loopback_alone(emulator: Emulator) -> None:
    port = int(emulator.endpoint.rpartition(":")[2])
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", port), timeout=1).close()


async def test_a_taken_port_is_passed_over(tmp_path: Path, listener: int) -> None:
    ports = iter([listener, free_port()])
    async with Emulator(tmp_path, await strongest(), port=lambda: next(ports)) as emulator:
        assert emulator.endpoint != f"http://127.0.0.1:{listener}"


@in_the_session
async def test_a_port_of_another_emulator_is_passed_over(emulator: Emulator, tmp_path: Path) -> None:
    ports = iter([int(emulator.endpoint.rpartition(":")[2]), free_port()])
    async with Emulator(tmp_path / "second", await strongest(), port=lambda: next(ports)) as second:
        assert second.endpoint != emulator.endpoint


async def test_three_taken_ports_are_the_operators_trouble(tmp_path: Path, listener: int) -> None:
    with pytest.raises(OperatorError, match=f"no free port.*{listener}") as trouble:
        await Emulator(tmp_path, await strongest(), port=lambda: listener).__aenter__()
    assert trouble.value.hint
    assert of_folder(tmp_path) == []


async def test_an_emulator_that_does_not_start_in_time_is_the_operators_trouble(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="did not listen within 0 s"):
        await Emulator(tmp_path, await strongest(), patience=timedelta(0)).__aenter__()
    assert of_folder(tmp_path) == []


async def test_a_folder_that_cannot_be_written_is_the_operators_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OperatorError, match="cannot write to"):
        await Emulator(tmp_path / "file", await strongest()).__aenter__()


@needs_proc
async def test_nothing_of_the_users_environment_reaches_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "a-profile-that-does-not-exist")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-users-own-secret")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("MINISTACK_REGION", "eu-north-1")
    async with Emulator(tmp_path, await strongest()) as emulator:
        assert emulator.client("sqs").meta.region_name == REGION
        seen = [environment_of(process) for process in of_folder(tmp_path)]
    assert seen
    assert not any(b"the-users-own-secret" in one or b"eu-north-1" in one for one in seen)


@needs_proc
async def test_nothing_runs_after_the_block(tmp_path: Path) -> None:
    async with Emulator(tmp_path, await strongest()):
        assert of_folder(tmp_path)
    assert of_folder(tmp_path) == []


@needs_proc
async def test_nothing_runs_after_an_error_in_the_block(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with Emulator(tmp_path, await strongest()):
            raise ZeroDivisionError
    assert of_folder(tmp_path) == []


@needs_proc
async def test_kill_9_of_the_factory_ends_the_emulator_and_a_function_that_ignores_signals(tmp_path: Path) -> None:
    bootstrap = tmp_path / "stubborn"
    bootstrap.write_text(STUBBORN)
    await killed_with_nothing_left(tmp_path / "emulator", bootstrap)


@needs_proc
@pytest.mark.go
async def test_kill_9_of_the_factory_ends_the_emulator_and_a_function_in_go(tmp_path: Path, probe: Path) -> None:
    await killed_with_nothing_left(tmp_path / "emulator", probe)


async def killed_with_nothing_left(folder: Path, bootstrap: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, str(HOLD), str(folder), str(bootstrap), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    assert await asyncio.wait_for(parent.stdout.readline(), 30) == b"running\n"
    running = of_folder(folder)
    assert any("bootstrap" in name_of(process) for process in running), [name_of(process) for process in running]
    os.kill(parent.pid, signal.SIGKILL)
    await parent.wait()
    await asyncio.to_thread(wait_until_gone, folder)


def wait_until_gone(folder: Path) -> None:
    deadline = time.monotonic() + 5
    while (left := of_folder(folder)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert left == []


def of_folder(folder: Path) -> list[int]:
    """Processes whose environment names the folder: the emulator, its supervisor and its functions."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def environment_of(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


def name_of(process: int) -> str:
    return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
