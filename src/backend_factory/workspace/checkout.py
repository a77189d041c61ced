"""A clean checkout of one commit for gates: its files as a fresh clone has them, and no git around them."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from backend_factory.errors import OperatorError
from backend_factory.workspace.git import Git
from backend_factory.workspace.repository import Repository


async def clean_checkout(repository: Repository, commit: str, into: Path) -> Path:
    """Writes the files of `commit` to the new folder `into` and returns it.

    Not `git archive`: a repository's attributes can leave files out of it and rewrite others. No filter, hook or
    submodule runs; a submodule is an empty folder; a link that leads out of `into` becomes a file that holds its target.
    Raises OperatorError if `into` exists and is not empty, or cannot be written.
    """
    into = await asyncio.to_thread(_made, into)
    # Beside it, not in the machine's temporary folder: whoever puts a killed gate's checkout away puts this away too.
    with tempfile.TemporaryDirectory(prefix=".index-", dir=into.parent) as place:
        settings = {
            "GIT_DIR": str(repository.git_folder),
            "GIT_WORK_TREE": str(into),
            "GIT_INDEX_FILE": str(Path(place, "index")),
        }
        git = Git(repository.git.program, into, settings, repository.git.overrides)
        await git.line("read-tree", f"{commit}^{{tree}}")
        await git.line("checkout-index", "--all", "--force")
        listed = await git.text("ls-files", "--stage", "-z")
    links = [entry.partition("\t")[2] for entry in listed.split("\0") if entry.startswith("120000 ")]
    await asyncio.to_thread(_defuse, into, links)
    return into


def _made(into: Path) -> Path:
    try:
        into.mkdir(parents=True, exist_ok=True)
        empty = not any(into.iterdir())
    except OSError as reason:
        raise OperatorError(f"{into} cannot be made: {reason.strerror}", hint="check the state folder's disk") from reason
    if not empty:
        raise OperatorError(f"{into} is not empty", hint=f"delete {into}")
    return into.resolve()


def _defuse(into: Path, links: list[str]) -> None:
    for link in (into / name for name in links):
        if link.is_symlink() and not link.resolve().is_relative_to(into):
            target = os.fsencode(link.readlink())
            link.unlink()
            link.write_bytes(target)


def discard(folder: Path) -> None:
    """Deletes a clean checkout and what gates left in it. Idempotent."""
    shutil.rmtree(folder, ignore_errors=True)
