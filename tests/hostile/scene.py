"""What there is to be harmed: another repository, a home, the state folder, a process, sockets; and whether it was."""

import asyncio
import contextlib
import hashlib
import json
import os
import secrets
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from engaged import Engagement
from walls import available

from backend_factory.domain.assignment import Delivered, Outcome
from backend_factory.runners.agent.profile import from_command
from backend_factory.workspace.process import running
from backend_factory.workspace.sandbox.sandbox import KINDS, UNCONFINED, Sandbox

AGENT = Path(__file__).with_name("hostile_agent.py")
PYTHON = (Path(sys.prefix), Path(sys.base_prefix))


def walls() -> Sandbox:
    """The strongest sandbox of this machine; where there is none, the battery fails rather than being left out."""
    found = next((sandbox for kind in KINDS if (sandbox := available(kind)[0])), None)
    assert found is not None, "no sandbox works on this machine"
    return found


@dataclass
class Scene:
    """Beside a worktree, in the same folder."""

    place: Path
    secret: str = field(default_factory=lambda: f"secret-{secrets.token_hex(8)}")
    port: int = 0
    victim: int = 0
    reached: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        files = {
            "other/notes": "mine",
            "other/.git/config": "[core]\n",
            "home/.ssh/id_ed25519": self.secret,
            "home/.aws/credentials": self.secret,
            "state/journal.db": self.secret,
            "state/evidence/ab": self.secret,
            "state/worktrees/run-2/main.go": f"// {self.secret}\n",
        }
        for name, text in files.items():
            (self.place / name).parent.mkdir(parents=True, exist_ok=True)
            (self.place / name).write_text(text)
            (self.place / name).chmod(0o600)
        self._before = self._seen()

    def fill(self, deed: str) -> str:
        """The deed with the places and numbers of this scene."""
        return deed.replace("PLACE", str(self.place)).replace("PORT", str(self.port)).replace("VICTIM", str(self.victim))

    def harm(self, *said: object) -> list[str]:
        """What was changed, read or reached."""
        changed = sorted(name for name, digest in self._seen().items() if self._before.get(name) != digest)
        gone = sorted(set(self._before) - set(self._seen()))
        read = ["read"] if any(self.secret in str(each) for each in said) else []
        killed = ["killed"] if self.victim and not _alive(self.victim) else []
        return [*changed, *gone, *read, *self.reached, *killed]

    def _seen(self) -> dict[str, str]:
        roots = [self.place / name for name in ("other", "home", "state")]
        found = [path for root in roots for path in root.rglob("*") if path.is_file()]
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() + oct(path.stat().st_mode) for path in found}


def _alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@contextlib.asynccontextmanager
async def peopled(scene: Scene) -> AsyncIterator[Scene]:
    """With a process that holds a secret, a server on the machine's loopback, and a socket as Docker's is."""

    async def greet(name: str, writer: asyncio.StreamWriter) -> None:
        scene.reached.append(name)
        with contextlib.suppress(OSError):
            writer.write(scene.secret.encode())
            await writer.drain()
            writer.close()

    line = [os.path.realpath(sys.executable), "-I", "-S", "-c", "import time; time.sleep(60)"]
    async with contextlib.AsyncExitStack() as stack:
        server = await asyncio.start_server(lambda _, writer: greet("loopback", writer), "127.0.0.1", 0)
        scene.port = (await stack.enter_async_context(server)).sockets[0].getsockname()[1]
        for address in (str(scene.place / "docker.sock"), f"\0docker-{scene.port}"):
            unix = await asyncio.start_unix_server(lambda _, writer: greet("socket", writer), address)
            await stack.enter_async_context(unix)
        victim = running(line, cwd=scene.place, env={"FACTORY_KEY": scene.secret})
        scene.victim = (await stack.enter_async_context(victim)).pid
        yield scene


def engaged(place: Path, deed: str, sandbox: Sandbox | None = UNCONFINED, **terms: object) -> Engagement:
    """The agent of ill will, about to do the deed in a worktree below `place`."""
    command = (os.path.realpath(sys.executable), "-I", "-S", str(AGENT), deed)
    terms.setdefault("readable", (*PYTHON, AGENT))
    return Engagement(place, "", sandbox=sandbox, changed=lambda _: from_command(command), **terms)


def came_of(outcome: Outcome) -> list[object]:
    """What the agent says that came of its deed."""
    assert isinstance(outcome, Delivered), outcome
    return list(json.loads(outcome.deliverable.summary))
