"""A new example repository: what a Go platform looks like before its first feature."""

from datetime import datetime
from pathlib import Path

from backend_factory.errors import AskerError, OperatorError
from backend_factory.workspace.git import author, find_git

FILES = {
    "README.md": """# Chariot example

A Go platform on AWS Lambda. Each feature has its functions in `cmd/`, its package in `pkg/`, its contract in `api/`,
its CloudFormation template in `deploy/` and its documents in `docs/`.
""",
    "go.mod": "module example.com/chariot\n\ngo 1.26\n",
    ".gitignore": "/bin/\n*.zip\ncoverage.out\n",
    "pkg/doc.go": "// Package pkg holds one package for each feature of the platform.\npackage pkg\n",
}


async def make_example(folder: Path, at: datetime, tool_path: str) -> Path:
    """Make a repository in `folder`, which is new or empty, with one commit on `main`; its absolute path.

    AskerError when there is something in the folder already; nothing is overwritten.
    """
    folder = _new(folder)
    # Before anything is written: what is half made would be refused the next time.
    git = await find_git(folder, tool_path)
    _fill(folder)
    await git.line("init", "--quiet", "--initial-branch=main")
    await git.line("add", "--all")
    await git.line("commit", "--quiet", "-m", "chore: example platform", settings=author(at))
    return folder


def _new(folder: Path) -> Path:
    folder = folder.expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise AskerError(f"{folder} is not empty", hint="name a folder that does not exist yet")
    except (FileExistsError, NotADirectoryError) as error:
        raise AskerError(f"{folder} is a file, not a folder", hint="name a folder that does not exist yet") from error
    except OSError as error:
        raise _unusable(folder, error) from error
    return folder


def _fill(folder: Path) -> None:
    try:
        for path, text in FILES.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise _unusable(folder, error) from error


def _unusable(folder: Path, reason: OSError) -> OperatorError:
    return OperatorError(f"{folder} cannot be written: {reason.strerror}", hint="choose another folder")
