"""A repository with files on its base branch."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_GIT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{role}_NAME": "Asker" for role in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{role}_EMAIL": "asker@example.com" for role in ("AUTHOR", "COMMITTER")},
}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, env=_GIT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def committed(folder: Path, files: Mapping[str, str]) -> Path:
    """`folder` as a repository whose branch main holds these files."""
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch", "main")
    written(folder, {"README.md": "# Project\n", **files})
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "change")
    return folder


def written(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
