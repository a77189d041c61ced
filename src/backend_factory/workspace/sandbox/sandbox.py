"""The sandbox of this machine: the strongest that can be had, tried and not assumed."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from backend_factory.errors import OperatorError
from backend_factory.workspace.process import Completed, program, run
from backend_factory.workspace.sandbox import landlock
from backend_factory.workspace.sandbox.confinement import Confinement
from backend_factory.workspace.sandbox.orders import NO_WALLS, UNUSABLE, Orders
from backend_factory.workspace.sandbox.view import view

Kind = Literal["bubblewrap", "namespaces", "landlock", "none"]
KINDS: tuple[Kind, ...] = ("bubblewrap", "namespaces", "landlock")
"""From the strongest to the weakest; `none` is only what somebody asked for in so many words."""

_TRIAL = timedelta(seconds=20)
_LAUNCHER = Path(__file__).with_name("launcher.py")
_PROMISES = (
    "files outside the lane may be changed; home, secrets, the state folder, other runs and other processes may be read; "
    "the network, the metadata address and the Docker socket may be reached; processor, memory and disk may be used up; "
    "programs may stay behind"
)


@dataclass(frozen=True)
class Sandbox:
    """A way to start a program behind walls."""

    kind: Kind
    program: str = ""
    """That of bubblewrap."""

    @property
    def needs_supervisor(self) -> bool:
        """Whether only a supervisor surely ends all that a command starts; in a process namespace all ends with its launcher."""
        return self.kind in ("landlock", "none")

    def wrap(self, command: Sequence[str], env: Mapping[str, str], confinement: Confinement) -> tuple[list[str], dict[str, str]]:
        """(command, environment) that run `command` confined, for `workspace.process` with `supervised=needs_supervisor`; to be
        started by this process.

        HOME and TMPDIR are the attempt's own /tmp where `env` does not name others. Settings of the dynamic linker are left
        out: they would reach what puts up the walls. With kind `none` nothing is changed. Raises OperatorError if the
        program or a path is missing, InternalError for a path that leads out of the folder.
        """
        if self.kind == "none":
            return list(command), dict(env)
        name = command[0]
        found = program(str(confinement.folder / name) if os.sep in name else name, env.get("PATH", os.defpath))
        told = self._orders(confinement, env.get("LC_CTYPE", "")).told()
        own = {"HOME": "/tmp", "TMPDIR": "/tmp"}  # noqa: S108 - it is the attempt's own
        clean = {key: value for key, value in env.items() if not key.startswith("LD_")}
        return [sys.executable, "-I", "-S", str(_LAUNCHER), told, found, *command[1:]], own | clean

    async def run(
        self, command: Sequence[str], *, env: Mapping[str, str], confinement: Confinement, stdin: bytes = b""
    ) -> Completed:
        """Runs `command` confined, within all of the confinement's limits; see `workspace.process.run`.

        Raises OperatorError too where the walls cannot be put up, and nothing was started.
        """
        line, clean = self.wrap(command, env, confinement)
        limits = confinement.limits
        done = await run(
            line,
            cwd=confinement.folder,
            env=clean,
            timeout=limits.wall,
            output_limit=limits.output,
            stdin=stdin,
            supervised=self.needs_supervisor,
        )
        # A program can say the same, and ends the run by it and nothing else.
        said = {NO_WALLS: UNUSABLE, 1: "bwrap: "}.get(done.exit_status or 0)
        if self.kind != "none" and said and done.stderr.startswith(said):
            hint = "run `backend-factory doctor`, which tries each sandbox"
            raise OperatorError(f"nothing was started: {done.stderr.strip()[:300]}", hint=hint)
        return done

    def _orders(self, confinement: Confinement, locale: str) -> Orders:
        limits = confinement.limits
        return Orders(
            factory=os.getpid(),
            kind=self.kind,
            program=self.program,
            locale=locale,
            folder=str(confinement.folder),
            mounts=[(mount.kind, mount.source, mount.target) for mount in view(confinement)],
            ports=list(confinement.ports),
            served=list(confinement.served),
            wall=limits.wall.total_seconds(),
            cpu=limits.cpu.total_seconds(),
            memory=limits.memory,
            tasks=limits.tasks,
            file=limits.file,
            disk=limits.disk,
        )


UNCONFINED = Sandbox("none")
"""No walls, for whoever says `--no-sandbox`."""


async def find_sandbox(tool_path: str) -> Sandbox:
    """The strongest sandbox that works here; bubblewrap is looked for in `tool_path`.

    Raises OperatorError that says what would fall without one, if there is none.
    """
    reasons = []
    for kind in KINDS:
        sandbox, reason = await attempt(kind, tool_path)
        if sandbox:
            return sandbox
        reasons.append(f"{kind}: {reason}")
    raise OperatorError(
        f"no sandbox works on this machine ({'; '.join(reasons)}). Without one {_PROMISES}",
        hint="install bubblewrap, or allow user namespaces or Landlock; or accept all that with --no-sandbox",
    )


async def attempt(kind: Kind, tool_path: str) -> tuple[Sandbox | None, str]:
    """(that sandbox if it works here, else None, why it does not)."""
    if not sys.platform.startswith("linux"):
        return None, "it needs Linux"
    try:
        sandbox = Sandbox(kind, program("bwrap", tool_path) if kind == "bubblewrap" else "")
    except OperatorError as error:
        return None, error.message
    if kind == "landlock" and landlock.version() < landlock.LEAST:
        return None, f"the kernel has version {landlock.version()} of Landlock, {landlock.LEAST} or newer is needed"
    done = await _tried(sandbox)
    return (sandbox, "") if done.ok else (None, done.stderr.strip()[-300:] or f"exit status {done.exit_status}")


async def _tried(sandbox: Sandbox) -> Completed:
    place = Path(__file__).parent  # any folder will do, and one that was made for it would stay behind where this is killed
    line, env = sandbox.wrap(["true"], {"PATH": os.defpath}, Confinement(place))
    return await run(line, cwd=place, env=env, timeout=_TRIAL, supervised=sandbox.needs_supervisor)
