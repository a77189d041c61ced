"""What the team says about coding agents is what their runner knows."""

from importlib.resources import files

import pytest

from backend_factory.domain.team import PROFILES
from backend_factory.runners.agent.instructions import NAMES
from backend_factory.team.lanes import LANES
from backend_factory.workspace.lane import allows


def test_the_profiles_that_a_team_can_name_are_those_that_there_are() -> None:
    folder = files("backend_factory.runners.agent") / "profiles"
    assert {file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")} == {*PROFILES}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_what_agents_take_orders_from_is_in_nobodys_lane(name: str) -> None:
    # A folder of that name with files of every lane in it, and the file itself, where it is one.
    inside = ["a.go", "a_test.go", "testdata/a.json", "settings.json", "openapi.yaml"]
    places = [f"{folder}{name}/{file}" for folder in ("", "pkg/x/", "api/x/", "pkg/testdata/") for file in inside]
    if "." in name[1:] or not name.startswith("."):
        places += [f"{folder}{name}" for folder in ("", "pkg/x/", "pkg/testdata/")]
    assert [place for place in places if any(allows(lane, place) for lane in LANES.values())] == []
