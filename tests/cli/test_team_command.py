"""`team`: who would do what, as words, as figures and as data."""

import json
import subprocess
from pathlib import Path

import pytest

from backend_factory.cli.app import execute
from backend_factory.cli.exits import Exit
from backend_factory.domain.phase import PhaseId

TEAM = """
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


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is in no repository."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


@pytest.fixture
def project(nowhere: Path) -> Path:
    """A repository whose base branch has a team."""
    folder = nowhere / "project"
    (folder / ".backend-factory").mkdir(parents=True)
    (folder / ".backend-factory" / "team.toml").write_text(TEAM)
    as_ada = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for line in (["init", "-q", "-b", "main"], ["add", "--all"], [*as_ada, "commit", "-qm", "team"]):
        subprocess.run(["git", *line], cwd=folder, check=True, capture_output=True)
    return folder


def test_outside_a_repository_the_factorys_own_team_is_shown(nowhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["team"]) == Exit.OK
    seen = capsys.readouterr()
    assert seen.out.startswith("Team: built in\n")
    assert all(f"{phase.number} {phase.member} ({phase})" in seen.out for phase in PhaseId)
    assert "writes     *; not *_test.go, testdata/, /api/" in seen.out
    assert "writes     nothing" in seen.out
    assert "Nobody writes: .git, " in seen.out
    assert "Limits: attempts 3, reworks 5, wall clock 2 h" in seen.out
    assert "no repository is read" in seen.err


def test_a_repositorys_team_is_shown_with_who_joins_when(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["team", "--repo", str(project)]) == Exit.OK
    out = capsys.readouterr().out
    assert "Team: .backend-factory/team.toml" in out
    assert "attempt 3  agent claude-code (opus), else blueprint" in out
    assert "same findings come twice: model openai:gpt-5" in out
    assert "Review of what models and agents made: another member, of another vendor where there is one" in out


def test_who_reviews_is_shown_and_a_team_of_the_blueprint_alone_is_not_reviewed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('own_configuration = true\n[reviewer]\nrunner = "model"\nmodel = "openai:gpt-5"\n')
    assert execute(["team", "--team", str(mine)]) == Exit.OK
    out = capsys.readouterr().out
    assert "Review of what models and agents made: model openai:gpt-5" in out
    assert "Agents follow the repository's own orders" in out
    mine.write_text("")
    assert execute(["team", "--team", str(mine)]) == Exit.OK
    assert "Review of" not in capsys.readouterr().out


def test_a_file_of_the_askers_comes_before_the_repositorys(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = project.parent / "mine.toml"
    mine.write_text('[[default]]\nrunner = "agent"\ncommand = ["./agent", "acp"]\n')
    assert execute(["team", "--repo", str(project), "--team", str(mine)]) == Exit.OK
    assert capsys.readouterr().out.count("done by    agent ./agent\n") == 6


def test_as_data_it_holds_everything(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["team", "--repo", str(project), "--json"]) == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert [each["phase"] for each in told["phases"]] == list(PhaseId)
    assert told["second_opinion"]["model"] == "openai:gpt-5"
    assert [member["runner"] for member in told["phases"][2]["chain"]] == ["blueprint", "agent"]
    assert all(0 < each["overhead_tokens"] <= 2700 for each in told["phases"])
    assert told["limits"]["attempts"] == 3


def test_tokens_are_printed_for_each_phase(nowhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["team", "--tokens"]) == Exit.OK
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(PhaseId)
    assert all(line.endswith("of 2,700 tokens at most, before the handoff") for line in lines)


def test_a_repository_that_is_named_has_to_be_one(nowhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["team", "--repo", str(nowhere)]) == Exit.ASKER
    assert "hint: " in capsys.readouterr().err


def test_nonsense_in_a_team_is_refused_with_a_hint(nowhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (nowhere / "t.toml").write_text('[[default]]\nrunner = "agent"\nprofile = "claude"\n')
    assert execute(["team", "--team", "t.toml"]) == Exit.ASKER
    assert "hint: did you mean claude-code?" in capsys.readouterr().err


def test_who_cannot_be_used_here_is_named_with_what_is_missing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["team", "--repo", str(project)]) == Exit.OK
    shown = capsys.readouterr().out
    assert "model openai:gpt-5 cannot be used here: there is no key for openai" in shown
    assert "hint: give it as BACKEND_FACTORY_PROVIDERS__OPENAI__KEY" in shown
    assert execute(["team", "--repo", str(project), "--json"]) == Exit.OK
    unusable = json.loads(capsys.readouterr().out)["unusable"]
    assert [each["member"] for each in unusable] == ["agent claude-code (opus)", "model openai:gpt-5"]
