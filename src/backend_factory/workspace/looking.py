"""Looks for files and words in a worktree: git does it, in a process that can be ended."""

import asyncio

from backend_factory.workspace.process import Completed
from backend_factory.workspace.worktree import Worktree

PATIENCE = 20.0
"""Seconds; an expression from a stranger may take for ever."""
MOST = 500
"""Paths or lines that are given back."""
LONGEST = 1_000
"""Characters of an expression or a glob."""
_LONGEST = 400  # characters of a line
_GLOBS = {"GIT_LITERAL_PATHSPECS": "0"}


class LookingFailed(ValueError):
    """The pattern or expression is none, or takes too long; the message says which."""


async def files(worktree: Worktree, pattern: str) -> tuple[str, ...]:
    """Paths of files that match the glob (`**/*.go`; empty: all), sorted, at most `MOST`; ignored files and `.git` aside."""
    done = await _git(worktree, "ls-files", "-z", "--cached", "--others", "--exclude-standard", *_only(pattern))
    listed = {path for path in done.stdout.split("\0") if path}
    present = (path for path in sorted(listed) if (worktree.folder / path).is_file())
    return tuple(path for path, _ in zip(present, range(MOST), strict=False))


async def lines(worktree: Worktree, expression: str, pattern: str) -> tuple[str, ...]:
    """Lines that match the extended regular expression, as `path:number:text`, at most `MOST`; in files that match the glob."""
    options = ("-n", "-I", "-E", "--no-color", "--untracked", "--exclude-standard", f"--max-count={MOST}", "-e", expression)
    done = await _git(worktree, "grep", *options, *_only(pattern))
    return tuple(line[:_LONGEST] for line in done.stdout.splitlines()[:MOST])


def _only(pattern: str) -> tuple[str, ...]:
    return ("--", f":(glob){pattern}") if pattern else ("--",)


async def _git(worktree: Worktree, *arguments: str) -> Completed:
    if any("\0" in each for each in arguments):
        raise LookingFailed("a NUL is in it")
    if any(len(each) > LONGEST for each in arguments):
        raise LookingFailed(f"longer than {LONGEST:,} characters: look for something simpler")
    try:
        async with asyncio.timeout(PATIENCE):
            done = await worktree.git.call(*arguments, settings=_GLOBS)
    except TimeoutError:
        raise LookingFailed(f"not done within {PATIENCE:g} s: look for something simpler") from None
    # 1: grep found nothing.
    if done.exit_status not in (0, 1) or done.truncated:
        raise LookingFailed(done.stderr.strip()[:300] or "git could not do it")
    return done
