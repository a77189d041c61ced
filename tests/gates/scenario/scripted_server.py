"""A small real HTTP server on the loopback, whose answers a test scripts."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: object = None
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


Script = Callable[[Asked], Reply]


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the tests."""


@contextmanager
def serving(script: Script) -> Iterator[str]:
    """The base URL of a server that answers as the script says."""

    class Scripted(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_one(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(self.command, self.path, dict(self.headers.items()), self.rfile.read(length).decode())
            reply = script(asked)
            content = reply.raw if reply.raw is not None else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(content)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(content)
            except ConnectionError:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = Quiet(("127.0.0.1", 0), Scripted)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/stage"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class ScriptedTarget:
    """A target whose HTTP side is a real server and whose queues are lists."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.queues: dict[str, list[str]] = {}
        self.logged = ""

    async def token(self, tenant: str) -> str:
        return f"token-of-{tenant}"

    async def tampered(self, tenant: str) -> str:
        return f"tampered-of-{tenant}"

    async def other_audience(self, tenant: str) -> str:
        return f"elsewhere-of-{tenant}"

    async def send(self, queue: str, message: str) -> None:
        self.queues.setdefault(queue, []).append(message)

    async def depth(self, queue: str) -> int:
        return len(self.queues.get(queue, []))

    async def logs(self) -> str:
        return self.logged
