"""Many short commands behind the same walls, one after the other: what walls cost is paid once."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from backend_factory.workspace.process import Completed, Running, running
from backend_factory.workspace.sandbox.confinement import Confinement
from backend_factory.workspace.sandbox.python import python_places
from backend_factory.workspace.sandbox.sandbox import Sandbox

_SCRIPT = Path(__file__).with_name("inside.py")
_LATER = 10.0  # seconds that an outcome may come after a command's time is over


class Series:
    """`async with Series(sandbox, confinement) as series:`; commands share the confinement's places and limits.

    What one leaves running is ended before the next begins; what it leaves in writable places is there for the next.
    """

    def __init__(self, sandbox: Sandbox, confinement: Confinement) -> None:
        self._sandbox = sandbox
        self._confinement = replace(confinement, readable=(*confinement.readable, *python_places(), _SCRIPT))
        self._block = AsyncExitStack()
        self._process: Running | None = None
        self._lines: asyncio.Queue[bytes] = asyncio.Queue()
        self._begun = b""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._block.aclose()

    async def run(self, command: Sequence[str], *, folder: Path, env: Mapping[str, str], within: timedelta) -> Completed:
        """Runs `command` in `folder`; any status is a result. One that brings the walls down is told as killed, and the next
        one gets new walls. One at a time."""
        process, started = await self._started(), time.monotonic()
        order = {
            "command": list(command),
            "folder": str(folder),
            "env": dict(env),
            "seconds": within.total_seconds(),
            "output": self._confinement.limits.output,
        }
        process.tell(json.dumps(order).encode() + b"\n")
        try:
            line = await asyncio.wait_for(self._lines.get(), within.total_seconds() + _LATER)
        except TimeoutError:
            line = b""
        except BaseException:
            # Nobody will take its answer.
            await self._put_down()
            raise
        if line:
            return _completed(command, json.loads(line))
        said = process.stream(2)
        await self._put_down()
        took = timedelta(seconds=time.monotonic() - started)
        return Completed(tuple(command), -signal.SIGKILL, "", said or "the sandbox ended with it", took)

    async def _started(self) -> Running:
        if self._process is None:
            alone = "alone" if self._sandbox.kind in ("bubblewrap", "namespaces") else "among others"
            script = [sys.executable, "-I", "-S", str(_SCRIPT), alone]
            line, env = self._sandbox.wrap(script, {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, self._confinement)
            self._lines, self._begun = asyncio.Queue(), b""
            self._process = await self._block.enter_async_context(
                running(
                    line,
                    cwd=self._confinement.folder,
                    env=env,
                    output_limit=65536,
                    supervised=self._sandbox.needs_supervisor,
                    hear=self._heard,
                )
            )
        return self._process

    async def _put_down(self) -> None:
        self._process = None
        await self._block.aclose()

    def _heard(self, piece: bytes) -> None:
        """Whole lines; an empty one at the end of all."""
        *whole, self._begun = (self._begun + piece).split(b"\n")
        for line in whole if piece else [b""]:
            self._lines.put_nowait(line)


def _completed(command: Sequence[str], told: Mapping[str, object]) -> Completed:
    return Completed(
        command=tuple(command),
        exit_status=None if told["late"] else int(str(told["status"])),
        stdout=str(told["stdout"]),
        stderr=str(told["stderr"]),
        duration=timedelta(seconds=float(str(told["seconds"]))),
        timed_out=bool(told["late"]),
        truncated=bool(told["truncated"]),
    )
