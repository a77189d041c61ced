"""The branch that a person sees: its name, and its publication in one step."""

import re
import unicodedata

from backend_factory.errors import AskerError
from backend_factory.workspace.git import failure
from backend_factory.workspace.repository import Repository

_LONGEST_SLUG = 48
_LONGEST_PART = 200  # bytes
_TICKET = re.compile(r"[A-Za-z][A-Za-z0-9]{0,15}-[0-9]{1,10}")


def branch_name(ticket: str | None, title: str, run_id: str) -> str:
    """`feature/<ticket>-<slug>`: ASCII letters, digits and hyphens, at most 84 characters.

    A ticket that does not look like CHAR-123 becomes part of the slug; a title with no ASCII letter or digit is
    replaced by the run's id.
    """
    known = ticket.strip().upper() if ticket and _TICKET.fullmatch(ticket.strip()) else ""
    words = _slug(title if known or not ticket else f"{ticket} {title}") or _slug(run_id) or "run"
    return f"feature/{known}-{words}" if known else f"feature/{words}"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text[:1000]).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) <= _LONGEST_SLUG:
        return slug
    return (slug[: _LONGEST_SLUG + 1].rpartition("-")[0] or slug[:_LONGEST_SLUG]).strip("-")


def work_ref(run_id: str) -> str:
    """The private ref that keeps a run's commits alive until they are published."""
    return f"refs/backend-factory/{run_id}/work"


def published_ref(run_id: str) -> str:
    """The private ref that remembers what this run published; another tip means that somebody else moved the branch."""
    return f"refs/backend-factory/{run_id}/published"


async def ensure_branch_free(repository: Repository, branch: str, run_id: str) -> None:
    """Raises AskerError if `branch` is no branch name, or names a branch that this run did not publish."""
    git = repository.git
    if not _fits(branch) or not await git.is_branch_name(branch):
        raise AskerError(f"{branch[:100]!r} is not a name for a branch", hint="choose another with --branch")
    own, memory = f"refs/heads/{branch}", published_ref(run_id)
    parts = branch.split("/")
    above = {f"refs/heads/{'/'.join(parts[:count])}" for count in range(1, len(parts))}
    asked = (own, memory, *sorted(above))  # each names a ref, and all that is below it
    listed = await git.text("for-each-ref", "--format=%(refname) %(objectname)", *asked)
    tips = dict(line.split() for line in listed.splitlines())
    if own in tips and tips[own] != tips.get(memory):
        raise _taken(branch)
    for name in tips:
        if name in above or name.startswith(f"{own}/"):
            raise AskerError(
                f"the branch {branch!r} cannot be created beside the branch {name.removeprefix('refs/heads/')!r}",
                hint="choose another name with --branch, or delete that branch",
            )


def _fits(branch: str) -> bool:
    """Whether it shows as what it is, and its parts, with git's `.lock` behind them, can be names of files."""
    return branch.isprintable() and all(len(part.encode()) <= _LONGEST_PART for part in branch.split("/"))


async def publish(repository: Repository, branch: str, commit: str, run_id: str) -> None:
    """Makes `branch` point to `commit`, and remembers that this run did; doing it again changes nothing.

    Raises AskerError if the branch is somebody else's, was moved by somebody else, or is checked out anywhere.
    """
    git = repository.git
    ref, memory = f"refs/heads/{branch}", published_ref(run_id)
    tip = await git.commit_of(ref)
    if tip == commit:
        return
    await ensure_branch_free(repository, branch, run_id)
    if tip is not None and f"branch {ref}" in (await git.text("worktree", "list", "--porcelain")).splitlines():
        raise AskerError(f"the branch {branch!r} is checked out", hint="switch to another branch there, then resume")
    step = f"update {ref} {commit} {tip}" if tip else f"create {ref} {commit}"
    steps = f"start\n{step}\nupdate {memory} {commit}\nprepare\ncommit\n"
    done = await git.call("update-ref", "--stdin", stdin=steps.encode())
    if not done.ok and await git.commit_of(ref) != tip:
        raise _taken(branch)
    if not done.ok:
        raise failure(done, "update-ref", repository.root)


def _taken(branch: str) -> AskerError:
    return AskerError(
        f"the branch {branch!r} exists and is not this run's",
        hint=f"choose another name with --branch, or delete it with `git branch -D {branch}`",
    )
