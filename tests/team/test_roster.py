"""Team and charters are the base branch's, whatever the checkout says."""

from pathlib import Path

import pytest
from committing import committed, git, written

from backend_factory.domain.phase import PhaseId
from backend_factory.domain.team import Team
from backend_factory.errors import AskerError
from backend_factory.team.charter import built_in
from backend_factory.team.roster import BUILT_IN, Roster, load_roster
from backend_factory.workspace.repository import open_repository

TEAM = '[[backend-plan]]\nrunner = "model"\nmodel = "openai:gpt-5"\n'
MINE = '[[backend-test]]\nrunner = "agent"\ncommand = ["mine"]\n'
CHARTER = "---\nname: solution-architect\ndescription: Ours.\ntools: Read\n---\n{}\n"
PLACES = {".backend-factory/team.toml": TEAM, ".backend-factory/charters/solution-architect.md": CHARTER.format("Plan small.")}


async def roster(folder: Path, team_file: Path | None = None) -> Roster:
    return await load_roster(await open_repository(folder, "main"), team_file)


async def test_without_anything_of_its_own_a_repository_has_the_factorys_team(tmp_path: Path) -> None:
    found = await roster(committed(tmp_path / "a", {}))
    assert found == await load_roster(None)
    assert (found.team, found.source) == (Team(), BUILT_IN)
    assert all(found.charters[phase] == built_in(phase) for phase in PhaseId)


async def test_a_repository_brings_its_team_and_its_charters(tmp_path: Path) -> None:
    found = await roster(committed(tmp_path / "a", PLACES))
    assert found.source == ".backend-factory/team.toml"
    assert found.team.members(PhaseId.PLAN)[0].model == "openai:gpt-5"
    assert found.charters[PhaseId.PLAN].orders == "Plan small."
    assert found.charters[PhaseId.TEST] == built_in(PhaseId.TEST)


async def test_what_is_not_on_the_base_branch_is_not_read(tmp_path: Path) -> None:
    folder = committed(tmp_path / "a", {})
    written(folder, PLACES)
    git(folder, "switch", "--quiet", "--create", "elsewhere")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "take over")
    written(folder, {".backend-factory/team.toml": "nonsense"})
    assert await roster(folder) == await load_roster(None)


async def test_the_askers_own_file_decides_alone_and_may_name_a_command(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE)
    found = await roster(committed(tmp_path / "a", PLACES), mine)
    assert found.source == str(mine)
    assert found.team.members(PhaseId.TEST)[0].command == ("mine",)
    assert found.team.members(PhaseId.PLAN)[0].runner == "blueprint"
    assert found.charters[PhaseId.PLAN].orders == "Plan small."


REFUSED = {
    "a command": ({".backend-factory/team.toml": MINE}, "cannot name a command"),
    "nobody's charter": ({".backend-factory/charters/architect.md": "x"}, "architect.md is nobody's charter"),
    "a folder for a charter": ({".backend-factory/charters/solution-architect.md/x": "x"}, "no ordinary file"),
    "wider tools": ({".backend-factory/charters/solution-architect.md": CHARTER.format("x").replace("Read", "Bash")}, "'Bash'"),
    "long orders": ({".backend-factory/charters/solution-architect.md": CHARTER.format("word " * 3000)}, "tokens of 2,700"),
}


@pytest.mark.parametrize(("files", "reason"), REFUSED.values(), ids=REFUSED)
async def test_what_a_stranger_may_not_ask_for_is_refused(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    with pytest.raises(AskerError) as caught:
        await roster(committed(tmp_path / "a", files))
    assert reason in caught.value.message
    assert caught.value.hint


async def test_a_link_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    folder = committed(tmp_path / "a", {})
    (folder / ".backend-factory").mkdir()
    (folder / ".backend-factory" / "team.toml").symlink_to("/etc/passwd")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "link")
    with pytest.raises(AskerError, match="no ordinary file"):
        await roster(folder)


async def test_a_roster_can_be_recorded_and_read_again(tmp_path: Path) -> None:
    found = await roster(committed(tmp_path / "a", PLACES))
    assert Roster.model_validate_json(found.model_dump_json()) == found
