"""A server inside that the machine reaches, and nobody else."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from walls import ENV

from backend_factory.errors import OperatorError
from backend_factory.workspace.process import Running, running
from backend_factory.workspace.sandbox.confinement import Confinement
from backend_factory.workspace.sandbox.sandbox import UNCONFINED, Sandbox

PYTHON = (Path(sys.prefix), Path(sys.base_prefix))
ECHO = """
import socketserver, sys
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while piece := self.request.recv(65536): self.request.sendall(piece)
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
with Server(("127.0.0.1", int(sys.argv[1])), Echo) as server:
    print("ready", flush=True)
    server.serve_forever()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def server(sandbox: Sandbox, work: Path, port: int, served: tuple[int, ...]) -> AsyncIterator[Running]:
    command = [os.path.realpath(sys.executable), "-I", "-c", ECHO, str(port)]
    line, env = sandbox.wrap(command, ENV, Confinement(work, readable=PYTHON, served=served))
    async with running(line, cwd=work, env=env, supervised=True) as process:
        for _ in range(500):
            if "ready" in process.stream(1) or process.exit_status is not None:
                break
            await asyncio.sleep(0.02)
        yield process


async def said(port: int, text: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    writer.write_eof()
    try:
        return await reader.read()
    finally:
        writer.close()


async def test_what_is_served_is_reached_from_outside_by_many_at_a_time(sandbox: Sandbox, work: Path) -> None:
    port = free_port()
    async with server(sandbox, work, port, (port,)) as process:
        assert "ready" in process.stream(1), process.stream(2)
        texts = [str(number).encode() * 200_000 for number in range(8)]
        assert await asyncio.wait_for(asyncio.gather(*(said(port, text) for text in texts)), 20) == texts


async def test_what_is_not_named_as_served_is_not_reached(walled: Sandbox, work: Path) -> None:
    port = free_port()
    async with server(walled, work, port, ()) as process:
        assert "ready" in process.stream(1), process.stream(2)
        with pytest.raises(ConnectionError):
            await said(port, b"x")


async def test_a_port_that_is_taken_is_said_and_nothing_is_started(walled: Sandbox, work: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with server(walled, work, port, (port,)) as process:
            assert process.exit_status == 126
            assert "already in use" in process.stream(2)
            assert process.stream(1) == ""
        with pytest.raises(OperatorError, match="already in use"):
            await walled.run(["true"], env=ENV, confinement=Confinement(work, served=(port,)))


async def test_the_port_is_free_again_once_the_server_has_ended(sandbox: Sandbox, work: Path) -> None:
    port = free_port()
    for _ in range(2):
        async with server(sandbox, work, port, (port,)) as process:
            assert "ready" in process.stream(1), process.stream(2)
            assert await said(port, b"x") == b"x"


async def test_who_serves_reaches_nothing_of_the_machine(walled: Sandbox, work: Path) -> None:
    port = free_port()
    script = (
        "import socket, sys\n"
        "try: socket.create_connection(('127.0.0.1', int(sys.argv[1])), 2); print('reached')\n"
        "except OSError: print('alone')"
    )
    with socket.create_server(("127.0.0.1", 0)) as other:
        command = [os.path.realpath(sys.executable), "-I", "-c", script, str(other.getsockname()[1])]
        confinement = Confinement(work, readable=PYTHON, served=(port,))
        assert (await walled.run(command, env=ENV, confinement=confinement)).stdout == "alone\n"
        assert (await UNCONFINED.run(command, env=ENV, confinement=confinement)).stdout == "reached\n"


async def test_a_launcher_that_is_killed_takes_the_way_in_along(walled: Sandbox, work: Path) -> None:
    port = free_port()
    command = [os.path.realpath(sys.executable), "-I", "-c", ECHO, str(port)]
    line, env = walled.wrap(command, ENV, Confinement(work, readable=PYTHON, served=(port,)))
    async with running(line, cwd=work, env=env) as process:
        while "ready" not in process.stream(1):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
        assert await said(port, b"x") == b"x"
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        await asyncio.sleep(0.3)
        with pytest.raises(ConnectionError):
            await said(port, b"x")
