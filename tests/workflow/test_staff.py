"""Who is on a run's team is engaged with the keys of the machine, and what is missing is said before anything is spent."""

import subprocess
from pathlib import Path

import pytest

from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run, begin
from backend_factory.domain.team import Member, Team
from backend_factory.errors import OperatorError
from backend_factory.factory import Factory
from backend_factory.settings import Settings
from backend_factory.testing.model_server import ModelServer, ToolCall, Turn
from backend_factory.testing.tiny import TINY
from backend_factory.testing.wiring import request
from backend_factory.workflow.ports import Runner

CLAUDE = Member(runner="agent", profile="claude-code", model="opus")


def with_team(run: Run, team: Team) -> Run:
    return run.model_copy(update={"requested": run.requested.model_copy(update={"team": team})})


async def engaged(home: Path, *members: Member) -> tuple[Runner, ...]:
    """The runners of a new run in an example repository."""
    async with Factory.open(Settings(home=home / "state")) as factory:
        repository = await factory.init(home / "chariot")
        run_id = await factory.submit("I need an API for notes with a title", repository)
        run = with_team(factory.run(run_id), Team(chains=dict.fromkeys(PhaseId, members)))
        return tuple(await factory._hands.staff.members(run, PhaseId.SUMMARIZE))


def test_keys_come_from_the_factorys_own_variables_and_are_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BACKEND_FACTORY_PROVIDERS__ANTHROPIC__KEY", "sk-secret")
    monkeypatch.setenv("BACKEND_FACTORY_PROVIDERS__ANTHROPIC__URL", "http://127.0.0.1:1")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "of another program")
    settings = Settings(home=tmp_path)
    assert settings.providers["anthropic"].key.get_secret_value() == "sk-secret"
    assert settings.providers["anthropic"].url == "http://127.0.0.1:1"
    assert "sk-secret" not in repr(settings)


async def test_each_member_goes_by_its_label(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BACKEND_FACTORY_PROVIDERS__ANTHROPIC__KEY", "sk-secret")
    chain = (Member(runner="blueprint"), Member(runner="model", model="anthropic:claude-sonnet-4-5"), CLAUDE)
    assert [runner.name for runner in await engaged(tmp_path, *chain)] == [member.label for member in chain]


async def test_an_agent_without_a_key_of_its_provider_is_refused_and_told_how_to_give_one(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="no key for anthropic, which Claude Code needs") as caught:
        await engaged(tmp_path, CLAUDE)
    assert "BACKEND_FACTORY_PROVIDERS__ANTHROPIC__KEY" in caught.value.hint


@pytest.mark.parametrize("place", ["[[backend-commit]]", "[second_opinion]", "[reviewer]"])
@pytest.mark.parametrize(
    ("member", "reason", "hint"),
    [
        ('runner = "model"\nmodel = "openai:gpt-5"', "no key for openai", "BACKEND_FACTORY_PROVIDERS__OPENAI__KEY"),
        ('runner = "model"\nmodel = "antropic:claude"', "antropic", "docs/models.md"),
        ('runner = "agent"\nprofile = "claude-code"', "'claude-agent-acp' was not found", "npm install"),
        ('runner = "agent"\ncommand = ["/no/such/agent"]', "'/no/such/agent' was not found", "install agent"),
    ],
)
async def test_who_cannot_be_used_is_refused_before_there_is_a_run(
    place: str, member: str, reason: str, hint: str, tmp_path: Path
) -> None:
    (file := tmp_path / "team.toml").write_text(f"{place}\n{member}\n")
    async with Factory.open(Settings(home=tmp_path / "state", tool_path="/usr/bin:/bin")) as factory:
        repository = await factory.init(tmp_path / "chariot")
        with pytest.raises(OperatorError, match=reason) as refused:
            await factory.submit("I need an API for notes with a title", repository, team_file=file)
        assert hint in refused.value.hint
        assert factory.runs() == ()


async def test_the_team_and_the_sandbox_are_recorded_with_the_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKEND_FACTORY_PROVIDERS__OPENAI__KEY", "sk-secret")
    file = tmp_path / "team.toml"
    file.write_text('[[default]]\nrunner = "model"\nmodel = "openai:gpt-5"\n')
    async with Factory.open(Settings(home=tmp_path / "state")) as factory:
        repository = await factory.init(tmp_path / "chariot")
        run_id = await factory.submit("I need an API for notes with a title", repository, team_file=file, sandboxed=False)
        requested = factory.run(run_id).requested
    assert {member.label for chain in requested.team.chains.values() for member in chain} == {"model openai:gpt-5"}
    assert not requested.sandboxed
    assert begin("r1", request()).requested.team.all_blueprint


async def test_a_member_has_the_tools_that_the_charter_of_the_base_branch_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    orders = "---\nname: business-analyst\ndescription: Asks.\ntools: Read\n---\nDo what is wanted.\n"
    with ModelServer([Turn(calls=(ToolCall("deliver", TINY[PhaseId.SUMMARIZE].model_dump(mode="json")),))]) as server:
        monkeypatch.setenv("BACKEND_FACTORY_PROVIDERS__ANTHROPIC__KEY", "sk-secret")
        monkeypatch.setenv("BACKEND_FACTORY_PROVIDERS__ANTHROPIC__URL", server.url)
        (team := tmp_path / "team.toml").write_text('[[default]]\nrunner = "model"\nmodel = "anthropic:claude-sonnet-4-6"\n')
        async with Factory.open(Settings(home=tmp_path / "state")) as factory:
            repository = await factory.init(tmp_path / "chariot")
            charter = repository / ".backend-factory/charters/business-analyst.md"
            charter.parent.mkdir(parents=True)
            charter.write_text(orders)
            identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
            for command in (("add", "--all"), (*identity, "commit", "--quiet", "--message", "orders")):
                subprocess.run(["git", "-C", str(repository), *command], check=True)
            run_id = await factory.submit("I need an API for notes with a title", repository, team_file=team)
            await factory.drive(run_id)
    assert server.requests[0].tools.keys() == {"read", "scaffold", "deliver", "blocked"}
