"""Using up the machine: each is tried behind the walls, and without them, where it succeeds up to what a machine survives."""

from pathlib import Path

import pytest
from battery import User, attacks
from scene import walls

from backend_factory.workspace.sandbox.promises import PROMISES, tried
from backend_factory.workspace.sandbox.sandbox import UNCONFINED

LIMITS = {
    "a fork bomb": ("processes and threads, 60 allowed or Resource temporarily unavailable", "tasks"),
    "takes all memory": ("bytes of memory, 300000000 allowed", "memory"),
    "computes without end": ("ended by signal", "cpu"),
    "writes one file without end": ("File too large", "file"),
    "fills the disk with many files": ("bytes of files, 32000000 allowed", "disk"),
}


@pytest.mark.parametrize(("promise",), attacks("member", "sandbox", LIMITS, control=True))
async def test_what_is_used_up_is_limited(promise: str, tmp_path: Path, user: User) -> None:
    (one,) = (each for each in PROMISES if each.name == promise)
    broken, held = await tried(walls(), one, tmp_path, tmp_path)
    assert broken == ""
    user.saw(held)
    user.without((await tried(UNCONFINED, one, tmp_path, tmp_path))[0])
