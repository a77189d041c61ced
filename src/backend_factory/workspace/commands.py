"""Runs a member's command behind walls: it reads the worktree and the Go modules, and changes neither."""

import os
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from backend_factory.errors import OperatorError
from backend_factory.workspace.golang import GoToolchain
from backend_factory.workspace.process import Completed
from backend_factory.workspace.sandbox.confinement import Confinement, Limits
from backend_factory.workspace.sandbox.sandbox import Sandbox
from backend_factory.workspace.worktree import Worktree

_OUTPUT = 256 * 1024
_KEPT = (
    "GOROOT",
    "GOMODCACHE",
    "GOENV",
    "GOTOOLCHAIN",
    "GOTELEMETRY",
    "GO111MODULE",
    "GOWORK",
    "GOFLAGS",
    "CGO_ENABLED",
    "LC_ALL",
)
"""Of the factory's own environment for Go; proxies may have passwords in them."""


def build_cache(cache: Path, worktree: Worktree) -> Path:
    """Where the commands of a run's members build. Not the factory's own place: what gates use, no member may write."""
    return cache / "lanes" / worktree.run_id


def forget_builds(cache: Path, worktree: Worktree) -> None:
    """Remove what the commands built. Idempotent."""
    shutil.rmtree(build_cache(cache, worktree), ignore_errors=True)


def tools_environment(go: GoToolchain, cache: Path) -> dict[str, str]:
    """What Go needs to build with the modules that are there, and to fetch none."""
    own = go.environment(cache)
    return {name: own[name] for name in _KEPT} | {"GOPROXY": "off"}


async def run_confined(
    sandbox: Sandbox, go: GoToolchain, worktree: Worktree, cache: Path, command: Sequence[str], wall: timedelta
) -> Completed:
    """What `command` did in the worktree, without network, secrets and lasting traces; any status is a result.

    OperatorError where the program is not there.
    """
    if not command or not command[0] or any("\0" in part for part in command):
        raise OperatorError("no program is named", hint="give the program and its arguments, one by one")
    builds = build_cache(cache, worktree)
    builds.mkdir(parents=True, exist_ok=True)
    env = tools_environment(go, cache) | {
        "PATH": os.pathsep.join((str(go.root / "bin"), os.defpath)),
        "GOPATH": "/tmp/go",  # noqa: S108 - the attempt's own
        "GOCACHE": str(builds),
    }
    confinement = Confinement(
        folder=worktree.folder,
        writable=(builds,),
        readable=(go.root, Path(env["GOMODCACHE"])),
        limits=Limits(wall=wall, cpu=4 * wall, output=_OUTPUT),
    )
    return await sandbox.run(command, env=env, confinement=confinement)
