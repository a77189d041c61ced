"""Where an agent and what it runs on are installed: what its sandbox must show beside the system's own programs."""

import os
import shutil
from pathlib import Path

from backend_factory.errors import OperatorError
from backend_factory.runners.agent.profile import Profile
from backend_factory.workspace.process import program

_SYSTEM = tuple(map(Path, ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/nix/store")))
_PACKAGES = "node_modules"


def program_of(profile: Profile, path: str) -> str:
    """The absolute path of the agent's program. OperatorError that says how to install it, where it is not there."""
    try:
        return program(profile.program, path)
    except OperatorError as missing:
        raise OperatorError(missing.message, hint=profile.install or missing.hint) from missing


def folders(name: str, path: str) -> tuple[Path, ...]:
    """The folders of PATH in which programs lie, and those in which `name` and its interpreter are installed.

    The system's own are left out, for a sandbox shows them anyway; none where the program is missing.
    """
    found = shutil.which(name, path=path)
    if found is None:
        return ()
    targets = [Path(found).resolve()]
    if interpreter := _interpreter(targets[0], path):
        targets.append(interpreter)
    listed = (Path(folder) for folder in path.split(os.pathsep) if os.path.isabs(folder))  # noqa: PTH117 - no Path for ""
    places = [*listed, *(_installation(target) for target in targets)]
    return tuple(dict.fromkeys(place for place in places if place.is_dir() and not _is_the_systems(place)))


def _interpreter(script: Path, path: str) -> Path | None:
    """What the first line of a script names, looked for in `path` where that is `env`'s work."""
    with script.open("rb") as stream:
        line = stream.readline(256)
    if not line.startswith(b"#!"):
        return None
    words = line[2:].decode("utf-8", "replace").split()
    names = [word for word in words[1:] if not word.startswith("-")] if words and words[0].endswith("/env") else words[:1]
    found = shutil.which(names[0], path=path) if names else None
    return Path(found).resolve() if found else None


def _installation(target: Path) -> Path:
    """The packages beside which a script lies; for `PREFIX/bin/program` the prefix; else the folder that it is in."""
    if _PACKAGES in target.parts:
        return Path(*target.parts[: target.parts.index(_PACKAGES) + 1])
    return target.parent.parent if target.parent.name == "bin" else target.parent


def _is_the_systems(place: Path) -> bool:
    return any(place == root or place.is_relative_to(root) for root in _SYSTEM)
