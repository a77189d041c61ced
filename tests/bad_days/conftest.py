"""A machine and a repository for each bad day."""

from pathlib import Path

import pytest
from strangers_machine import Home, Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "project")
    made.folder.mkdir()
    made.git("init", "--quiet", "--initial-branch", "main")
    made.commit("go.mod", "module example.com/platform\n\ngo 1.24\n")
    made.commit("README.md", "mine\n")
    (made.folder / "README.md").write_text("mine, changed\n")
    (made.folder / "notes.txt").write_text("not added\n")
    return made
