"""Would the work merge into the base branch as it is now?"""

from dataclasses import dataclass

from backend_factory.errors import AskerError
from backend_factory.workspace.git import failure
from backend_factory.workspace.repository import Repository


@dataclass(frozen=True)
class MergeResult:
    """What merging `commit` into the base branch would give; nothing was merged."""

    base_commit: str
    """The tip of the base branch now."""
    base_moved: bool
    """The tip is not the commit that the run started from."""
    conflicts: tuple[str, ...]
    """Paths that do not merge by themselves."""
    tree: str
    """Id of the merged tree; with conflicts, the tree with their markers."""

    @property
    def clean(self) -> bool:
        return not self.conflicts


async def merge_check(repository: Repository, commit: str) -> MergeResult:
    """Tries the merge of `commit` with the base branch's present tip in memory: no ref, index or file changes.

    Raises AskerError if the base branch is gone.
    """
    git = repository.git
    base = await git.commit_of(f"refs/heads/{repository.base_branch}")
    if base is None:
        raise AskerError(f"the base branch {repository.base_branch!r} is gone", hint="create it again, then resume")
    done = await git.call("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", base, commit)
    if done.exit_status not in (0, 1):
        raise failure(done, "merge-tree", repository.root)
    tree, *conflicts = done.stdout.rstrip("\0").split("\0")
    return MergeResult(base, base != repository.base_commit, tuple(dict.fromkeys(conflicts)), tree)
