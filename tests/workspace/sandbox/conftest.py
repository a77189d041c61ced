"""Sandboxes of this machine, each of which every test of the suite meets."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from walls import ENV, Sh, sandbox_of

from backend_factory.workspace.process import Completed
from backend_factory.workspace.sandbox.confinement import Confinement, Limits
from backend_factory.workspace.sandbox.sandbox import KINDS, Sandbox

LIMITS = Limits(wall=timedelta(seconds=30))


@pytest.fixture(params=KINDS)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return sandbox_of(request.param)


@pytest.fixture(params=KINDS[:2])
def walled(request: pytest.FixtureRequest) -> Sandbox:
    """With a file tree, processes and a network of its own."""
    return sandbox_of(request.param)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "work"
    (folder / ".git" / "hooks").mkdir(parents=True)
    (folder / ".git" / "config").write_text("[core]\n")
    (folder / "main.go").write_text("package main\n")
    return folder


@pytest.fixture
def sh(work: Path) -> Sh:
    """Runs a script confined to `work`, which it may change; options are those of the confinement."""

    async def call(sandbox: Sandbox, script: str, *, env: dict[str, str] | None = None, **options: object) -> Completed:
        confinement = replace(Confinement(work, (work,), limits=LIMITS), **options)  # type: ignore[arg-type]
        return await sandbox.run(["sh", "-c", script], env=ENV | (env or {}), confinement=confinement)

    return call
