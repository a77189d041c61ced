"""The battery uses the places in which each defence is tested by itself, and holds each attack to what its row says."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend_factory.settings import Settings
from backend_factory.workspace.golang import GoToolchain, find_go

_PLACES = ("runners/agent", "runners/model", "workspace/sandbox", "gates", "gates/checks", "team", "workflow")
sys.path[:0] = [str(Path(__file__).parents[1] / place) for place in _PLACES]

from battery import MARKERS, User, row_of  # noqa: E402 - their places are on the path only now
from scene import walls  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


@pytest.fixture(scope="session", autouse=True)
def _walls() -> None:
    """Looked for once, before any loop runs."""
    walls()


@pytest.fixture
def user(request: pytest.FixtureRequest) -> Iterator[User]:
    """The person who watches: what the row says that was seen must have been seen."""
    row = row_of(request.node)
    assert row is not None, f"{request.node.name} is no attack of the battery: it has no row"
    one = User(row)
    yield one
    assert one.looked, f"{request.node.name} did not look at what the user saw"
    assert one.controlled == row.control, "the row and the test differ on whether it succeeds without the defence"


@pytest.fixture(scope="session")
def toolchain() -> GoToolchain:
    return asyncio.run(find_go(network=os.environ))


@pytest.fixture(scope="session")
def go_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder whose builds, modules and analysis are the person's own: the battery is to be quick."""
    cache = tmp_path_factory.mktemp("cache")
    (cache / "go").mkdir()
    places = {"go/build": os.environ["GOCACHE"], "go/mod": os.environ["GOMODCACHE"]}
    places["analysis"] = str(Settings().home / "cache" / "analysis")
    for name, place in places.items():
        Path(place).mkdir(parents=True, exist_ok=True)
        (cache / name).symlink_to(place)
    return cache
