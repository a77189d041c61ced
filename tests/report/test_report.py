"""A run told as HTML, Markdown and JSON, from its events and evidence."""

import hashlib
import json
from html.parser import HTMLParser

import pytest

from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import rebuild
from backend_factory.report import Account, excerpt, read_account, render_html, render_json, render_markdown
from backend_factory.report.timings import duration
from backend_factory.report.trace import code_files, trace
from backend_factory.testing.story import Story, delivered_run, to_delivery


def account_of(story: Story) -> Account:
    events = tuple(story.events)
    return read_account(rebuild("r-1", events), events)


def excerpts_of(story: Story) -> dict[str, str]:
    return {sha: excerpt(sha, blob) for sha, blob in story.evidence.items()}


def test_a_criterion_is_traced_to_code_tests_and_scenarios() -> None:
    first = trace(account_of(delivered_run()))[0]
    assert first.criterion.id == "AC-1.1"
    assert first.files == ("pkg/maintenancewindow/create.go", "pkg/maintenancewindow/store.go")
    assert [case.name for case in first.tests] == ["TestCreate/created"]
    assert [scenario.id for scenario in first.scenarios] == ["S-1"]
    assert first.result == "passed"


def test_each_file_is_listed_once_under_what_it_answers_for() -> None:
    files = code_files(account_of(delivered_run()))
    assert files.own == {"FR-1": ("pkg/maintenancewindow/create.go",)}
    assert files.shared == ("pkg/maintenancewindow/store.go", "deploy/maintenance-window/template.yaml")
    story = delivered_run()
    for text in (render_html(account_of(story), {}), render_markdown(account_of(story), {})):
        assert text.count("deploy/maintenance-window/template.yaml") == 1


def test_a_criterion_is_not_passed_while_a_gate_refuses_its_tests() -> None:
    story = to_delivery(Story().requested(), PhaseId.SUMMARIZE, PhaseId.PLAN, PhaseId.IMPLEMENT)
    assert {each.result for each in trace(account_of(story))} == {"not shown yet"}
    story.delivered(PhaseId.TEST).failed(PhaseId.TEST)
    assert {each.result for each in trace(account_of(story))} == {"not passed"}


def test_work_that_was_sent_back_later_is_no_longer_accepted() -> None:
    story = to_delivery(Story().requested(), PhaseId.SUMMARIZE).asked(PhaseId.SUMMARIZE).answered("send_back", remark="more")
    attempt = account_of(story).attempts[0]
    assert (attempt.accepted, attempt.outcome) == (False, "passed, later redone")


def test_the_accepted_attempt_is_the_last_one_of_its_phase() -> None:
    account = account_of(delivered_run())
    gate = account.accepted(PhaseId.IMPLEMENT)
    assert gate
    assert gate.number == 2
    assert account.attempts[2].outcome == "sent back to Senior Backend Developer"
    assert account.coverage == 94.1


def test_evidence_that_does_not_match_its_hash_is_not_shown() -> None:
    assert "does not match" in excerpt("0" * 64, b"forged")


def test_long_evidence_is_cut_and_says_so() -> None:
    blob = b"x" * 10_000
    assert excerpt(hashlib.sha256(blob).hexdigest(), blob).endswith("[2000 more bytes under this hash in the evidence store]")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (59.9, "59.9 s"), (59.97, "1 min 00 s"), (3599.6, "1 h 00 min"), (7500, "2 h 05 min")]
)
def test_durations_read_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_the_page_tells_everything_and_needs_nothing_from_outside() -> None:
    story = delivered_run()
    page = render_html(account_of(story), excerpts_of(story))
    for text in (
        "Maintenance Window API",
        "a page that lists them",
        "AC-2.1",
        "TestIsolation",
        "S-2 Tenants are apart",
        "94.1 %",
        "undefined: startsAt",
        "An owner is an e-mail address.",
        "AWS::DynamoDB::Table",
        "CREATE_COMPLETE",
        "Ready to assign Solution Architect for technical planning?",
        "Senior Backend Developer (2)",
    ):
        assert text in page
    for outside in ("src=", "http://", "https://", "<script", "url(", "@import", "<link"):
        assert outside not in page


@pytest.mark.parametrize("cut", range(2, len(delivered_run().events) + 1))
def test_a_run_can_be_told_at_any_moment(cut: int) -> None:
    story = delivered_run()
    story.events = story.events[:cut]
    account = account_of(story)
    assert render_html(account, {}).endswith("</html>")
    assert render_markdown(account, {}).startswith("# Maintenance Window API")
    assert json.loads(render_json(account, {}))["run"] == "r-1"


def test_a_stopped_run_tells_why() -> None:
    story = Story().requested().blocked(PhaseId.SUMMARIZE).answered("stop").finished("stopped", "stopped by ada")
    for text in (render_html(account_of(story), {}), render_markdown(account_of(story), {})):
        assert "stopped by ada" in text
        assert "Leave out" in text
        assert "a carrier that has an API" in text


def test_a_failed_delivery_step_is_shown_with_its_reason() -> None:
    story = to_delivery(Story().requested()).step_failed("stack")
    for text in (render_html(account_of(story), {}), render_markdown(account_of(story), {})):
        assert "the change set was refused" in text


def test_the_json_document_holds_the_same_run() -> None:
    story = delivered_run()
    document = json.loads(render_json(account_of(story), excerpts_of(story)))
    assert document["status"] == "delivered"
    assert document["reworks"] == 1
    assert [each["result"] for each in document["trace"]] == ["passed"] * 3
    assert set(document["evidence"]) == set(story.evidence)
    assert render_json(account_of(story), {}).isascii()


def test_every_tag_of_the_page_is_closed_in_its_place() -> None:
    class Nesting(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in ("meta", "br"):
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert tag == self.open.pop()

    story = delivered_run()
    nesting = Nesting()
    nesting.feed(render_html(account_of(story), excerpts_of(story)))
    assert nesting.open == []
