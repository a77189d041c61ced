"""A confined Python runs wherever the links to its interpreter lead."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend_factory.workspace.sandbox.python import links_to
from backend_factory.workspace.sandbox.sandbox import Sandbox

PROGRAM = """
import asyncio, os, sys
from pathlib import Path
from backend_factory.workspace.sandbox.confinement import Confinement
from backend_factory.workspace.sandbox.python import python_places
from backend_factory.workspace.sandbox.sandbox import attempt

async def main():
    sandbox, reason = await attempt(sys.argv[1], os.environ["PATH"])
    folder = Path(sys.argv[2])
    look = [sys.executable, "-I", "-c", "import sys, json, _ctypes; print(sys.prefix, sys.base_prefix)"]
    done = await sandbox.run(look, env={}, confinement=Confinement(folder, readable=python_places()))
    print(done.stdout, done.stderr)

asyncio.run(main())
"""


@pytest.mark.parametrize("way", ["a link", "links to links", "a folder that is a link"])
def test_the_interpreter_of_a_virtual_environment_is_found_through(
    way: str, sandbox: Sandbox, tmp_path: Path, work: Path
) -> None:
    first, real = tmp_path / "programs", Path(os.path.realpath(sys.executable))
    first.mkdir()
    if way == "a folder that is a link":
        (tmp_path / "current").symlink_to(real.parent)
        (first / "python3").symlink_to(tmp_path / "current" / real.name)
    else:
        (first / "python3").symlink_to(real if way == "a link" else "../elsewhere/python3")
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "python3").symlink_to(real)
    made = tmp_path / "environment"
    subprocess.run([str(first / "python3"), "-m", "venv", "--symlinks", "--without-pip", str(made)], check=True)
    ours = [path for path in sys.path if path.endswith(("site-packages", "/src"))]

    command = [str(made / "bin" / "python3"), "-c", PROGRAM, sandbox.kind, str(work)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(ours)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.stdout.split() == [str(made), sys.base_prefix], done


def test_links_are_met_in_order(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").touch()
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "c").symlink_to(tmp_path / "b" / "file")
    (tmp_path / "round").symlink_to("round")
    assert links_to(tmp_path / "c") == (tmp_path / "c", tmp_path / "b")
    assert links_to(tmp_path / "a" / ".." / "b" / "file") == (tmp_path / "b",)
    assert links_to(tmp_path / "round") == (tmp_path / "round",)
