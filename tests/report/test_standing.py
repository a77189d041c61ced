"""What a reader must know beside the passes is told first, everywhere, and never counted as a pass."""

import json
from datetime import date

import pytest

from backend_factory.domain.event import PhaseJudged, Requested
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.policy import Policy, Risk
from backend_factory.domain.run import rebuild
from backend_factory.metrics import measure
from backend_factory.report import Account, pull_request_body, read_account, render_html, render_json, render_markdown
from backend_factory.report.standing import accepted_risks, counted, not_checked
from backend_factory.testing.story import FINDING, Story, delivered_run

RISK = Risk(check="go-vet", reason="the linter is wrong here", by="ada@example.com", until=date(2027, 1, 31))
LOWER = Risk(threshold="changed_lines_percent", reason="legacy code", by="grace@example.com", until=date(2027, 1, 31))
ACCEPTED = CheckResult(
    check="go-vet", title="Vet finds nothing", status="failed", summary="1 finding", findings=(FINDING,), accepted=RISK
)
ABSENT = CheckResult(check="arm64-starts", title="Starts on arm64", status="left-out", summary="no emulator of arm64")
LOADED = CheckResult(
    check="load-held",
    title="Holds load",
    status="passed",
    summary="500 requests",
    figures={"load_mean_ms": 41.5, "load_max_ms": 180},
)


def told() -> Story:
    """The story, with a risk in one gate, something left out in another, load measured, and a lowered threshold."""
    story = delivered_run()
    more = {PhaseId.IMPLEMENT: (ACCEPTED,), PhaseId.VALIDATE: (ABSENT, LOADED)}
    policy = Policy(thresholds={"changed_lines_percent": 80}, risks=(LOWER,))
    story.events = [
        event.model_copy(update={"checks": (*event.checks, *more.get(event.phase, ()))})
        if isinstance(event, PhaseJudged) and event.verdict.kind == "passed"
        else event.model_copy(update={"policy": policy})
        if isinstance(event, Requested)
        else event
        for event in story.events
    ]
    return story


def account_of(story: Story) -> Account:
    events = tuple(story.events)
    return read_account(rebuild("r-1", events), events)


def rendered(form: str, story: Story) -> str:
    events = tuple(story.events)
    account = account_of(story)
    forms = {
        "pull request": lambda: pull_request_body(rebuild("r-1", events), events),
        "markdown": lambda: render_markdown(account, {}),
        "html": lambda: render_html(account, {}),
        "json": lambda: render_json(account, {}),
    }
    return forms[form]()


@pytest.mark.parametrize("form", ["pull request", "markdown", "html", "json"])
def test_risks_and_what_was_not_checked_are_printed_with_names_and_reasons(form: str) -> None:
    text = rendered(form, told()).replace("\\_", "_").replace("\u200b", "")

    for part in ("ada@example.com", "the linter is wrong here", "2027-01-31", "grace@example.com", "changed_lines_percent"):
        assert part in text, part
    assert "no emulator of arm64" in text


@pytest.mark.parametrize(
    ("form", "later"), [("pull request", "## Requirements"), ("markdown", "## Request"), ("html", 'id="request"')]
)
def test_they_come_before_everything_that_passed(form: str, later: str) -> None:
    text = rendered(form, told())

    assert 0 < text.index("Accepted risks") < text.index(later)
    assert 0 < text.index("Not checked here") < text.index(later)


@pytest.mark.parametrize("form", ["pull request", "markdown", "html"])
def test_a_run_without_any_says_nothing_of_them(form: str) -> None:
    text = rendered(form, delivered_run())

    assert "Accepted risks" not in text
    assert "Not checked here" not in text


def test_neither_counts_as_a_pass() -> None:
    account = account_of(told())

    assert counted(account) == (7, 8)
    assert [risk.risk.about for risk in accepted_risks(account)] == ["go-vet", "changed_lines_percent"]
    assert [check.check for check in not_checked(account)] == ["arm64-starts"]
    quality = measure([told().events]).quality
    assert (quality.checks, quality.checks_passed, quality.checks_left_out, quality.risks_accepted) == (8, 7, 1, 1)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_the_answer_time_is_shown_against_its_target(form: str) -> None:
    text = rendered(form, told())

    assert "mean below 500 ms" in text
    assert "under load: mean 41.5 ms, slowest 180 ms" in text
    assert measure([told().events]).quality.answer_ms_median == 41.5
    assert measure([delivered_run().events]).quality.answer_ms_median is None


def test_the_path_of_rejected_work_is_told() -> None:
    story = delivered_run()
    at = next(n for n, e in enumerate(story.events) if isinstance(e, PhaseJudged) and e.verdict.kind == "rework")
    story.events[at] = story.events[at].model_copy(update={"patch": "/state/patches/r-1/3-backend-implement-1.patch"})

    for form in ("markdown", "html"):
        assert "/state/patches/r-1/3-backend-implement-1.patch" in rendered(form, story)
    gates = [attempt["gate"] for attempt in json.loads(rendered("json", story))["attempts"]]
    assert [gate["patch"] for gate in gates if gate["patch"]] == ["/state/patches/r-1/3-backend-implement-1.patch"]
    assert [kept.attempt for kept in account_of(story).run.rejected] == [1]
