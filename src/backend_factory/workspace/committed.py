"""A file as a commit has it, whatever the checkout says."""

from backend_factory.errors import AskerError
from backend_factory.workspace.repository import Repository

LARGEST = 256 * 1024
"""Bytes; more than anybody writes into a configuration file."""


async def committed_text(repository: Repository, commit: str, path: str) -> str | None:
    """The UTF-8 text of the ordinary file at `path` in `commit`; None where there is none.

    AskerError for a link, a folder, what is too large, and what is not text.
    """
    entry = await repository.git.text("ls-tree", "-z", "--long", "--end-of-options", commit, "--", path)
    if not entry:
        return None
    mode, kind, sha, size = entry.split("\t", 1)[0].split()
    if kind != "blob" or not mode.startswith("100"):
        raise AskerError(f"{path} at {commit[:12]} is no ordinary file", hint="commit it as a file")
    if int(size) > LARGEST:
        raise AskerError(f"{path} at {commit[:12]} has {size} bytes", hint=f"keep it below {LARGEST:,}")
    text = await repository.git.text("cat-file", "blob", sha)
    # What is not UTF-8 has been replaced on the way.
    if "\ufffd" in text:
        raise AskerError(f"{path} at {commit[:12]} is not UTF-8 text", hint="save it as UTF-8")
    return text
