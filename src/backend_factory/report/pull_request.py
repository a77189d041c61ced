"""The body of the pull request, from what the factory saw itself and from nothing that a member said about its own work."""

from collections.abc import Iterator, Sequence

from backend_factory.domain.deliverable import Plan, Release, Requirements
from backend_factory.domain.event import Event
from backend_factory.domain.run import Run
from backend_factory.report.account import Account, read_account
from backend_factory.report.escape import block, code, inline, table
from backend_factory.report.markdown import MARKS, checks_table, exchange_line, standing
from backend_factory.report.standing import counted
from backend_factory.report.trace import trace

LONGEST = 60_000
"""Characters; GitHub takes 65,536."""


def pull_request_body(run: Run, events: Sequence[Event]) -> str:
    """Markdown for reviewers, at most `LONGEST` characters; texts of strangers can mention nobody and link nowhere."""
    account = read_account(run, events)
    body = ""
    for rows in (1_000, 150, 40, 10):
        body = "\n".join(_body(account, rows)).rstrip() + "\n"
        if len(body) <= LONGEST:
            return body
    return body[:LONGEST]


def _body(account: Account, rows: int) -> Iterator[str]:
    yield from _summary(account, rows)
    yield from standing(account)
    yield from _criteria(account, rows)
    yield from _gates(account)
    yield from _deployment(account)
    yield from _decisions(account, rows)
    yield from _review(account)


def _summary(account: Account, rows: int) -> Iterator[str]:
    run, requirements = account.run, account.delivered(Requirements)
    text = run.requested.text
    longest = 4 * rows if rows < 1_000 else 4_000
    yield from ("## Summary", "")
    if requirements:
        yield from (inline(requirements.summary), "")
    yield from (block(text if len(text) <= longest else text[:longest] + " […]"), "")
    passed, ran = counted(account)
    yield f"- {passed} of {ran} checks passed" + (f", sent back by a gate {run.reworks} times" if run.reworks else "")
    if account.coverage is not None:
        yield f"- {account.coverage:.1f} % of the changed lines are covered by tests"
    if run.requested.ticket:
        yield f"- ticket {inline(run.requested.ticket)}"
    yield f"- run {code(run.id)}: `backend-factory report {inline(run.id)}` has all evidence"
    yield ""


def _criteria(account: Account, rows: int) -> Iterator[str]:
    traces = trace(account)
    if not traces:
        return
    lines = [
        (
            inline(f"{each.criterion.id} {each.requirement.title}: {each.criterion.then}"),
            " ".join(code(case.name, cell=True) for case in each.tests[:5]) or "none",
            ", ".join(inline(scenario.id) for scenario in each.scenarios) or "none",
            f"{MARKS[each.result]} {each.result}",
        )
        for each in traces[:rows]
    ]
    yield from ("## Requirements", "", *table(("criterion", "tests", "scenarios", "result"), lines), "")
    if len(traces) > rows:
        results = ", ".join(f"{sum(t.result == r for t in traces)} {r}" for r in ("passed", "not passed", "not shown yet"))
        yield from (f"The first {rows} of {len(traces)} criteria; in all {results}. The report lists every one.", "")


def _gates(account: Account) -> Iterator[str]:
    yield from ("## Gates", "")
    for gate in account.gates:
        attempts = f" (attempt {gate.number})" if gate.number > 1 else ""
        yield from (f"**{gate.phase.number} {gate.member}**{attempts}", "", *checks_table(gate.checks), "")


def _deployment(account: Account) -> Iterator[str]:
    done = [step for step in account.steps if step.kind == "step_delivered"]
    plan = account.delivered(Plan)
    yield from ("## Deployment and rollback", "")
    if not any(step.step == "stack" for step in done):
        yield from ("Not deployed when this was written.", "")
    for step in done:
        receipt = ", ".join(f"{inline(name)} {code(value)}" for name, value in step.receipt.items())
        yield from (f"- {inline(step.step)}: {receipt}", "")
        if step.checks:
            yield from (*checks_table(step.checks), "")
    if plan and plan.rollback:
        yield from ("To roll back:", "", *(f"- {inline(line)}" for line in plan.rollback), "")


def _decisions(account: Account, rows: int) -> Iterator[str]:
    requirements, plan = account.delivered(Requirements), account.delivered(Plan)
    answered = [exchange for exchange in account.exchanges if exchange.answered]
    yield from ("## Decisions and risks", "")
    for excluded in account.run.excluded:
        yield f"- left out, as a person decided: {inline(excluded)}"
    yield from (f"- {exchange_line(exchange)}" for exchange in answered[:rows])
    if requirements:
        yield from (f"- assumed: {inline(assumption.text)}" for assumption in requirements.assumptions[:rows])
        if requirements.frontend:
            yield f"- for the frontend team: {inline(requirements.frontend[:4_000])}"
    if plan:
        yield from (f"- risk: {inline(risk)}" for risk in plan.risks[:rows])
    yield ""


def _review(account: Account) -> Iterator[str]:
    plan, release = account.delivered(Plan), account.delivered(Release)
    yield from ("## How to review", "")
    if plan:
        yield f"1. the contract {code(plan.layout.contract)} and the design {code(plan.layout.design)}"
        yield f"2. the code in {code(plan.layout.package)} and the template {code(plan.layout.template)}"
        yield f"3. how it is run and rolled back: {code(plan.layout.runbook)}"
    if release and release.smoke:
        yield f"4. what is run after each deployment: {inline(', '.join(release.smoke))}"
    commits = [gate.commit for gate in account.gates if gate.commit]
    if commits:
        yield from ("", "One commit a phase: " + ", ".join(code(commit[:12]) for commit in commits))
