"""Ways out that have been ways out of other sandboxes. Each is also walked without walls, where it leads somewhere."""

import asyncio
import contextlib
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from walls import ENV, Sh

from backend_factory.workspace.process import Completed, run
from backend_factory.workspace.sandbox.confinement import Confinement, Limits
from backend_factory.workspace.sandbox.sandbox import UNCONFINED, Sandbox

PYTHON = (Path(sys.prefix), Path(sys.base_prefix))


@pytest.fixture
def outside(work: Path) -> Path:
    """A file that is nobody's business."""
    file = work.parent / "other" / "notes"
    file.parent.mkdir()
    file.write_text("mine")
    return file


async def _python(sandbox: Sandbox, script: str, confinement: Confinement) -> Completed:
    confinement = replace(confinement, readable=PYTHON)
    line, env = sandbox.wrap([os.path.realpath(sys.executable), "-I", "-c", script], ENV, confinement)
    return await run(line, cwd=confinement.folder, env=env, timeout=timedelta(seconds=40))


@pytest.mark.parametrize(
    "way",
    [
        "ln -s {folder} link; echo x > link/notes",
        "ln -s {folder} link; mv main.go link/notes",
        "ln -s / root; echo x > root{file}",
        "mkdir a; ln -s ../.. a/up; echo x > a/up/other/notes",
        "ln {file} hard; echo x > hard",
        "echo x > ../other/notes",
        "cd -P /proc/self/cwd/../other; echo x > notes",
        "exec 9< .; cd -P /proc/$$/fd/9/../other; echo x > notes",
        "mv main.go {file}",
        "cp --remove-destination main.go {file}",
        "truncate -s 0 {file}",
        "rm -f {file}",
        "dd if=/dev/zero of={file} bs=1 count=1 conv=notrunc",
        "tar cf t main.go --transform=s,main.go,notes, && tar xf t -C {folder}",
    ],
)
async def test_no_path_leads_to_a_file_outside(sandbox: Sandbox, sh: Sh, outside: Path, work: Path, way: str) -> None:
    script = way.format(folder=outside.parent, file=outside)
    await sh(UNCONFINED, script)
    changed = not outside.exists() or outside.read_text() != "mine"
    assert changed, "without walls it leads there"
    _tidied(work)
    outside.write_text("mine")
    await sh(sandbox, script)
    assert outside.read_text() == "mine"
    assert [path.name for path in outside.parent.iterdir()] == ["notes"]


def _tidied(work: Path) -> None:
    for path in work.iterdir():
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.name != ".git":
            shutil.rmtree(path)
    (work / "main.go").write_text("package main\n")


@pytest.mark.parametrize(
    "way",
    [
        "echo x > .git/hooks/pre-commit",
        "mv main.go .git/hooks/pre-commit",
        "ln -s ../../main.go .git/hooks/pre-commit",
        "mv .git old; mkdir -p .git/hooks; echo x > .git/hooks/pre-commit",
        "rm -rf .git; mkdir -p .git/hooks; echo x > .git/hooks/pre-commit",
        "ln -s .git alias; echo x > alias/hooks/pre-commit",
        "cd .git/hooks; echo x > pre-commit",
        "exec 9< .git; echo x > /proc/self/fd/9/hooks/pre-commit",
        "mkdir a; cd a; echo x > ../.git/hooks/pre-commit",
        "printf '[core]\\n\\thooksPath = .\\n' > .git/config",
        "git config core.hooksPath .",
        "cp -r .git copy; echo x > copy/hooks/pre-commit; mv -T --exchange copy .git || { rm -rf .git; mv copy .git; }",
    ],
)
async def test_hooks_and_settings_of_git_stay_as_they_are(walled: Sandbox, sh: Sh, work: Path, way: str) -> None:
    before = _git(work)
    await sh(walled, way)
    assert _git(work) == before
    await sh(UNCONFINED, "git init -q . 2>/dev/null; " + way)
    assert _git(work) != before, "without walls it leads there"


def _git(work: Path) -> dict[str, str]:
    return {str(path.relative_to(work)): path.read_text() for path in (work / ".git").rglob("*") if path.is_file()}


async def test_another_case_is_another_name_and_not_a_way_into_git(walled: Sandbox, sh: Sh, work: Path) -> None:
    before = _git(work)
    await sh(walled, "mkdir -p .GIT/hooks .Git/hooks; echo x > .GIT/hooks/pre-commit; echo x > .Git/hooks/pre-commit")
    assert _git(work) == before


async def test_a_fork_bomb_is_stopped_while_it_grows(sandbox: Sandbox, work: Path) -> None:
    # It stops by itself at 4,096, which a machine without walls survives; it says so when it has come that far.
    bomb = (
        "import os, time\n"
        "for _ in range(12): os.fork()\n"
        "file = os.open('grown', os.O_CREAT | os.O_WRONLY | os.O_APPEND)\n"
        "os.write(file, b'.'); time.sleep(1); os._exit(0)"
    )
    done = await _python(sandbox, bomb, Confinement(work, (work,), limits=Limits(tasks=100)))
    assert not done.ok
    assert not (work / "grown").exists() or (work / "grown").stat().st_size < 2000
    size = (work / "grown").stat().st_size if (work / "grown").exists() else 0
    await asyncio.sleep(0.5)
    assert size == ((work / "grown").stat().st_size if size else 0)


async def test_threads_count_as_processes_do(sandbox: Sandbox, work: Path) -> None:
    script = (
        "import threading, time\n"
        "for _ in range(300): threading.Thread(target=time.sleep, args=(3,), daemon=True).start()\n"
        "time.sleep(2)"
    )
    limits = Limits(tasks=100)
    assert (await _python(UNCONFINED, script, Confinement(work))).ok
    assert not (await _python(sandbox, script, Confinement(work, limits=limits))).ok


async def test_memory_is_counted_over_all_processes(sandbox: Sandbox, work: Path) -> None:
    script = (
        "import os, time\n"
        "for _ in range(5):\n"
        "    if os.fork() == 0:\n"
        "        taken = bytearray(b'x') * 80_000_000; time.sleep(3); os._exit(0)\n"
        "time.sleep(2); print('whole')"
    )
    assert (await _python(UNCONFINED, script, Confinement(work))).stdout == "whole\n"
    done = await _python(sandbox, script, Confinement(work, limits=Limits(memory=250_000_000)))
    assert "bytes of memory, 250000000 allowed" in done.stderr
    assert done.stdout == ""


async def test_memory_cannot_be_hidden_in_files_that_are_memory(walled: Sandbox, work: Path) -> None:
    script = (
        "import os\n"
        "wrote = 0\n"
        "try:\n"
        "    for place in ('/tmp/x', '/dev/shm/x'):\n"
        "        with open(place, 'wb', buffering=0) as file:\n"
        "            for _ in range(200): wrote += file.write(bytes(1_000_000))\n"
        "except OSError as reason: print(reason.strerror)\n"
        "try: os.memfd_create('x'); print('hidden')\n"
        "except OSError as reason: print(reason.strerror)\n"
        "print(wrote < 110_000_000)"
    )
    done = await _python(walled, script, Confinement(work, limits=Limits(memory=400_000_000)))
    assert done.stdout == "No space left on device\nOperation not permitted\nTrue\n"


async def test_a_daemon_that_detaches_in_every_way_ends_too(sandbox: Sandbox, work: Path) -> None:
    script = (
        "import os, signal, time\n"
        "for _ in range(3):\n"
        "    if os.fork(): time.sleep(0.3); os._exit(0)\n"
        "    os.setsid()\n"
        "for number in range(1, 32):\n"
        "    if number not in (9, 19): signal.signal(number, signal.SIG_IGN)\n"
        "os.closerange(0, 64)\n"
        "ends = time.monotonic() + 6\n"
        "while time.monotonic() < ends:\n"
        "    open('alive', 'a').write('x'); time.sleep(0.02)\n"
    )
    (work / "alive").touch()
    await _python(UNCONFINED, script, Confinement(work))
    await asyncio.sleep(1)
    assert (work / "alive").stat().st_size > 20, "without walls it goes on"
    await asyncio.sleep(6)
    await _python(sandbox, script, Confinement(work, (work,)))
    size = (work / "alive").stat().st_size
    await asyncio.sleep(0.5)
    assert (work / "alive").stat().st_size == size


async def test_no_descriptor_of_the_factory_is_inherited(sandbox: Sandbox, work: Path, outside: Path) -> None:
    with outside.open("a") as left_open:
        os.set_inheritable(left_open.fileno(), True)
        done = await _python(
            sandbox, "import os\nfor n in range(3, 200):\n  try: os.fstat(n); print(n)\n  except OSError: pass", Confinement(work)
        )
    assert (done.ok, done.stdout) == (True, "")


async def test_the_command_has_no_power_over_the_machine(sandbox: Sandbox, work: Path) -> None:
    script = (
        "for line in open('/proc/self/status'):\n"
        "    if line.startswith(('Cap', 'NoNewPrivs', 'Seccomp:')): print(line.split()[1])"
    )
    if sandbox.kind == "landlock":
        asks = "[libc.prctl(23, n, 0, 0, 0) for n in range(41)], libc.prctl(39, 0, 0, 0, 0), libc.prctl(21, 0, 0, 0, 0)"
        script = f"import ctypes; libc = ctypes.CDLL(None); print(*{asks}, sep='\\n')"
        assert (await _python(sandbox, script, Confinement(work))).stdout.split() == ["0"] * 41 + ["1", "2"]
        return
    done = await _python(sandbox, script, Confinement(work))
    assert done.stdout.split() == ["0" * 16] * 5 + ["1", "2"]


async def test_a_set_user_id_program_gives_no_more_rights(sandbox: Sandbox, sh: Sh, work: Path) -> None:
    done = await sh(sandbox, "cp /usr/bin/id own; chmod u+s own; ./own -u; mount -t tmpfs x /tmp; unshare -Ur id -u")
    assert done.stdout.strip() == str(os.geteuid())


@contextlib.asynccontextmanager
async def _echo() -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_an_allowed_port_carries_everything_both_ways_and_many_at_a_time(sandbox: Sandbox, work: Path) -> None:
    script = (
        "import socket, sys, threading\n"
        "def one(port, letter):\n"
        "    with socket.create_connection(('127.0.0.1', port)) as s:\n"
        "        threading.Thread(target=lambda: (s.sendall(letter * 2_000_000), s.shutdown(1))).start()\n"
        "        got = b''.join(iter(lambda: s.recv(65536), b''))\n"
        "    print(got == letter * 2_000_000)\n"
        "all = [threading.Thread(target=one, args=(port, b'%d' % n)) for n in range(4) for port in {ports}]\n"
        "[t.start() for t in all]; [t.join() for t in all]"
    )
    async with _echo() as first, _echo() as second:
        confinement = Confinement(work, ports=(first, second))
        done = await _python(sandbox, script.replace("{ports}", str([first, second])), confinement)
    assert done.stdout == "True\n" * 8, done.stderr


async def test_a_port_that_nobody_listens_on_is_refused_and_not_waited_for(walled: Sandbox, work: Path) -> None:
    async with _echo() as gone:
        pass
    script = f"import socket\ns = socket.create_connection(('127.0.0.1', {gone}))\nprint(s.recv(1))"
    started = time.monotonic()
    done = await _python(walled, script, Confinement(work, ports=(gone,)))
    assert done.stdout in ("", "b''\n")
    assert time.monotonic() - started < 10


async def test_the_allowed_port_is_the_machines_and_not_one_of_the_attempt(walled: Sandbox, work: Path) -> None:
    async with _echo() as port:
        script = f"import socket\nsocket.create_server(('127.0.0.1', {port}))"
        done = await _python(walled, script, Confinement(work, ports=(port,)))
    assert "Address already in use" in done.stderr
