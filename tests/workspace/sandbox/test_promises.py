"""Every promise, tried by a program that breaks it where there are no walls: real files, processes and sockets."""

import asyncio
import os
import subprocess
import sys
import textwrap
from functools import cache
from pathlib import Path

import pytest
from walls import sandbox_of

from backend_factory.workspace.sandbox.promises import PROMISES, Promise, Proof, prove, tried
from backend_factory.workspace.sandbox.sandbox import KINDS, UNCONFINED, Kind
from backend_factory.workspace.sandbox.trial import TRIALS

BEYOND_LANDLOCK = {"modes", "names", "git", "loopback"}
"""Rules about paths and ports alone cannot hold these; docs/sandbox.md says so, and doctor too."""
BY_NAME = {promise.name: promise for promise in PROMISES}


@cache
def proofs(kind: Kind) -> dict[str, Proof]:
    here = Path(__file__).parent
    found = asyncio.run(prove(sandbox_of(kind), state=here, home=here))
    return {proof.promise.name: proof for proof in found}


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("kind", KINDS)
def test_a_promise_holds_behind_walls_and_only_there(kind: Kind, name: str) -> None:
    proof = proofs(kind)[name]
    if proof.held is None:
        pytest.skip(f"{name}: {proof.detail}")
    assert proof.held is not (kind == "landlock" and name in BEYOND_LANDLOCK), proof.detail


@pytest.mark.parametrize("promise", [promise for promise in PROMISES if promise.control], ids=lambda promise: promise.name)
async def test_without_walls_every_trial_can_do_what_it_tries(promise: Promise, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    broken, held = await tried(UNCONFINED, promise, tmp_path, tmp_path)
    if promise.name in ("families", "powers", "metadata", "network") and held:
        pytest.skip(f"not on this machine: {held}")
    assert broken


async def test_a_sandbox_without_walls_is_found_out(tmp_path: Path) -> None:
    found = await prove(
        UNCONFINED, tmp_path, tmp_path, tuple(BY_NAME[name] for name in ("write", "git", "ports", "survive", "file"))
    )
    assert [proof.held for proof in found] == [False] * 5


async def test_a_trial_that_says_nothing_proves_nothing(tmp_path: Path) -> None:
    (found,) = await prove(UNCONFINED, tmp_path, tmp_path, (Promise("no such trial", "nothing"),))
    assert found.held is False


def test_every_trial_belongs_to_a_promise() -> None:
    assert set(TRIALS) == set(BY_NAME)


def test_walls_hold_for_an_ordinary_user_as_for_root(tmp_path: Path) -> None:
    if os.geteuid():
        pytest.skip("these tests run as an ordinary user already")
    source = Path(__file__).parents[3] / "src"
    python = next((each for each in (sys.executable, "/usr/bin/python3") if _usable(each, source)), None)
    if python is None:
        pytest.skip("no Python that another user could run")
    script = textwrap.dedent("""
        import asyncio, os, pathlib
        from backend_factory.workspace.sandbox.promises import prove
        from backend_factory.workspace.sandbox.sandbox import find_sandbox
        place = pathlib.Path("/etc")
        for proof in asyncio.run(prove(asyncio.run(find_sandbox(os.defpath)), place, place)):
            print(proof.promise.name, proof.held, proof.detail)
    """)
    done = _as_nobody(python, script, source)
    assert done.returncode == 0, done.stderr
    lines = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    # /etc itself is there, with the few files that every program needs.
    assert {name: line for name, line in lines.items() if line.startswith("False") and name != "read"} == {}
    assert len(lines) == len(PROMISES)


def _as_nobody(python: str, script: str, source: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-B", "-c", script],
        env={"PYTHONPATH": str(source)},
        cwd="/",
        capture_output=True,
        text=True,
        user=65534,
        group=65534,
        extra_groups=[],
    )


def _usable(python: str, source: Path) -> bool:
    try:
        asks = "import sys, backend_factory.errors; sys.exit(sys.version_info < (3, 11))"
        return _as_nobody(python, asks, source).returncode == 0
    except OSError:
        return False
