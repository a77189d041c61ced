"""The repository that a run works on: what is known of it, and a clear refusal of what cannot be worked on."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from backend_factory.errors import AskerError, FactoryError
from backend_factory.workspace.git import Git, failure, find_git

_RUNS_SOMETHING = re.compile(r"(filter|merge)\.(.+)\.(clean|smudge|process|required|driver)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Repository:
    """A git repository with at least one commit. The asker's checkout in `root` is never touched."""

    root: Path
    git_folder: Path
    """The folder that holds objects and refs, shared by all worktrees."""
    base_branch: str
    base_commit: str
    git: Git

    async def dirty(self) -> bool:
        """Whether the checkout has changes that are not committed; a run does not see them."""
        return bool(await self.git.text("status", "--porcelain", "-z", "--ignore-submodules=all"))


async def open_repository(path: Path, base_branch: str | None = None, tool_path: str | None = None) -> Repository:
    """The repository around `path`, at the tip of `base_branch` (default: the branch that is checked out).

    `tool_path` is where git is looked for (default: the factory's PATH). Raises AskerError for what is no repository,
    is bare, has no commit or no such branch; OperatorError if git is missing, too old or may not read it.
    """
    found = await find_repository(path, tool_path)
    branch = base_branch if base_branch is not None else await _current_branch(found.git)
    return replace(found, base_branch=branch, base_commit=await _tip(found.git, branch))


async def find_repository(path: Path, tool_path: str | None = None) -> Repository:
    """The repository around `path` whatever became of its branches: nothing is known of a base branch.

    Raises AskerError for what is no repository or is bare; OperatorError as `open_repository` does.
    """
    folder = _folder(path)
    git = await find_git(folder, tool_path)
    root, git_folder = await _places(git)
    return Repository(root, git_folder, "", "", Git(git.program, root, overrides=await _switched_off(git)))


def _folder(path: Path) -> Path:
    try:
        folder = path.expanduser().resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as reason:
        raise AskerError(
            f"there is no folder {str(path)!r}", hint="give the path of a git repository, or create one with `git init`"
        ) from reason
    if not folder.is_dir():
        raise AskerError(f"{folder} is a file, not a folder", hint="give the folder of a git repository")
    return folder


async def _places(git: Git) -> tuple[Path, Path]:
    """(the checkout's top folder, the shared git folder)"""
    asked = ("--is-bare-repository", "--is-inside-work-tree", "--show-cdup", "--git-common-dir")
    done = await git.call("rev-parse", "--path-format=absolute", *asked)
    if not done.ok:
        raise _unreadable(failure(done, "rev-parse", git.folder), done.stderr, git.folder)
    bare, inside, places = done.stdout.removesuffix("\n").split("\n", 2)
    if bare == "true":
        raise AskerError(
            f"{git.folder} is a bare repository: it has no checkout",
            hint="clone it, and give the folder of the clone",
        )
    if inside != "true":
        raise AskerError(f"{git.folder} is inside a .git folder", hint="give the folder that holds .git")
    up, common = places.split("\n", 1)
    return (git.folder / up).resolve(), Path(common)


def _unreadable(error: FactoryError, said: str, folder: Path) -> FactoryError:
    if "not a git repository" not in said:
        return error
    return AskerError(
        f"{folder} is not a git repository",
        hint=f"run `git init` in {folder} and commit once, or give the folder of a repository",
    )


async def _switched_off(git: Git) -> tuple[str, ...]:
    """Options that keep the repository's own filters and merge drivers from running: they are programs.

    An empty filter passes files on as they are; a merge driver that fails is a conflict, so doubt stays doubt.
    """
    done = await git.call("config", "--includes", "--name-only", "-z", "--list")
    safe = {"clean": "", "smudge": "", "process": "", "required": "false", "driver": "false"}
    found = (_RUNS_SOMETHING.fullmatch(key) for key in done.stdout.split("\0"))
    return tuple(sorted({f"{match[0]}={safe[match[3].lower()]}" for match in found if match}))


async def _current_branch(git: Git) -> str:
    done = await git.call("symbolic-ref", "--quiet", "HEAD")
    if not done.ok:
        raise AskerError(
            f"{git.folder} has no branch checked out (detached HEAD)",
            hint="name the branch to build on with --base, or check one out with `git switch`",
        )
    return done.stdout.strip().removeprefix("refs/heads/")


async def _tip(git: Git, branch: str) -> str:
    commit = await git.tip_of(branch)
    if commit is not None:
        return commit
    if await git.commit_of("HEAD") is None:
        raise AskerError(
            f"{git.folder} has no commit yet", hint="commit something first: `git commit --allow-empty -m 'first commit'`"
        )
    raise AskerError(
        f"{git.folder} has no branch {branch!r}", hint="see `git branch`; a remote branch has to be checked out once"
    )
