"""Calls git: fixed argument lists, nobody's configuration but the repository's own, no hooks, no questions."""

import asyncio
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from backend_factory.errors import AskerError, FactoryError, OperatorError
from backend_factory.workspace.process import Completed, program, run

AUTHOR = ("Backend Factory", "factory@localhost")
LEAST_VERSION = (2, 38)
"""The first with `merge-tree --write-tree`; https://github.com/git/git/blob/master/Documentation/RelNotes/2.38.0.txt"""

_PATIENCE = timedelta(seconds=3)
"""How long a lock that another git holds is waited for."""
_TIMEOUT = timedelta(minutes=10)
_OUTPUT_LIMIT = 256 * 1024 * 1024
_VERSIONS: dict[tuple[str, int], str] = {}
"""What a program calls itself, by its place and the nanosecond of its last change: asked once."""
_LOCKED = re.compile(r"(?:Unable to create '|could not lock config file )(?P<path>.+?)'?: File exists")

# What a repository's own configuration could otherwise start, sign, ask or change in the files' bytes.
_OPTIONS = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.attributesFile": "/dev/null",
    "core.excludesFile": "/dev/null",
    "core.autocrlf": "false",
    "core.eol": "lf",
    "core.fileMode": "true",
    "core.symlinks": "true",
    "core.editor": "false",
    "core.askPass": "false",
    "core.pager": "cat",
    "commit.gpgSign": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "i18n.commitEncoding": "UTF-8",
    "submodule.recurse": "false",
    "protocol.ext.allow": "never",
    "protocol.file.allow": "never",
}


@dataclass(frozen=True)
class Git:
    """git in one folder; `await git.text(...)` for what it says, `await git.call(...)` for how it ended."""

    program: str
    folder: Path
    """Where it is run."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Environment on top of the fixed one, such as GIT_DIR."""
    overrides: tuple[str, ...] = ()
    """Further `key=value` options, which switch off what the repository's configuration would run."""

    async def call(self, *arguments: str, stdin: bytes = b"", settings: Mapping[str, str] | None = None) -> Completed:
        """Runs `git <arguments>`; waits a little while another git holds a lock. Any status is a result."""
        options = [f"{key}={value}" for key, value in _OPTIONS.items()] + list(self.overrides)
        command = [self.program, *(part for option in options for part in ("-c", option)), *arguments]
        env = {**_environment(self.program), **self.settings, **(settings or {})}
        pause, waited = timedelta(milliseconds=30), timedelta(0)
        while True:
            done = await run(command, cwd=self.folder, env=env, timeout=_TIMEOUT, output_limit=_OUTPUT_LIMIT, stdin=stdin)
            if done.ok or waited >= _PATIENCE or not _LOCKED.search(done.stderr):
                return done
            await asyncio.sleep(pause.total_seconds())
            waited, pause = waited + pause, min(2 * pause, timedelta(milliseconds=400))

    async def text(self, *arguments: str, stdin: bytes = b"", settings: Mapping[str, str] | None = None) -> str:
        """What `git <arguments>` printed. Raises AskerError or OperatorError, by the reason, if it failed."""
        done = await self.call(*arguments, stdin=stdin, settings=settings)
        if not done.ok or done.truncated:
            raise failure(done, arguments[0], self.folder)
        return done.stdout

    async def line(self, *arguments: str, stdin: bytes = b"", settings: Mapping[str, str] | None = None) -> str:
        """What `git <arguments>` printed, without the end of the line."""
        return (await self.text(*arguments, stdin=stdin, settings=settings)).rstrip("\n")

    async def is_branch_name(self, name: str) -> bool:
        """Whether `name` can name a branch, by git's own rules; `main~1` and the like cannot."""
        if "\0" in name or name.startswith("-"):
            return False
        return (await self.call("check-ref-format", f"refs/heads/{name}")).ok

    async def tip_of(self, branch: str) -> str | None:
        """The commit that the branch of exactly that name points to, or None if there is none."""
        if "\0" in branch:
            return None
        done = await self.call("show-ref", "--verify", "--hash", f"refs/heads/{branch}")
        return done.stdout.strip() if done.ok else None

    async def commit_of(self, name: str) -> str | None:
        """The commit that a ref or id names, or None if there is none."""
        done = await self.call("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return done.stdout.strip() if done.ok else None


async def find_git(folder: Path, path: str | None = None) -> Git:
    """git for `folder`, found on `path` (default: the factory's PATH). Raises OperatorError if missing or too old."""
    try:
        git = Git(program("git", path), folder)
        changed = (await asyncio.to_thread(Path(git.program).stat)).st_mtime_ns
    except (OperatorError, OSError) as missing:
        raise OperatorError("git was not found", hint="install git 2.38 or newer, and put it on PATH") from missing
    printed = _VERSIONS.get((git.program, changed)) or await git.line("version")
    _VERSIONS[git.program, changed] = printed
    version = re.search(r"(\d+)\.(\d+)", printed)
    if version is None or (int(version[1]), int(version[2])) < LEAST_VERSION:
        raise OperatorError(f"git is too old: {printed}", hint="install git 2.38 or newer, and put it first on PATH")
    return git


def author(at: datetime) -> dict[str, str]:
    """Environment for a commit by the factory at the aware time `at`; the same time gives the same commit."""
    when = f"{int(at.timestamp())} +0000"
    name, email = AUTHOR
    return {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", name), ("EMAIL", email), ("DATE", when))
    }


def failure(done: Completed, verb: str, folder: Path) -> FactoryError:
    """The error for a git call that should have succeeded, by what git said."""
    said = done.stderr.strip() or done.stdout.strip()
    lock = _LOCKED.search(said)
    if lock:
        return OperatorError(
            f"git {verb} in {folder}: {lock['path']} is locked by another git",
            hint=f"let the other git finish; if none is running, delete {lock['path']} and resume",
        )
    for pattern, error, hint in _REASONS:
        if re.search(pattern, said, re.IGNORECASE):
            return error(f"git {verb} in {folder}: {_last_line(said)}", hint=hint)
    if done.timed_out or done.truncated:
        said = "no end within the time limit" if done.timed_out else "more output than can be read"
    return OperatorError(
        f"git {verb} failed in {folder}: {_last_line(said)}", hint=f"look at the repository with `git -C {folder} fsck`"
    )


_REASONS: tuple[tuple[str, type[FactoryError], str], ...] = (
    ("no space left|disk quota exceeded", OperatorError, "free some space, then resume the run"),
    ("permission denied|read-only file system", OperatorError, "make the repository writable for this user"),
    ("dubious ownership", OperatorError, "run the factory as the owner of the repository, or change its owner"),
    ("bad object|corrupt|missing blob|unable to read", AskerError, "the repository is damaged: run `git fsck` in it"),
)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("hint:")]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (fatal or lines or ["no reason given"])[0][:500]


def _environment(git: str) -> dict[str, str]:
    # No HOME: the asker's own ignore and attribute files would make a run differ from machine to machine.
    return {
        "PATH": os.pathsep.join((str(Path(git).parent), os.defpath)),
        "LC_ALL": "C",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
    }
