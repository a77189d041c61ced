"""Profiles are data, and what they are filled with cannot break out of it."""

import json
import tomllib
from pathlib import Path

import pytest

from backend_factory.domain.team import PROFILES as NAMED_BY_TEAMS
from backend_factory.errors import AskerError, InternalError
from backend_factory.runners.agent.home import environment, furnish
from backend_factory.runners.agent.profile import filled, from_command, load, names, parse
from backend_factory.runners.agent.provider import PROVIDERS

VALUES = {"home": "/h", "model": "openai/gpt-5.1", "base_url": "http://127.0.0.1:5", "token": "bf-1"}


def test_every_profile_that_a_team_can_name_is_there() -> None:
    assert set(NAMED_BY_TEAMS) <= set(names())


@pytest.mark.parametrize("name", names())
def test_a_profile_gives_token_and_address_and_never_asks_for_a_persons_key(name: str, tmp_path: Path) -> None:
    profile = load(name)
    furnish(profile, tmp_path, VALUES)
    env = environment(profile, tmp_path, "/bin", VALUES)
    given = json.dumps(env) + "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert "bf-1" in given
    assert "http://127.0.0.1:5" in given
    assert "${" not in given
    assert profile.dialect in PROVIDERS
    for path in tmp_path.rglob("*"):
        if path.suffix == ".json":
            json.loads(path.read_text())
        if path.suffix == ".toml":
            tomllib.loads(path.read_text())


def test_a_variable_without_a_value_is_left_away(tmp_path: Path) -> None:
    env = environment(load("claude-code"), tmp_path, "/bin", VALUES | {"model": ""})
    assert "ANTHROPIC_MODEL" not in env


@pytest.mark.parametrize("model", ['x", "hooks": "', "a\nb", "a\\b", "a'b", "a\x1bb"])
def test_a_value_that_could_end_a_quotation_is_refused(model: str) -> None:
    with pytest.raises(AskerError, match="no settings file takes"):
        filled('{"model": "${model}"}', VALUES | {"model": model})


def test_a_name_that_nobody_knows_is_our_mistake() -> None:
    with pytest.raises(InternalError, match="key"):
        filled("${key}", VALUES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "title = 5",
        'title = "x"\nprogram = "y"\nsurprise = 1',
        'title = "x"\nprogram = "y"\n[home]\n"../.bashrc" = "x"',
        'title = "x"\nprogram = "y"\n[home]\n"/etc/x" = "x"',
        'title = "x"\nprogram = "y"\n[environment]\n"A B" = "x"',
    ],
)
def test_a_profile_that_is_wrong_is_said_to_be(text: str) -> None:
    with pytest.raises(AskerError, match=r"mine\.toml"):
        parse(text, "mine.toml")


def test_any_command_can_be_an_agent() -> None:
    profile = from_command(("/opt/my agent/run", "--acp"))
    assert (profile.title, profile.program, profile.arguments) == ("run", "/opt/my agent/run", ("--acp",))
    with pytest.raises(AskerError):
        from_command(())
    with pytest.raises(AskerError, match="nobody") as unknown:
        load("nobody")
    assert "claude-code" in unknown.value.hint
