"""A team as TOML: what it says, and what is refused with a hint."""

from pathlib import Path

import pytest

from backend_factory.domain.phase import PhaseId
from backend_factory.domain.team import BLUEPRINT, Member, Team
from backend_factory.errors import AskerError
from backend_factory.team.configuration import LARGEST, read_team, read_team_file

MIXED = """
[[default]]
runner = "model"
model = "anthropic:claude-sonnet-4-5"

[[backend-implement]]
runner = "blueprint"

[[backend-implement]]
runner = "agent"
profile = "claude-code"
model = "opus"
from_attempt = 3

[second_opinion]
runner = "model"
model = "openai:gpt-5"
"""
COMMAND = '[[default]]\nrunner = "agent"\ncommand = ["mine", "acp"]\n'


def read(text: str, *, commands: bool = True) -> Team:
    return read_team(text, "team.toml", commands=commands)


def refused(text: str, *, commands: bool = True) -> AskerError:
    with pytest.raises(AskerError) as caught:
        read(text, commands=commands)
    assert caught.value.hint
    assert caught.value.message.startswith("team.toml: ")
    return caught.value


def test_an_empty_file_changes_nothing() -> None:
    assert read("") == Team()


def test_a_reviewer_and_the_repositorys_own_orders_are_said_beside_the_chains() -> None:
    team = read('own_configuration = true\n[reviewer]\nrunner = "model"\nmodel = "openai:gpt-5"')
    assert team.own_configuration
    assert team.reviewer == Member(runner="model", model="openai:gpt-5")
    assert not team.all_blueprint
    assert "neither true nor false" in refused('own_configuration = "yes"').message


def test_phases_have_their_own_chain_or_the_default() -> None:
    team = read(MIXED)
    assert team.members(PhaseId.PLAN) == (Member(runner="model", model="anthropic:claude-sonnet-4-5"),)
    assert team.members(PhaseId.IMPLEMENT) == (BLUEPRINT,)
    assert team.members(PhaseId.IMPLEMENT, 3)[0].label == "agent claude-code (opus)"
    assert team.second_opinion == Member(runner="model", model="openai:gpt-5")


def test_a_command_is_the_askers_to_name_and_never_a_repositorys() -> None:
    assert read(COMMAND).members(PhaseId.PLAN)[0].command == ("mine", "acp")
    assert "a repository cannot name a command" in refused(COMMAND, commands=False).message


def test_a_second_opinion_by_command_is_no_way_around() -> None:
    assert "command" in refused('[second_opinion]\nrunner = "agent"\ncommand = ["x"]', commands=False).message


REFUSED = {
    "no TOML": ("[[default", "it is no TOML", ""),
    "nested without end": ("a = " + "[" * 20_000, "it is no TOML", ""),
    "an unknown phase": ('[[backend-implment]]\nrunner = "blueprint"', "there is no [[backend-implment]]", "backend-implement?"),
    "one bracket": ('[backend-plan]\nrunner = "blueprint"', "no list of members", "[[backend-plan]]"),
    "an empty chain": ("default = []", "no list of members", "[[default]]"),
    "no table": ("default = [1]", "[[default]] number 1", ""),
    "an unknown runner": ('[[default]]\nrunner = "human"', "number 1: runner", ""),
    "an unknown key": ('[[default]]\nrunner = "blueprint"\nprofil = "codex"', "number 1: profil", "did you mean profile?"),
    "a misspelt key that is missed": ('[[default]]\nruner = "blueprint"', "number 1: runer", "did you mean runner?"),
    "an unknown profile": ('[[default]]\nrunner = "agent"\nprofile = "claude"', "no profile 'claude'", "claude-code?"),
    "a profile like nothing": ('[[default]]\nrunner = "agent"\nprofile = "zzz"', "no profile 'zzz'", "there is claude-code,"),
    "a model without provider": ('[[default]]\nrunner = "model"\nmodel = "gpt-5"', "provider:name", ""),
    "text for a number": ('[[default]]\nrunner = "blueprint"\nfrom_attempt = "1"', "from_attempt", ""),
    "a date for a model": ('[[default]]\nrunner = "model"\nmodel = 2026-01-01', "model", ""),
    "nobody first": ('[[default]]\nrunner = "blueprint"\nfrom_attempt = 2', "chains: backend-summarize: nobody", ""),
    "the blueprint's second opinion": ('[second_opinion]\nrunner = "blueprint"', "has no opinion", ""),
    "a late second opinion": ('[second_opinion]\nrunner = "model"\nmodel = "a:b"\nfrom_attempt = 2', "no meaning", ""),
}


@pytest.mark.parametrize(("text", "reason", "hint"), REFUSED.values(), ids=REFUSED)
def test_nonsense_is_refused_and_the_hint_says_what_to_do(text: str, reason: str, hint: str) -> None:
    error = refused(text)
    assert reason in error.message
    assert hint in error.hint


def test_a_file_of_the_askers_is_read(tmp_path: Path) -> None:
    file = tmp_path / "team.toml"
    file.write_text(COMMAND)
    assert read_team_file(file) == read(COMMAND)


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"#" * (LARGEST + 1)], ids=["missing", "no text", "huge"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "team.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(AskerError) as caught:
        read_team_file(file)
    assert str(file) in caught.value.message


def test_a_team_is_recorded_as_far_as_somebody_said_it_and_read_back_whole() -> None:
    assert Team().model_dump_json() == "{}"
    team = read(MIXED)
    assert Team.model_validate_json(team.model_dump_json()) == team
    assert "reviewer" not in team.model_dump_json()
