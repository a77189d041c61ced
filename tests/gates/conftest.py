"""Subjects, and one Go with one pair of caches for all of them."""

import importlib.util
import os
import subprocess
from pathlib import Path

import pytest
import pytest_asyncio
from subjects import Bench

from backend_factory.settings import Settings
from backend_factory.workspace.golang import GoToolchain, find_go


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def toolchain() -> GoToolchain:
    return await find_go(network=os.environ)


@pytest.fixture(scope="session")
def go_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder whose builds and modules are the person's own, as for every other test that compiles."""
    cache = tmp_path_factory.mktemp("cache")
    program = Path(str(importlib.util.find_spec("go").submodule_search_locations[0])) / "bin" / "go"  # type: ignore[union-attr,index]
    places = subprocess.run([str(program), "env", "GOCACHE", "GOMODCACHE"], check=True, capture_output=True, text=True)
    for name, place in zip(("build", "mod"), places.stdout.split("\n"), strict=False):
        (cache / "go").mkdir(exist_ok=True)
        Path(place).mkdir(parents=True, exist_ok=True)
        (cache / "go" / name).symlink_to(place)
    programs = Settings().home / "cache" / "analysis"
    programs.mkdir(parents=True, exist_ok=True)
    (cache / "analysis").symlink_to(programs)
    return cache


@pytest.fixture
def bench(tmp_path: Path, toolchain: GoToolchain, go_cache: Path) -> Bench:
    return Bench(tmp_path, toolchain, go_cache)
