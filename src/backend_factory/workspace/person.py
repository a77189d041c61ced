"""Who is at the keyboard, as far as git knows."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from backend_factory.workspace.git import find_git
from backend_factory.workspace.process import run

_SETTINGS = ("HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "PATH")


async def git_person(folder: Path, tool_path: str | None, surroundings: Mapping[str, str]) -> str:
    """The e-mail address under which this person commits in `folder`; empty where none is set.

    It is what the machine's user says of themselves: a record, not a proof.
    """
    git = await find_git(folder, tool_path)
    env = {name: surroundings[name] for name in _SETTINGS if name in surroundings}
    done = await run([git.program, "config", "--get", "user.email"], cwd=folder, env=env, timeout=timedelta(seconds=10))
    return done.stdout.strip() if done.ok else ""
