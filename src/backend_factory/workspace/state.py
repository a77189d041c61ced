"""The state folder: where the factory keeps what it must not lose, outside every repository."""

import errno
from dataclasses import dataclass
from pathlib import Path

from backend_factory.errors import OperatorError

_HINT = "set BACKEND_FACTORY_HOME to another folder, or make this one writable for this user"


@dataclass(frozen=True)
class StateFolder:
    """Its places; only this user may look into them."""

    root: Path

    @property
    def journal(self) -> Path:
        """The file of the journal's database."""
        return self.root / "journal.db"

    @property
    def evidence(self) -> Path:
        return self.root / "evidence"

    @property
    def worktrees(self) -> Path:
        return self.root / "worktrees"

    @property
    def checkouts(self) -> Path:
        """Clean checkouts for gates; each is deleted after its use."""
        return self.root / "checkouts"

    @property
    def cache(self) -> Path:
        """May be deleted at any time; it is only slower then."""
        return self.root / "cache"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def agents(self) -> Path:
        """Private homes of coding agents; each ends with its attempt."""
        return self.root / "agents"

    @property
    def patches(self) -> Path:
        """What was rejected, for whoever wants to look at it or go on with it by hand; nothing deletes it."""
        return self.root / "patches"

    def worktree(self, run_id: str) -> Path:
        """Where the worktree of a run is."""
        return self.worktrees / run_id

    def scratch(self, run_id: str) -> Path:
        """Where a run's gates have their clean checkout and their files; gone when a gate has ended."""
        return self.checkouts / run_id

    def activity(self, run_id: str) -> Path:
        """The progress file of a run."""
        return self.root / "activity" / f"{run_id}.jsonl"

    @property
    def pull_requests(self) -> Path:
        """Where the local code host keeps its records."""
        return self.root / "pull-requests"


def open_state(root: Path) -> StateFolder:
    """The state folder at `root`, created where it is missing, with all its folders private (0700).

    Raises OperatorError if it cannot be made or written: a read-only home, a missing permission, a full disk.
    """
    state = StateFolder(root.expanduser().absolute())
    try:
        for place in (state.root, state.evidence, state.worktrees, state.checkouts, state.cache, state.reports, state.agents):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        state.root.chmod(0o700)
        _try_writing(state.root)
    except OSError as reason:
        raise _unusable(state.root, reason) from reason
    return state


def _try_writing(root: Path) -> None:
    # One name for all processes: what a killed one leaves, the next one removes.
    probe = root / ".writable"
    probe.write_bytes(b"?")
    probe.unlink(missing_ok=True)


def _unusable(root: Path, reason: OSError) -> OperatorError:
    if reason.errno in (errno.ENOSPC, errno.EDQUOT):
        return OperatorError(f"the disk of the state folder {root} is full", hint="free some space, then resume the run")
    if reason.errno in (errno.EEXIST, errno.ENOTDIR):
        file = next((each for each in (root, *root.parents) if each.is_file()), reason.filename)
        return OperatorError(f"the state folder {root} cannot be made: {file} is a file", hint=_HINT)
    return OperatorError(f"the state folder {root} cannot be used: {reason.strerror}: {reason.filename or root}", hint=_HINT)
