"""The Lambda runtime API for one invocation, on loopback: what a function's binary talks to, wherever it runs.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

_ID = "00000000-0000-4000-8000-000000000001"
_LONGEST = 6 << 20


class RuntimeApi:
    """Hands out one event and keeps what comes back."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self._event = json.dumps(event).encode()
        self._given = False
        self.outcome: asyncio.Future[tuple[str, str]] = asyncio.get_running_loop().create_future()
        """(last part of the path: response or error, body)"""
        self.address = ""
        """Value of AWS_LAMBDA_RUNTIME_API."""
        self.port = 0

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection until its end."""
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError, ValueError):
            while True:
                await self._answer(reader, writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        body = await self._body(reader, headers)
        if method == "GET" and path.endswith("/invocation/next"):
            await self._next(writer)
            return
        if not self.outcome.done() and method == "POST":
            self.outcome.set_result((path.rsplit("/", 2)[-2] + "/" + path.rsplit("/", 1)[-1], body.decode(errors="replace")))
        writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async def _next(self, writer: asyncio.StreamWriter) -> None:
        if self._given:
            await asyncio.Event().wait()  # there is no second event; the function is ended meanwhile
        self._given = True
        deadline = int((time.time() + 60) * 1000)
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            f"Lambda-Runtime-Aws-Request-Id: {_ID}\r\nLambda-Runtime-Deadline-Ms: {deadline}\r\n"
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:rehearsal\r\n"
            f"Content-Length: {len(self._event)}\r\n\r\n"
        )
        writer.write(head.encode() + self._event)
        await writer.drain()

    @staticmethod
    async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            content = b""
            while (size := int((await reader.readline()).split(b";")[0], 16)) and len(content) < _LONGEST:
                content += await reader.readexactly(size)
                await reader.readline()
            await reader.readline()
            return content
        return await reader.readexactly(min(int(headers.get("content-length", "0") or 0), _LONGEST))


@asynccontextmanager
async def runtime_api(event: Mapping[str, Any]) -> AsyncIterator[RuntimeApi]:
    """Listens on a free port of loopback as long as the block lasts."""
    api = RuntimeApi(event)
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(api.connected(reader, writer))
        # However it ends: a function that is ended leaves its connection open, and a task may be cancelled before it begins.
        task.add_done_callback(lambda _: writer.close())
        tasks.add(task)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    host, api.port = server.sockets[0].getsockname()[:2]
    api.address = f"{host}:{api.port}"
    try:
        yield api
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
