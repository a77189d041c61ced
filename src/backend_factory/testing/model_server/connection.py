"""One connection to the scripted model: HTTP/1.1 in, an answer of the script out."""

import gzip
import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any, Protocol

from backend_factory.testing.model_server import anthropic, openai_chat, openai_responses
from backend_factory.testing.model_server.request import Dialect, ModelRequest
from backend_factory.testing.model_server.script import Answer, Cut, Failure, Garbage, Hang, Turn

_DIALECTS: dict[str, Dialect] = {"/messages": "anthropic", "/chat/completions": "openai-chat", "/responses": "openai-responses"}
_VOICES: dict[Dialect, ModuleType] = {
    "anthropic": anthropic,
    "openai-chat": openai_chat,
    "openai-responses": openai_responses,
}


class _Player(Protocol):
    closing: Any
    others: list[str]

    def answer(self, dialect: Any, path: str, headers: dict[str, str], body: dict[str, Any]) -> tuple[ModelRequest, Answer]: ...


class Listener(ThreadingHTTPServer):
    """Listens on a free port; a thread for each connection, all ended by `hang_up` and `server_close`."""

    daemon_threads = False

    def __init__(self, player: _Player) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.player = player
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that it can be ended."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget it again."""
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End all connections, also those that wait for a next request."""
        for each in list(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients may go at any time: nobody is told."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def log_message(self, format: str, *arguments: Any) -> None:
        """Requests are kept, not printed."""

    def do_HEAD(self) -> None:
        self.server.player.others.append(f"HEAD {self.path}")
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.server.player.others.append(f"GET {self.path}")
        if self.path.partition("?")[0].endswith("/models"):
            self._send(HTTPStatus.OK, {"object": "list", "data": [], "models": [], "has_more": False})
        else:
            self._send(HTTPStatus.NOT_FOUND, {"error": {"type": "not_found_error", "message": "there is nothing"}})

    def do_POST(self) -> None:
        body, path = self._body(), self.path.partition("?")[0]
        dialect = next((dialect for end, dialect in _DIALECTS.items() if path.endswith(end)), None)
        if path.endswith("/count_tokens"):
            self.server.player.others.append(f"POST {self.path}")
            self._send(HTTPStatus.OK, {"input_tokens": len(body) // 4})
        elif dialect is None:
            self.server.player.others.append(f"POST {self.path}")
            self._send(HTTPStatus.NOT_FOUND, {"error": {"type": "not_found_error", "message": "there is nothing"}})
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            request, answer = self.server.player.answer(dialect, self.path, headers, _json(body))
            self._play(request, answer)

    def _play(self, request: ModelRequest, answer: Answer) -> None:
        voice = _VOICES[request.dialect]
        match answer:
            case Turn():
                self._speak(voice, request, answer, None)
            case Cut():
                self._speak(voice, request, answer.turn, answer.events)
            case Failure():
                own = openai_chat if voice is openai_responses else voice
                again = {"Retry-After": answer.retry_after} if answer.retry_after else {}
                self._send(answer.status, own.error(answer), again | dict(answer.headers or {}))
            case Garbage():
                self._send(HTTPStatus.OK, answer.body, {"Content-Type": answer.content_type})
            case Hang():
                self.server.player.closing.wait()
                self.close_connection = True

    def _speak(self, voice: ModuleType, request: ModelRequest, turn: Turn, most: int | None) -> None:
        if request.stream:
            self._stream(voice.stream(turn, request), turn.pause, most)
        else:
            whole = json.dumps(voice.whole(turn, request)).encode()
            self._send(HTTPStatus.OK, whole if most is None else whole[: len(whole) // 2])

    def _stream(self, events: Iterator[bytes], pause: float, most: int | None) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number, each in enumerate(events):
            if number == most:
                self.close_connection = True
                return
            self.wfile.write(b"%x\r\n%b\r\n" % (len(each), each))
            self.wfile.flush()
            if pause:
                time.sleep(pause)
        self.wfile.write(b"0\r\n\r\n")

    def _send(self, status: int, body: dict[str, Any] | bytes, headers: dict[str, str] | None = None) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | (headers or {})).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> bytes:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return gzip.decompress(content) if self.headers.get("Content-Encoding") == "gzip" else content


def _json(body: bytes) -> dict[str, Any]:
    read = json.loads(body)
    return read if isinstance(read, dict) else {"": read}
