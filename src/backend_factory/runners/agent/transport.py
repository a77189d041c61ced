"""The stream of messages with an agent's process: what is too much, or no message of ours, does not come further than here."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from acp.schema import SessionNotification
from pydantic import ValidationError

_LARGEST_MESSAGE = 16 * 1024 * 1024
_LARGEST_STREAM = 128 * 1024 * 1024
_MOST_GARBAGE = 1_000  # lines: some agents greet or warn on standard output
_MOST_UNREAD = 64 * 1024 * 1024  # bytes that it does not take from us
_RECORDED = 4 * 1024 * 1024

_SERVED = frozenset({"session/request_permission", "fs/read_text_file", "fs/write_text_file"})


class Stream:
    """`acp`'s Transport, over a process that is heard piece by piece."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        self.tell: Callable[[bytes], int] = lambda data: 0
        """Writes to the process, and says how much it has not read yet."""
        self.refused: Callable[[str], None] = lambda what: None
        """Hears of requests for what is not offered."""
        self._redact = redact
        self._partial = bytearray()
        self._lines: deque[bytes] = deque()
        self._come = asyncio.Event()
        self._ended = False
        self._heard = 0
        self._garbage = 0
        self.fault = ""
        """Why nothing more is listened to, where that is the agent's own doing."""
        self._record: list[str] = []
        self._recorded = 0

    def hear(self, data: bytes) -> None:
        """Take the next piece of the agent's standard output; `b""` is its end."""
        if self._ended:
            return
        self._heard += len(data)
        first, *others = data.split(b"\n")
        self._partial += first
        for line in others:
            if self._partial.strip():
                self._lines.append(bytes(self._partial))
            self._partial = bytearray(line)
        if self._heard > _LARGEST_STREAM or len(self._partial) > _LARGEST_MESSAGE:
            self.end("it wrote without end")
        elif not data:
            self.end("")
        self._come.set()

    def end(self, fault: str) -> None:
        """Nothing comes after this."""
        self._ended = True
        self.fault = self.fault or fault
        self._come.set()

    async def receive(self) -> dict[str, Any] | None:
        """The next message that the connection can do something with; None at the end."""
        while True:
            while not self._lines:
                if self._ended:
                    return None
                self._come.clear()
                await self._come.wait()
            message = self._usable(self._lines.popleft())
            if message is not None:
                return message
            await asyncio.sleep(0)  # a flood of garbage leaves others their turn

    async def send(self, message: dict[str, Any]) -> None:
        """Write a message; ConnectionError once the agent does not read any more."""
        line = json.dumps(message, separators=(",", ":"))
        self._keep(">", line)
        if self.tell(line.encode() + b"\n") > _MOST_UNREAD:
            self.end("it stopped reading")
            raise ConnectionError(self.fault)

    async def close(self) -> None:
        """End what is received."""
        self.end("")

    def record(self) -> bytes:
        """The conversation, a message a line, without secrets; its beginning, where it is long."""
        return "".join(self._record).encode(errors="replace")

    def _usable(self, line: bytes) -> dict[str, Any] | None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict) or not _well_formed(message):
            self._garbage += 1
            if self._garbage > _MOST_GARBAGE:
                self.end("what it wrote was not the Agent Client Protocol")
                self._lines.clear()
            return None
        self._keep("<", line.decode(errors="replace").strip())
        if "method" in message and "id" in message and message["method"] not in _SERVED:
            refusal = {"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "not offered"}}
            self.tell(json.dumps(refusal).encode() + b"\n")
            self.refused(f"refused: {message['method']} is not offered")
            return None
        return message

    def _keep(self, direction: str, line: str) -> None:
        if self._recorded < _RECORDED:
            kept = f"{direction} {self._redact(line)}\n"
            self._recorded += len(kept)
            self._record.append(kept)


def _well_formed(message: dict[str, Any]) -> bool:
    """Whether it is a request, an answer or an update whose shape the connection takes without stumbling."""
    if "id" in message and not isinstance(message["id"], int | str):
        return False
    if "method" not in message:
        error = message.get("error", {"code": 0, "message": ""})
        return "id" in message and isinstance(error, dict) and isinstance(error.get("message", ""), str)
    if "id" in message:
        return isinstance(message["method"], str)
    if message["method"] != "session/update":
        return False
    try:
        SessionNotification.model_validate(message.get("params"))
    except ValidationError:
        return False
    return True
