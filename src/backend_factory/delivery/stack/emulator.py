"""One AWS emulator on loopback, with permissions enforced, that lives as long as its block and no longer."""

import asyncio
import contextlib
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from backend_factory.delivery.stack.account import REGION, Account
from backend_factory.errors import OperatorError
from backend_factory.workspace.process import Running, running
from backend_factory.workspace.sandbox.confinement import Confinement, Limits
from backend_factory.workspace.sandbox.python import python_places
from backend_factory.workspace.sandbox.sandbox import Sandbox

_HOST = "127.0.0.1"
_ROOT = "test"
"""The access key that ministack knows as the account's root user; it checks permissions but no signatures."""
_TRIES = 3
_TAKEN = "already in use"


_DECISIONS = "decisions"
_SCRIPT = Path(__file__).with_name("serve.py")
# The gate that uses it has its own time limits.
_LIMITS = Limits(wall=timedelta(hours=4), cpu=timedelta(hours=8), memory=8 * 1024**3, tasks=4096)


@dataclass(frozen=True, slots=True)
class Decision:
    """May this role do that on this resource?"""

    principal: str
    """arn:aws:sts::000000000000:assumed-role/<role>/<session>"""
    action: str
    """dynamodb:GetItem"""
    resource: str
    allowed: bool


def free_port() -> int:
    """A TCP port on loopback that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class Emulator:
    """`async with Emulator(folder, sandbox) as emulator:` starts ministack; everything it writes is below `folder`.

    It runs behind walls, and the functions with it: nothing leads in but its port, and nothing out. It ends with the functions
    when the block is left, and also when the factory is killed. None of its state is kept. Raises OperatorError if it does
    not start.
    """

    def __init__(
        self,
        folder: Path,
        sandbox: Sandbox,
        *,
        patience: timedelta = timedelta(seconds=30),
        port: Callable[[], int] = free_port,
    ) -> None:
        self._folder = folder.absolute()
        self._sandbox = sandbox
        self._patience = patience
        self._port = port
        self._block = contextlib.AsyncExitStack()
        self._process: Running | None = None
        self._account = Account("", _ROOT, _ROOT)

    async def __aenter__(self) -> Self:
        taken = []
        for _ in range(_TRIES):
            port = self._port()
            if await self._starts(port):
                return self
            taken.append(str(port))
        raise OperatorError(
            f"the AWS emulator found no free port on {_HOST}; taken: {', '.join(taken)}",
            hint="try again, or end what listens there (`ss -ltnp` shows it)",
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._block.aclose()

    @property
    def endpoint(self) -> str:
        """http://127.0.0.1:<port>"""
        return self._account.endpoint

    @property
    def log(self) -> str:
        """What ministack has written."""
        return self._process.stream(1) + self._process.stream(2) if self._process else ""

    def decisions(self) -> tuple[Decision, ...]:
        """What IAM decided about the functions' calls so far, the first one first."""
        lines = (self._folder / _DECISIONS).read_text(encoding="utf-8").splitlines()
        return tuple(Decision(*json.loads(line)) for line in lines if line.endswith("]"))

    def client(self, service: str) -> Any:
        """The boto3 client of `service` as the account's root user."""
        return self._account.client(service)

    async def _starts(self, port: int) -> bool:
        """Whether it is up now; False if the port belongs to somebody else."""
        self._account = Account(f"http://{_HOST}:{port}", _ROOT, _ROOT)
        home = self._home()
        places = Confinement(home, (self._folder, home), (*python_places(), _SCRIPT), served=(port,), limits=_LIMITS)
        command, environment = self._sandbox.wrap([sys.executable, "-I", str(_SCRIPT)], self._environment(port), places)
        self._process = process = await self._block.enter_async_context(
            running(command, cwd=home, env=environment, supervised=self._sandbox.needs_supervisor)
        )
        try:
            if await self._listens(process):
                return True
        except BaseException:
            await self._block.aclose()
            raise
        await self._block.aclose()
        if _TAKEN in self.log:
            return False
        raise self._trouble(f"ended with status {process.exit_status}")

    async def _listens(self, process: Running) -> bool:
        """Whether it says that it listens before it ends; asking the port could reach somebody else."""
        sign = f"Running on {self.endpoint}"
        deadline = time.monotonic() + self._patience.total_seconds()
        while time.monotonic() < deadline:
            if sign in self.log:
                return True
            if process.exit_status is not None:
                return False
            await asyncio.sleep(0.02)
        raise self._trouble(f"did not listen within {self._patience.total_seconds():.0f} s")

    def _trouble(self, reason: str) -> OperatorError:
        last = self.log.strip().splitlines()[-1:] or ["it wrote nothing"]
        return OperatorError(
            f"the AWS emulator {reason}: {last[0]}",
            hint="run `backend-factory doctor`; the package ministack and the folder for temporary files must be usable",
        )

    def _home(self) -> Path:
        home = self._folder / "home"
        try:
            for folder in (home, self._folder / "tmp"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as reason:
            raise OperatorError(
                f"the AWS emulator cannot write to {self._folder}: {reason.strerror}",
                hint="make the folder writable or choose another one",
            ) from reason
        return home

    def _environment(self, port: int) -> dict[str, str]:
        """All that ministack and the functions get to see; a function's own settings and keys come on top."""
        return {
            "PATH": os.defpath,
            "HOME": str(self._folder / "home"),
            "TMPDIR": str(self._folder / "tmp"),
            "LANG": "C.UTF-8",
            "BIND_HOST": _HOST,
            "GATEWAY_PORT": str(port),
            "MINISTACK_HOST": _HOST,
            "MINISTACK_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": _ROOT,
            "AWS_SECRET_ACCESS_KEY": _ROOT,
            "AUTH": "true",
            "DECISIONS": str(self._folder / _DECISIONS),
            "LOG_LEVEL": "INFO",
            "PERSIST_STATE": "0",
            "S3_PERSIST": "0",
            "STATE_DIR": str(self._folder / "state"),
            "S3_DATA_DIR": str(self._folder / "data"),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            # Without it ministack looks for containers of other instances in the machine's Docker.
            "DOCKER_HOST": f"unix://{self._folder / 'no-docker.sock'}",
        }
