"""What people and dead programs do to a repository while a run waits: locks, moved branches, deleted worktrees."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from backend_factory.errors import FactoryError
from chaos.audit import audit
from chaos.battery import Battery, Trial
from chaos.line import Place, brought, drive, settle, submit, went_on

Undo = Callable[[], object]


def strike(trial: Trial) -> None:
    """Each trouble at several places of a run: it is healed, or told and gone on from when it is over."""
    for name, (trouble, heals) in TROUBLES.items():
        for records in trial.moments(16, every=3):
            what = f"{name} after record {records}"
            place = settle(trial.folder / f"{name.replace(' ', '-')}-{records}")
            runs = submit(place, 1)
            brought(place, runs, records)
            undo = trouble(place, runs[0])
            if not heals:
                (ended,) = drive(place, runs)
                stopped = isinstance(ended, FactoryError) and bool(ended.hint)
                delivered = getattr(ended, "status", "") == "delivered"
                trial.expect(stopped or delivered, f"{what}: it ended with {ended!r:.300}")
                undo()
            trial.suffered(what, went_on(place, runs) + audit(place, runs))
            theirs = place.folder / "theirs"
            trial.expect(not theirs.exists() or _kept(theirs), f"{what}: somebody's folder was changed")


def _nothing() -> None:
    pass


def _lock_worktree(place: Place, run: str) -> Undo:
    own = place.project / ".git" / "worktrees" / run
    for lock in (own / "index.lock", own / "HEAD.lock", place.project / f".git/refs/backend-factory/{run}/work.lock"):
        if lock.parent.is_dir():
            lock.touch()
    return _nothing


def _lock_shared(*paths: str) -> Callable[[Place, str], Undo]:
    def trouble(place: Place, _: str) -> Undo:
        locks = [place.project / ".git" / path for path in paths]
        for lock in locks:
            lock.parent.mkdir(parents=True, exist_ok=True)
            lock.touch()

        def undo() -> None:
            for lock in locks:
                lock.unlink()

        return undo

    return trouble


def _delete_worktree(place: Place, run: str) -> Undo:
    shutil.rmtree(place.home / "worktrees" / run, ignore_errors=True)
    return _nothing


def _delete_its_record(place: Place, run: str) -> Undo:
    shutil.rmtree(place.project / ".git" / "worktrees", ignore_errors=True)
    return _nothing


def _spoil_worktree(place: Place, run: str) -> Undo:
    """Somebody works in it: files changed, deleted, added, committed, a folder in place of a file."""
    tree = place.home / "worktrees" / run
    if tree.is_dir():
        (tree / "go.mod").write_text("somebody else's\n")
        (tree / "README.md").unlink()
        (tree / "README.md").mkdir()
        (tree / "pkg").mkdir(exist_ok=True)
        (tree / "pkg" / f"{run}.go").write_text("package somebody\n")
        (tree / "secret.txt").write_text("mine\n")
        (tree / "link").symlink_to("/etc")
        (tree / "closed").mkdir(mode=0o500)
    return _nothing


def _link_worktree(place: Place, run: str) -> Undo:
    """The worktree is replaced by a link to somebody's folder, which must not be touched."""
    theirs = place.folder / "theirs"
    theirs.mkdir()
    (theirs / "letter.txt").write_text("dear ada\n")
    shutil.rmtree(place.home / "worktrees" / run, ignore_errors=True)
    (place.home / "worktrees" / run).symlink_to(theirs)
    return _nothing


def _move_base(place: Place, run: str) -> Undo:
    place.commit("docs/other.md", "something else\n")
    return _nothing


def _force_base(place: Place, run: str) -> Undo:
    """The base branch's history is written anew; what the run was based on is no longer in it."""
    place.git("commit", "--quiet", "--amend", "--message", "another beginning")
    return _nothing


def _delete_base(place: Place, run: str) -> Undo:
    tip = place.git("rev-parse", "main")
    place.git("update-ref", "-d", "refs/heads/main")
    return lambda: place.git("update-ref", "refs/heads/main", tip)


def _move_repository(place: Place, run: str) -> Undo:
    away = place.folder / "away"
    place.project.rename(away)
    return lambda: away.rename(place.project)


def _take_branch(place: Place, run: str) -> Undo:
    """Somebody makes a branch of the run's name; what the run itself has published already is left alone."""
    branch = "feature/note-0"
    if place.git("branch", "--list", branch):
        return _nothing
    place.git("branch", branch, "main")
    return lambda: place.git("branch", "--quiet", "-D", branch)


def _collect(place: Place, run: str) -> Undo:
    """Somebody tidies up: packed refs, and everything unreachable deleted at once."""
    place.git("reflog", "expire", "--expire=now", "--all")
    place.git("gc", "--quiet", "--prune=now")
    return _nothing


def _lose_private_refs(place: Place, run: str) -> Undo:
    for ref in place.git("for-each-ref", "--format=%(refname)", f"refs/backend-factory/{run}/work").split():
        place.git("update-ref", "-d", ref)
    return _nothing


def _break_configuration(place: Place, run: str) -> Undo:
    config = place.project / ".git" / "config"
    text = config.read_text()
    config.write_text(text + "[core\n")
    return lambda: config.write_text(text)


def _hang_hooks(place: Place, run: str) -> Undo:
    """Hooks that would fail everything, and an editor that never ends."""
    hooks = place.project / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-commit", "commit-msg", "post-checkout", "reference-transaction", "pre-merge-commit", "post-index-change"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        os.chmod(hooks / name, 0o755)  # noqa: PTH101, S103 - a hook has to be executable
    return lambda: shutil.rmtree(hooks)


TROUBLES: dict[str, tuple[Callable[[Place, str], Undo], bool]] = {
    "its own locks are left behind": (_lock_worktree, True),
    "refs are locked": (_lock_shared("packed-refs.lock", "refs/heads/feature/note-0.lock", "config.lock"), False),
    "the worktree is deleted": (_delete_worktree, True),
    "git's record of the worktree is deleted": (_delete_its_record, True),
    "somebody works in the worktree": (_spoil_worktree, True),
    "the worktree is a link": (_link_worktree, True),
    "the base branch moves on": (_move_base, True),
    "the base branch is rewritten": (_force_base, True),
    "the base branch is deleted": (_delete_base, False),
    "the repository is moved away": (_move_repository, False),
    "the branch is taken": (_take_branch, False),
    "garbage is collected": (_collect, True),
    "private refs are deleted": (_lose_private_refs, True),
    "the configuration is broken": (_break_configuration, False),
    "hooks refuse everything": (_hang_hooks, False),
}
"""What happens, and whether the run must get to its end in spite of it; else it may stop, say why, and go on afterwards."""


def _kept(folder: Path) -> bool:
    return [path.name for path in folder.iterdir()] == ["letter.txt"]


BATTERY = Battery("git-trouble", "locks, moved branches, deleted and spoilt worktrees, hooks, garbage collection", strike)
