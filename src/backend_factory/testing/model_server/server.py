"""The server: real HTTP on 127.0.0.1, a script in place of a model, and every request kept."""

import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from backend_factory.testing.model_server.connection import Listener
from backend_factory.testing.model_server.request import ModelRequest
from backend_factory.testing.model_server.script import Answer, Failure, Script


class ModelServer:
    """Plays `script` to whoever asks on its address, from `with` on; what it is asked is in `requests`.

    It speaks the Anthropic messages and the OpenAI chat and responses dialects, streaming or not, as the request wants it.
    """

    def __init__(self, script: Script = ()) -> None:
        self._script = script
        self._lock = threading.Lock()
        self._played = 0
        self.closing = threading.Event()
        self.requests: list[ModelRequest] = []
        """Requests for an answer, in the order of their arrival, those that failed by script included."""
        self.others: list[str] = []
        """Any other request, as `GET /path`: nobody is expected to make one."""
        self.complaints: list[str] = []
        """What went wrong with the script itself: it was over, or it raised."""
        self._listener = Listener(self)
        self._thread = threading.Thread(target=self._listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def port(self) -> int:
        """The TCP port of 127.0.0.1."""
        return int(self._listener.server_address[1])

    @property
    def url(self) -> str:
        """Base address for Anthropic's clients."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def openai_url(self) -> str:
        """Base address for OpenAI's clients."""
        return f"{self.url}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.closing.set()
        self._listener.shutdown()
        self._listener.hang_up()
        self._listener.server_close()
        self._thread.join()

    def play(self, more: Iterable[Answer]) -> None:
        """Put these answers behind those of a script that is a list."""
        with self._lock:
            self._script = [*self._rest(), *more]
            self._played = 0

    def answer(self, dialect: Any, path: str, headers: dict[str, str], body: dict[str, Any]) -> tuple[ModelRequest, Answer]:
        """Record the request, and what the script has for it; a failure of 400, which no client repeats, where it has nothing."""
        with self._lock:
            request = ModelRequest(len(self.requests) + 1, dialect, path, headers, body)
            self.requests.append(request)
            try:
                return request, self._next(request)
            except Exception as error:  # noqa: BLE001 - the script is a test's own code; what it raises is shown to the test
                self.complaints.append(f"request {request.number}: {error!r}")
                return request, Failure(400, f"the script cannot answer: {error!r}")

    def _next(self, request: ModelRequest) -> Answer:
        if callable(self._script):
            return self._script(request)
        rest = self._rest()
        if not rest:
            raise IndexError("the script is over")
        self._played += 1
        return rest[0]

    def _rest(self) -> list[Answer]:
        if callable(self._script):
            raise TypeError("the script decides for itself")
        return list(self._script)[self._played :]
