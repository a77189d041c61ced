"""`run`, `resume`, `answer`, `cancel`: what is printed, where, and with which exit code."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from backend_factory.cli.app import execute
from backend_factory.cli.exits import Exit
from backend_factory.cli.log_lines import log_line
from backend_factory.cli.progress import Progress
from backend_factory.cli.terminal import Terminal
from backend_factory.domain.amount import limits_line, read_budgets
from backend_factory.domain.assignment import Limits
from backend_factory.domain.event import Answered, PhaseDelivered, Requested, Spent
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.policy import Approval, Policy
from backend_factory.domain.run import Run, rebuild
from backend_factory.domain.usage import Usage
from backend_factory.testing.scripted_factory import ScriptedFactory, told
from backend_factory.testing.story import START, TEXT, Story, to_delivery


def test_an_unattended_run_tells_its_story_in_the_products_words(capsys: pytest.CaptureFixture[str]) -> None:
    factory = ScriptedFactory()
    assert execute(["run", TEXT, "--yes"], lambda: factory) == Exit.OK
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["🏭 Backend Factory detected: Maintenance Window API", "Launching 6-phase workflow..."]
    assert lines[2:4] == ["", "For the frontend team, not part of this run: a page that lists them"]
    assert "Phase 1: Business Analyst - analyzing requirements for Maintenance Window API..." in lines
    assert "✅ Business Analyst delivered: 2 requirements, 3 acceptance criteria" in lines
    assert [line[:8] for line in lines if line.startswith("Phase ")] == [f"Phase {n}:" for n in range(1, 7)]
    assert "   ✓ Changed lines are covered: 94.1 % of changed lines" in lines
    assert "   pull request  1 feat: Maintenance Window API" in lines
    assert factory.closed


def test_without_a_terminal_the_run_waits_and_says_how_to_answer(capsys: pytest.CaptureFixture[str]) -> None:
    factory = ScriptedFactory()
    assert execute(["run", TEXT], lambda: factory) == Exit.WAITING
    seen = capsys.readouterr()
    assert "Ready to assign Solution Architect for technical planning?" in seen.out
    assert 'hint: backend-factory answer run1 --go-on | --send-back "remark" | --stop' in seen.err


def test_a_run_without_a_sandbox_says_what_that_means_whoever_is_on_the_team(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["run", TEXT, "--no-sandbox"], ScriptedFactory) == Exit.WAITING
    assert "no sandbox: the team, and the code that it writes, can do on this machine what you can" in capsys.readouterr().err
    execute(["run", TEXT], ScriptedFactory)
    assert "no sandbox" not in capsys.readouterr().err


def test_an_answered_run_goes_on_where_it_waited(capsys: pytest.CaptureFixture[str]) -> None:
    factory = ScriptedFactory()
    execute(["run", TEXT], lambda: factory)
    assert execute(["answer", "run1", "--go-on"], lambda: factory) == Exit.OK
    assert execute(["resume"], lambda: factory) == Exit.WAITING
    assert "Phase 2: Solution Architect - planning" in capsys.readouterr().out
    assert execute(["resume", "run", "--yes"], lambda: factory) == Exit.OK
    assert factory.run("run1").status == "delivered"


def test_ctrl_c_again_while_things_are_put_away_still_tells_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    class Interrupted(ScriptedFactory):
        async def drive(self, *_: object) -> Run:
            raise KeyboardInterrupt

        def close(self) -> None:
            raise KeyboardInterrupt

    assert execute(["run", TEXT, "--yes"], Interrupted) == Exit.INTERRUPTED
    assert "hint: backend-factory resume run1" in capsys.readouterr().err


def test_work_that_is_sent_back_is_shown_with_its_findings(capsys: pytest.CaptureFixture[str]) -> None:
    factory = ScriptedFactory(failing=PhaseId.IMPLEMENT)
    assert execute(["run", TEXT, "--yes"], lambda: factory) == Exit.OK
    out = capsys.readouterr().out
    assert "✗ Senior Backend Developer, attempt 1: sent back to Senior Backend Developer" in out
    finding = "undefined: startsAt (expected a program that builds) (seen exit status 1)"
    assert f"   - pkg/maintenancewindow/create.go:12: {finding}" in out
    assert out.count("Phase 3:") == 2


def test_yes_never_answers_an_escalation(capsys: pytest.CaptureFixture[str]) -> None:
    factory = ScriptedFactory(blocking="with pigeons")
    assert execute(["run", TEXT, "--yes"], lambda: factory) == Exit.WAITING
    out = capsys.readouterr().out
    assert "Leave out “with pigeons”?" in out
    assert "   tried: looked for a known pattern" in out
    assert "   needed: a carrier that has an API" in out
    assert execute(["resume", "--yes"], lambda: factory) == Exit.WAITING
    execute(["answer", "run1", "--go-on"], lambda: factory)
    assert execute(["resume", "--yes"], lambda: factory) == Exit.OK


def test_json_is_one_event_a_line_and_everything_else_is_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    factory = ScriptedFactory()
    assert execute(["run", TEXT, "--yes", "--json"], lambda: factory) == Exit.OK
    seen = capsys.readouterr()
    events = [json.loads(line) for line in seen.out.splitlines()]
    assert [event["kind"] for event in events] == [event.kind for event in factory.events("run1")]
    assert {event["run"] for event in events} == {"run1"}
    assert seen.out.isascii()
    assert "Phase 1: Business Analyst" in seen.err


def test_a_stopped_run_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    factory = ScriptedFactory()
    execute(["run", TEXT], lambda: factory)
    execute(["answer", "run1", "--stop"], lambda: factory)
    assert execute(["resume"], lambda: factory) == Exit.ENDED
    assert "Stopped: Maintenance Window API: stopped by" in capsys.readouterr().out


def test_cancel_ends_the_run_and_puts_things_away(capsys: pytest.CaptureFixture[str]) -> None:
    factory = ScriptedFactory()
    execute(["run", TEXT], lambda: factory)
    capsys.readouterr()
    assert execute(["cancel", "run1", "--json"], lambda: factory) == Exit.OK
    assert json.loads(capsys.readouterr().out)["status"] == "cancelled"
    assert execute(["resume"], lambda: factory) == Exit.ENDED


@pytest.mark.parametrize("arguments", [[], ["--go-on", "--stop"], ["--go-on", "--send-back", "more"]])
def test_an_answer_is_exactly_one(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    factory = ScriptedFactory()
    execute(["run", TEXT], lambda: factory)
    assert execute(["answer", "run1", *arguments], lambda: factory) == Exit.ASKER
    assert "error: give exactly one of --go-on, --send-back and --stop" in capsys.readouterr().err


def test_a_request_can_come_from_a_file(tmp_path: Path) -> None:
    factory = ScriptedFactory()
    place = tmp_path / "request.txt"
    place.write_text(TEXT)
    execute(["run", "--file", str(place), "--ticket", "CHAR-9", "--base", "dev", "--branch", "x"], lambda: factory)
    requested = factory.run("run1").requested
    assert (requested.text, requested.ticket, requested.base_branch, requested.branch) == (TEXT, "CHAR-9", "dev", "x")


@pytest.mark.parametrize("arguments", [["run"], ["run", "a", "--file", "b"], ["run", "--file", "/nowhere"], ["resume", "zz"]])
def test_bad_input_ends_with_two_and_a_hint(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(arguments, ScriptedFactory) == Exit.ASKER
    seen = capsys.readouterr()
    assert seen.out == ""
    assert seen.err.startswith("error: ")
    assert "\nhint: " in seen.err


@pytest.mark.parametrize("arguments", [["nonsense"], ["run", "--nonsense"], ["status", "--limit", "0"], ["answer"]])
def test_misuse_ends_with_two_and_names_the_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(arguments, ScriptedFactory) == Exit.ASKER
    assert "--help" in capsys.readouterr().err


def test_a_fault_of_ours_ends_with_seventy(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> ScriptedFactory:
        raise RuntimeError("boom \x1b[31m")

    assert execute(["status"], broken) == Exit.INTERNAL
    err = capsys.readouterr().err
    assert "RuntimeError: boom" in err
    assert "error: the factory has a fault" in err
    assert "\x1b" not in err


def test_a_risk_is_accepted_by_name_and_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    factory = told("abc1", Story().requested().blocked(PhaseId.SUMMARIZE))
    line = ["answer", "abc1", "--accept-risk", "go-vet", "--reason", "the linter is wrong", "--as", "grace@example.com"]
    assert execute(line, lambda: factory) == Exit.OK
    assert "risk of go-vet accepted, by grace@example.com" in capsys.readouterr().out
    answered = factory.events("abc1")[-1]
    assert isinstance(answered, Answered)
    assert (answered.answer, answered.by, answered.remark) == ("go_on", "grace@example.com", "")
    assert [(risk.check, risk.reason, risk.by) for risk in answered.risks] == [
        ("go-vet", "the linter is wrong", "grace@example.com")
    ]
    assert execute(["status", "abc1"], lambda: factory) == Exit.OK
    assert "accepted risk: go-vet, by grace@example.com: the linter is wrong" in capsys.readouterr().out


def test_a_reason_without_a_risk_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    factory = told("abc1", Story().requested().blocked(PhaseId.SUMMARIZE))
    assert execute(["answer", "abc1", "--go-on", "--reason", "why not"], lambda: factory) == Exit.ASKER
    assert "--reason goes with --accept-risk" in capsys.readouterr().err


def test_an_answer_is_recorded_with_the_name_that_git_knows(capsys: pytest.CaptureFixture[str]) -> None:
    factory = told("abc1", Story().requested().blocked(PhaseId.SUMMARIZE))
    assert execute(["answer", "abc1", "--go-on"], lambda: factory) == Exit.OK
    assert factory.events("abc1")[-1].by == "ada@example.com"  # type: ignore[union-attr]


def test_yes_does_not_approve_a_deployment_for_somebody_without_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    story = to_delivery(Story().requested(unattended=True))
    policy = Policy(approval=Approval(deploy=("grace@example.com",)))
    story.events[0] = story.events[0].model_copy(update={"policy": policy})
    factory = told("abc1", story)
    assert execute(["resume", "abc1", "--yes"], lambda: factory) == Exit.WAITING
    assert "Ready to deploy the stack" in capsys.readouterr().out
    assert execute(["resume", "abc1", "--yes", "--as", "grace@example.com"], lambda: factory) == Exit.OK
    assert factory.run("abc1").approved == "grace@example.com"


def out_of_money(*, money: str = "0.25") -> ScriptedFactory:
    """A run that has paid for one turn too many and was asked about it."""
    limits = Limits(budgets=read_budgets([f"{money}usd"]))
    story = Story().requested().paid(PhaseId.SUMMARIZE, Decimal("0.30"))
    first = story.events[0]
    assert isinstance(first, Requested)
    story.events[0] = first.model_copy(update={"limits": limits})
    return told("run1", story)


def test_a_used_up_limit_is_asked_about_with_what_was_spent_and_raised_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    factory = out_of_money()
    assert execute(["resume", "run1", "--yes"], lambda: factory) == Exit.WAITING
    seen = capsys.readouterr()
    assert "The limit of $0.25 for the run is used up: $0.30. Raise it to how much?" in seen.out
    assert "   tried: Business Analyst, some:model: $0.30, 1,000 tokens, 1 turn" in seen.out
    assert "hint: backend-factory answer run1 --raise LIMIT | --stop" in seen.err
    execute(["status", "run1"], lambda: factory)
    told_status = capsys.readouterr().out
    assert "   spent       Business Analyst: $0.30, 1,000 tokens, 1 turn" in told_status
    assert "   limits      $0.25; attempt: 60 min" in told_status
    assert execute(["answer", "run1", "--raise", "5usd", "--as", "grace"], lambda: factory) == Exit.OK
    assert "recorded: limits raised to $5.00; attempt: 60 min, by grace" in capsys.readouterr().out
    assert execute(["resume", "run1", "--yes"], lambda: factory) == Exit.OK
    assert factory.run("run1").attempts[PhaseId.SUMMARIZE] == 1
    capsys.readouterr()
    execute(["log", "run1"], lambda: factory)
    logged = capsys.readouterr().out
    assert "backend-summarize attempt 1 turn 1 by model: $0.30, 1,000 tokens, 1 turn some:model" in logged
    assert "go_on by grace limits: $5.00; attempt: 60 min" in logged


def test_what_was_refused_and_who_declined_is_shown_with_the_attempt(capsys: pytest.CaptureFixture[str]) -> None:
    notes = ("refused: main_test.go is out of the lane", "model a:b declines: it goes round in circles; blueprint is next")
    story = Story().requested().delivered(PhaseId.SUMMARIZE)
    event = story.events[-1]
    assert isinstance(event, PhaseDelivered)
    noted = event.model_copy(update={"notes": notes})
    assert log_line(noted) == "".join([log_line(event), *(f"\n{'':21}{note}" for note in notes)])
    progress = Progress(Terminal(as_json=False), rebuild("run1", (*story.events[:-1], noted)))
    progress.observe(noted)
    out = capsys.readouterr().out
    assert all(f"   ! {note}" in out for note in notes)


def test_time_that_was_up_in_the_middle_of_a_turn_is_told_as_such() -> None:
    usage = Usage(model="", requests=0)
    spent = Spent(at=START, phase=PhaseId.PLAN, attempt=2, turn=0, runner="agent", usage=usage, time=timedelta(minutes=7))
    assert log_line(spent).endswith("backend-plan attempt 2 turn 0 by agent: broken off after 7 min")


def test_a_limit_that_would_be_used_up_at_once_is_refused_when_answered(capsys: pytest.CaptureFixture[str]) -> None:
    factory = out_of_money()
    execute(["resume", "run1"], lambda: factory)
    assert execute(["answer", "run1", "--raise", "0.30"], lambda: factory) == Exit.ASKER
    assert "$0.30 would be used up at once: $0.30" in capsys.readouterr().err
    assert execute(["answer", "run1", "--raise", "5usd", "--stop"], lambda: factory) == Exit.ASKER


def test_limits_are_given_with_the_request_and_what_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    factory = ScriptedFactory()
    assert execute(["run", TEXT, "--yes", "--budget", "5usd", "--budget", "phase:2Mtok"], lambda: factory) == Exit.OK
    assert limits_line(factory.run("run1").budgets) == "$5.00; phase: 2,000,000 tokens; attempt: 60 min"
    assert execute(["run", TEXT, "--budget", "lots"], lambda: factory) == Exit.ASKER
    assert "--budget: 'lots' is no limit" in capsys.readouterr().err
