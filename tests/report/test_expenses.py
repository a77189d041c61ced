"""What a run cost is told by phase and model, and an unknown price as unknown."""

import json
from decimal import Decimal

from backend_factory.domain.amount import read_budgets
from backend_factory.domain.event import Answered, Asked
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import rebuild
from backend_factory.report.account import Account, read_account
from backend_factory.report.document import render_json
from backend_factory.report.expenses import expenses
from backend_factory.report.markdown import render_markdown
from backend_factory.report.page import render_html
from backend_factory.testing.story import Story, delivered_run

S, P = PhaseId.SUMMARIZE, PhaseId.PLAN
HOSTILE = "<script>|evil"


def account_of(story: Story) -> Account:
    return read_account(rebuild("r1", tuple(story.events)), story.events)


def paying_run() -> Story:
    story = Story().requested().paid(S, Decimal("0.20")).paid(S, Decimal("0.25")).paid(S, None, model=HOSTILE)
    return story.delivered(S).passed(S).paid(P, None)


def test_each_phase_and_model_has_its_row_and_the_sum_is_last() -> None:
    rows = [row.cells for row in expenses(account_of(paying_run()).run)]
    assert rows == [
        ("1 Business Analyst", "some:model", "2", "1,800", "600", "200", "$0.45 (1 min)"),
        ("1 Business Analyst", HOSTILE, "1", "900", "300", "100", "price not known (30 s)"),
        ("2 Solution Architect", "some:model", "1", "900", "300", "100", "price not known (30 s)"),
        ("in all", "", "4", "3,600", "1,200", "400", "$0.45 and 2 turns of unknown price (2 min)"),
    ]


def test_every_kind_of_report_tells_it() -> None:
    account = account_of(paying_run())
    page, markdown, document = render_html(account, {}), render_markdown(account, {}), json.loads(render_json(account, {}))
    for text in (page, markdown):
        assert "Spending" in text
        assert "$0.45 and 2 turns of unknown price (2 min)" in text
        assert "Limits: $20.00, 20,000,000 tokens; attempt: 60 min." in text
        assert "<script>" not in text
    assert [entry["spending"]["cost_usd"] for entry in document["spending"]] == ["0.45", "0", "0"]
    assert [entry["spending"]["unpriced"] for entry in document["spending"]] == [0, 1, 1]
    assert document["limits"]["run"]["money"] == "20"


def test_who_raised_a_limit_to_what_stands_with_the_question() -> None:
    story = paying_run()
    question = Asked(at=story.now, about="escalation", phase=P, question="Raise it to how much?")
    story.events += [question, Answered(at=story.now, answer="go_on", by="grace", raised=read_budgets(["40usd"]))]
    account = account_of(story)
    assert "**go on**, grace, limits: $40.00; attempt: 60 min" in render_markdown(account, {})
    assert "limits: $40.00; attempt: 60 min" in render_html(account, {})


def test_a_run_that_cost_nothing_says_nothing_about_it() -> None:
    account = account_of(delivered_run())
    assert expenses(account.run) == ()
    for text in (render_html(account, {}), render_markdown(account, {})):
        assert "Spending" not in text
        assert "Limits" not in text
