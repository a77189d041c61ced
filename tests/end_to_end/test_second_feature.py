"""A repository that has features already: the next one adds to it, and all of it holds outside the factory."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from line import drive, make_line
from test_requests import DELIVERED

pytestmark = [pytest.mark.slow, pytest.mark.go]


def stock_go(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Go as any engineer has it, with nothing of the factory's environment but its caches."""
    spec = importlib.util.find_spec("go")
    assert spec
    assert spec.submodule_search_locations
    # -trimpath only saves compiling all dependencies once more for this folder's path.
    environment = {name: os.environ[name] for name in ("PATH", "GOCACHE", "GOMODCACHE")}
    environment |= {"HOME": str(folder.parent), "GOFLAGS": "-trimpath"}
    program = Path(spec.submodule_search_locations[0]) / "bin" / "go"
    return subprocess.run([str(program), *arguments], cwd=folder, env=environment, capture_output=True, text=True)


async def test_a_second_feature_reuses_what_the_first_brought_and_both_hold_outside_the_factory(tmp_path: Path) -> None:
    line = await make_line(tmp_path)
    first, _ = await drive(line, DELIVERED["maintenance windows"])
    assert first.status == "delivered", first.question
    line.git(
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.com",
        "merge",
        "--quiet",
        "--no-ff",
        "-m",
        "merge",
        first.requested.branch,
    )

    second, _ = await drive(line, DELIVERED["suppliers"])

    assert second.status == "delivered", second.question
    changed = line.git("diff", "--name-status", "main", second.requested.branch).splitlines()
    assert {status.split("\t")[0] for status in changed} <= {"A", "M"}
    assert {line.split("\t")[1] for line in changed if line.startswith("M")} <= {"go.mod", "go.sum"}
    clone = tmp_path / "clone"
    shutil.rmtree(clone, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", "--branch", second.requested.branch, str(line.repository), str(clone)], check=True)
    for arguments in (("vet", "./..."), ("build", "./..."), ("test", "./...")):
        done = stock_go(clone, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
