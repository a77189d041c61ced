"""A run's own checkout, outside the asker's: made, found again after a crash, put back, removed."""

import asyncio
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from backend_factory.errors import InternalError, OperatorError
from backend_factory.workspace.branch import ensure_branch_free, published_ref, work_ref
from backend_factory.workspace.git import Git, failure
from backend_factory.workspace.repository import Repository

_RUN_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?")
_HALF_MADE = re.compile(r"failed to read \S*worktrees/\S+/(?:commondir|gitdir|HEAD)")
_LOCK_PATIENCE = 3.0  # seconds that a git left over from a killed factory gets to finish


@dataclass(frozen=True)
class Worktree:
    """A detached checkout that only this run uses; what is committed in it is kept alive by `work_ref(run_id)`."""

    repository: Repository
    run_id: str
    folder: Path
    git: Git
    """Bound to this worktree by explicit folders: what a team member writes into `.git` there is not believed."""

    @property
    def ref(self) -> str:
        return work_ref(self.run_id)


async def create(repository: Repository, folder: Path, run_id: str, branch: str, base_commit: str) -> Worktree:
    """The worktree of a run in `folder`; made at the run's last commit, or at `base_commit` if it has none yet.

    Asked for again, the same worktree is returned with its uncommitted files; what a crash left half made is made anew.
    Raises AskerError if `branch`, under which the work will be published, belongs to somebody else.
    """
    if not _RUN_ID.fullmatch(run_id):
        raise InternalError(f"{run_id!r} cannot name a run: letters, digits, - and _ only")
    await ensure_branch_free(repository, branch, run_id)
    folder = await asyncio.to_thread(_placed, folder)
    attached = await attach(repository, folder, run_id)
    if attached is not None:
        return attached
    await asyncio.to_thread(_dismantle, repository, folder)
    commit = await repository.git.commit_of(work_ref(run_id)) or base_commit
    await _add(repository, folder, commit)
    await repository.git.line("update-ref", work_ref(run_id), commit)
    attached = await attach(repository, folder, run_id)
    if attached is None:
        raise InternalError(f"the worktree {folder} is unusable just after it was made")
    return attached


async def _add(repository: Repository, folder: Path, commit: str) -> None:
    """`git worktree add`, again where it stumbled over another run's entry that was being made or removed just then."""
    command = ("worktree", "add", "--detach", "--quiet", "--", str(folder), commit)
    waited = 0.0
    while not (done := await repository.git.call(*command)).ok:
        if waited >= _LOCK_PATIENCE or not _HALF_MADE.search(done.stderr):
            raise failure(done, "worktree", repository.root)
        await asyncio.to_thread(_dismantle, repository, folder)
        await asyncio.sleep(0.1)
        waited += 0.1


async def attach(repository: Repository, folder: Path, run_id: str) -> Worktree | None:
    """The worktree that is in `folder`, with its uncommitted files, or None if there is no whole one."""
    own = await asyncio.to_thread(_git_folder, repository, folder)
    if own is None or (own / "locked").exists() or not (own / "index").exists():
        return None
    if not (folder / ".git").is_file() or (folder / ".git").is_symlink():
        return None
    await _free_locks(own / "index.lock", own / "HEAD.lock", *_ref_locks(repository, run_id))
    settings = {"GIT_DIR": str(own), "GIT_WORK_TREE": str(folder)}
    git = Git(repository.git.program, folder, settings, repository.git.overrides)
    if await git.commit_of("HEAD") is None:
        return None
    return Worktree(repository, run_id, folder, git)


async def reset(worktree: Worktree, commit: str) -> None:
    """Makes folder, HEAD and the run's ref those of `commit`; everything else in the folder is deleted, ignored files too."""
    known = await worktree.git.commit_of(commit)
    if known is None:
        raise InternalError(f"the commit {commit} is not in {worktree.repository.root}")
    await worktree.git.line("reset", "--hard", "--quiet", known)
    if not (await worktree.git.call("clean", "-ffdxq")).ok:
        await asyncio.to_thread(_make_deletable, worktree.folder)
        await worktree.git.line("clean", "-ffdxq")
    await worktree.git.line("update-ref", worktree.ref, known)


async def remove(repository: Repository, folder: Path) -> None:
    """Deletes the worktree in `folder`, whole or half made; the run's refs, and so its commits, stay. Idempotent."""
    await asyncio.to_thread(lambda: _dismantle(repository, _placed(folder)))


async def forget(repository: Repository, run_id: str) -> None:
    """Deletes the run's private refs; commits that no branch holds are then git's to collect. Idempotent."""
    await _free_locks(*_ref_locks(repository, run_id))
    for ref in (work_ref(run_id), published_ref(run_id)):
        await repository.git.line("update-ref", "-d", ref)


def _placed(folder: Path) -> Path:
    # As git writes it down; a link at the place itself is not followed.
    return folder.parent.resolve() / folder.name


def _git_folder(repository: Repository, folder: Path) -> Path | None:
    """The administrative folder that git keeps for the worktree in `folder`."""
    for pointer in (repository.git_folder / "worktrees").glob("*/gitdir"):
        if pointer.read_text(errors="replace").strip() == str(folder / ".git"):
            return pointer.parent
    return None


def _ref_locks(repository: Repository, run_id: str) -> list[Path]:
    return [repository.git_folder / f"{ref}.lock" for ref in (work_ref(run_id), published_ref(run_id))]


async def _free_locks(*locks: Path) -> None:
    """Removes locks on what belongs to this run alone, after a git that may still hold them had time to finish.

    A lock elsewhere in the repository may be anybody's; it is reported and never deleted.
    """
    waited = 0.0
    while any(lock.exists() for lock in locks) and waited < _LOCK_PATIENCE:
        await asyncio.sleep(0.1)
        waited += 0.1
    for lock in locks:
        lock.unlink(missing_ok=True)


def _dismantle(repository: Repository, folder: Path) -> None:
    # Not `git worktree prune`: it would also forget the asker's worktrees on disks that are not mounted now.
    own = _git_folder(repository, folder)
    half_made = repository.git_folder / "worktrees" / folder.name
    if own is None and half_made.is_dir() and not (half_made / "gitdir").exists():
        own = half_made
    try:
        if folder.is_symlink():
            folder.unlink()
        elif folder.exists():
            _make_deletable(folder)
            shutil.rmtree(folder)
        if own is not None:
            shutil.rmtree(own)
        draft(folder).unlink(missing_ok=True)
    except OSError as reason:
        raise OperatorError(
            f"the worktree {folder} could not be removed: {reason.strerror}: {reason.filename}",
            hint="make it deletable for this user, then resume",
        ) from reason


def draft(folder: Path) -> Path:
    """Where a file for the worktree in `folder` is written before it is moved to its place: on its disk, outside it."""
    return folder.with_name(f".{folder.name}.draft")


def _make_deletable(folder: Path) -> None:
    # Go's module cache, for one, makes its folders read-only.
    for place, folders, _ in os.walk(folder):
        for name in folders:
            inner = Path(place, name)
            if not inner.is_symlink():
                inner.chmod(0o700)
