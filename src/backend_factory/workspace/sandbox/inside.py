"""Runs commands one after the other, as it is told on standard input: a script that a `Series` starts behind walls.

It imports nothing of the factory, which cannot be seen from there. What runs beside it is not to be trusted: it cannot read or
write this process, and whatever a command leaves behind is ended before its outcome is told.
"""
# pathlib would take longer than all else that is imported here.

import contextlib
import ctypes
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from typing import Any

_PR_SET_DUMPABLE = 4
_DRAINED = 1.0  # seconds for the rest of the output, once nobody should be left to write


class _Kept:
    """The beginning and the end of a stream."""

    def __init__(self, limit: int) -> None:
        self._half = limit // 2
        self._head, self._tail, self.truncated = b"", b"", False

    def add(self, piece: bytes) -> None:
        room = self._half - len(self._head)
        self._head += piece[:room]
        self._tail += piece[room:] if room < len(piece) else b""
        if len(self._tail) > 2 * self._half:
            self._tail, self.truncated = self._tail[-self._half :], True

    def text(self) -> str:
        note = b"\n[cut]\n" if self.truncated else b""
        return (self._head + note + self._tail).decode("utf-8", "replace")


def _performed(order: dict[str, Any], *, alone: bool) -> dict[str, Any]:
    began = time.monotonic()
    try:
        process = subprocess.Popen(
            order["command"],
            cwd=order["folder"],
            env=order["env"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as reason:
        return {"status": 127, "late": False, "seconds": 0.0, "stdout": "", "stderr": str(reason), "truncated": False}
    streams: dict[Any, _Kept] = {process.stdout: _Kept(order["output"]), process.stderr: _Kept(order["output"])}
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            os.set_blocking(stream.fileno(), False)
            selector.register(stream, selectors.EVENT_READ)
        deadline = began + order["seconds"]
        _read(selector, streams, lambda: process.poll() is None and time.monotonic() < deadline)
        # Who has closed both may go on for a while.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0, deadline - time.monotonic()))
        late = process.poll() is None
        _end(process.pid, alone=alone)
        status = process.wait()
        seconds = time.monotonic() - began
        drained = time.monotonic() + _DRAINED
        _read(selector, streams, lambda: time.monotonic() < drained)
    for stream in streams:
        stream.close()
    out, err = streams.values()
    truncated = out.truncated or err.truncated
    told = {"status": status, "late": late, "seconds": seconds, "stdout": out.text(), "stderr": err.text()}
    return told | {"truncated": truncated}


def _read(selector: selectors.BaseSelector, streams: dict[Any, _Kept], while_: Any) -> None:
    """Until both are closed, or `while_` says no."""
    while selector.get_map() and while_():
        for key, _ in selector.select(0.01):
            piece = os.read(key.fd, 65536)
            if piece:
                streams[key.fileobj].add(piece)
            else:
                selector.unregister(key.fileobj)


def _end(group: int, *, alone: bool) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    if alone:
        # Everybody else in this process namespace; the kernel leaves out whoever asks, and the first process.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(-1, signal.SIGKILL)


def main(*, alone: bool) -> None:
    """Until standard input ends. `alone`: whoever else can be seen was started by a command."""
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_performed(json.loads(line), alone=alone)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(alone=sys.argv[1] == "alone")
