"""The report as Markdown."""

from collections.abc import Iterator, Mapping

from backend_factory.domain.amount import limits_line
from backend_factory.domain.deliverable import Plan, Requirements
from backend_factory.domain.gate import CheckResult
from backend_factory.report.account import Account, Attempt, Exchange
from backend_factory.report.escape import block, code, inline, table
from backend_factory.report.expenses import HEADINGS, expenses
from backend_factory.report.standing import accepted_risks, measured, not_checked
from backend_factory.report.timings import bars, duration
from backend_factory.report.trace import Trace, code_files, trace

MARKS = {"passed": "✓", "failed": "✗", "unavailable": "?", "left-out": "–", "not passed": "✗", "not shown yet": "…"}


def render_markdown(account: Account, excerpts: Mapping[str, str]) -> str:
    """The account as GitHub-flavoured Markdown; `excerpts` maps an evidence hash to its readable beginning."""
    lines = [
        *_head(account),
        *standing(account),
        *_request(account),
        *_requirements(account),
        *_plan(account),
        *_gates(account, excerpts),
        *_questions(account),
        *_delivery(account),
        *_expenses(account),
        *_timings(account),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _head(account: Account) -> Iterator[str]:
    run, requested = account.run, account.run.requested
    yield f"# {inline(run.title)}"
    yield ""
    reason = f": {inline(run.finished.reason)}" if run.finished and run.finished.reason else ""
    yield f"- run: {code(run.id)}, **{run.status}**{reason}"
    if requested.ticket:
        yield f"- ticket: {inline(requested.ticket)}"
    yield f"- branch: {code(requested.branch)} from {code(requested.base_branch)} at {code(requested.base_commit[:12])}"
    yield f"- time: {duration(account.elapsed.total_seconds())}, of it work {duration(run.working.total_seconds())}"
    if account.coverage is not None:
        yield f"- coverage of changed lines: {account.coverage:.1f} %"
    yield f"- sent back by a gate: {run.reworks} times" if run.reworks != 1 else "- sent back by a gate: once"
    yield ""


def standing(account: Account) -> Iterator[str]:
    """What was accepted though it fails, and what was not checked: before everything that was."""
    if risks := accepted_risks(account):
        yield from ("## ⚠ Accepted risks", "", *(f"- **{inline(risk.line)}**" for risk in risks), "")
    if absent := not_checked(account):
        yield from ("## Not checked here", "", *(f"- {inline(check.title)}: {inline(check.summary)}" for check in absent), "")


def _request(account: Account) -> Iterator[str]:
    requested = account.run.requested
    detection = requested.detection
    yield from ("## Request", "", block(requested.text), "")
    patterns = ", ".join(p.value for p in detection.patterns) or "none"
    yield f"Detected: {inline(detection.title)} (patterns: {patterns}). {inline(detection.reason)}"
    yield ""
    requirements = account.delivered(Requirements)
    if requirements:
        rows = [(d.id, inline(d.quote), d.disposition, inline(d.note)) for d in requirements.demands]
        yield from (*table(("demand", "words", "became", "note"), rows), "")
    if detection.frontend:
        yield from ("### For the frontend team", "", inline(detection.frontend), "")


def _requirements(account: Account) -> Iterator[str]:
    requirements = account.delivered(Requirements)
    if requirements is None:
        return
    yield from ("## Requirements", "", inline(requirements.summary), "")
    yield from (*criteria_table(trace(account)), "")
    yield from _code(account, requirements)
    if requirements.assumptions:
        yield from ("### Assumptions", "", *(f"- {a.id}: {inline(a.text)}" for a in requirements.assumptions), "")
    if requirements.metrics:
        yield from ("### Success metrics", "")
        for metric in requirements.metrics:
            seen = measured(account, metric)
            yield f"- {inline(metric.name)}: {inline(metric.target)}" + (f"; **{inline(seen)}**" if seen else "")
        yield ""


def _code(account: Account, requirements: Requirements) -> Iterator[str]:
    files = code_files(account)
    if not files.shared and not files.own:
        return
    yield from ("### Code", "")
    for requirement in requirements.requirements:
        if own := files.own.get(requirement.id):
            yield f"- {requirement.id} {inline(requirement.title)}: {' '.join(code(path) for path in own)}"
    if files.shared:
        yield f"- several requirements: {' '.join(code(path) for path in files.shared)}"
    yield ""


def criteria_table(traces: tuple[Trace, ...]) -> list[str]:
    """Each criterion with what shows it."""
    return table(
        ("criterion", "given, when, then", "tests", "scenarios", "result"),
        (
            (
                each.criterion.id,
                inline(f"given {each.criterion.given}, when {each.criterion.when}, then {each.criterion.then}"),
                " ".join(code(case.name, cell=True) for case in each.tests) or "none",
                ", ".join(inline(f"{s.id} {s.title}") for s in each.scenarios) or "none",
                f"{MARKS[each.result]} {each.result}",
            )
            for each in traces
        ),
    )


def _plan(account: Account) -> Iterator[str]:
    plan = account.delivered(Plan)
    if plan is None:
        return
    yield from ("## Plan", "", inline(plan.summary), "")
    choices = [(inline(c.topic), inline(c.choice), inline(c.reason), inline(c.rejected)) for c in plan.choices]
    yield from (*table(("topic", "choice", "reason", "rejected"), choices), "")
    routes = [(r.method, code(r.path, cell=True), inline(r.summary), str(r.success)) for r in plan.routes]
    yield from (*table(("method", "path", "what it does", "success"), routes), "")
    resources = [(code(r.logical_id, cell=True), code(r.type, cell=True), inline(r.purpose)) for r in plan.resources]
    yield from (*table(("resource", "type", "purpose"), resources), "")
    for title, items in (("Rollout", plan.rollout), ("Rollback", plan.rollback), ("Risks", plan.risks)):
        if items:
            yield from (f"### {title}", "", *(f"- {inline(item)}" for item in items), "")


def _gates(account: Account, excerpts: Mapping[str, str]) -> Iterator[str]:
    yield from ("## Gates", "")
    for attempt in account.attempts:
        yield from _attempt(attempt, excerpts)


def _attempt(attempt: Attempt, excerpts: Mapping[str, str]) -> Iterator[str]:
    number = f", attempt {attempt.number}" if attempt.number > 1 else ""
    yield f"### {attempt.phase.number} {attempt.member}{number}: {attempt.outcome}"
    yield ""
    if attempt.judged and attempt.judged.patch:
        yield from (f"The rejected work is kept as a patch: {code(attempt.judged.patch)}", "")
    if attempt.evidence:
        pieces = ", ".join(f"{inline(piece.title)} {code(piece.sha256[:12])}" for piece in attempt.evidence)
        yield from (f"Done by {inline(attempt.runner)}; evidence: {pieces}", "")
    if attempt.blocked:
        yield from (f"- {inline(attempt.blocked.question)}", f"- needed: {inline(attempt.blocked.needed)}", "")
    if attempt.checks:
        yield from (*checks_table(attempt.checks), "")
    for check in attempt.checks:
        yield from _findings(check)
        if check.status != "passed":
            for piece in check.evidence:
                shown = block(excerpts[piece.sha256]) if piece.sha256 in excerpts else ""
                yield from (f"{inline(piece.title)}, sha256 {code(piece.sha256)}", "", shown, "")


def checks_table(checks: tuple[CheckResult, ...]) -> list[str]:
    """Each check with its figures and the hashes of its evidence."""
    return table(
        ("", "check", "seen", "evidence"),
        (
            (
                f"{MARKS[check.status]} {check.status}"
                + (f", risk accepted by {inline(check.accepted.by)}" if check.accepted else ""),
                inline(check.title),
                inline(check.summary),
                " ".join(code(piece.sha256[:12], cell=True) for piece in check.evidence),
            )
            for check in checks
        ),
    )


def _findings(check: CheckResult) -> Iterator[str]:
    for finding in check.findings:
        place = f"{code(finding.file)}{f' line {finding.line}' if finding.line else ''}: " if finding.file else ""
        parts = [f"{place}{inline(finding.message)} ({inline(finding.rule)})"]
        parts += [f"{label} {inline(text)}" for label, text in (("expected", finding.expected), ("seen", finding.seen)) if text]
        yield "- " + "; ".join(parts)
    if check.findings:
        yield ""


def _questions(account: Account) -> Iterator[str]:
    if account.exchanges:
        yield from ("## Questions and answers", "", *(f"- {exchange_line(e)}" for e in account.exchanges), "")


def exchange_line(exchange: Exchange) -> str:
    """The question and who answered it how."""
    question = f"{inline(exchange.asked.question)} "
    if exchange.answered is None:
        return question + "(not answered)"
    remark = f": {inline(exchange.answered.remark)}" if exchange.answered.remark else ""
    remark += f", limits: {limits_line(exchange.answered.raised)}" if exchange.answered.raised else ""
    return question + f"**{exchange.answered.answer.replace('_', ' ')}**, {inline(exchange.answered.by)}{remark}"


def _delivery(account: Account) -> Iterator[str]:
    if not account.steps:
        return
    yield from ("## Delivery", "")
    for step in account.steps:
        if step.kind == "step_failed":
            yield f"- ✗ {inline(step.step)}: {inline(step.reason)}"
        else:
            receipt = ", ".join(f"{inline(name)} {code(value)}" for name, value in step.receipt.items())
            yield f"- ✓ {inline(step.step)}: {receipt}"
        if step.checks:
            yield from ("", *checks_table(step.checks), "")
    yield ""


def _expenses(account: Account) -> Iterator[str]:
    rows = [tuple(map(inline, row.cells)) for row in expenses(account.run)]
    if rows:
        yield from ("## Spending", "", *table(HEADINGS, rows), "")
        yield from (f"Limits: {limits_line(account.run.budgets)}.", "")


def _timings(account: Account) -> Iterator[str]:
    rows = [(inline(b.label), duration(b.work), duration(b.gate) if b.gate else "") for b in bars(account)]
    if rows:
        yield from ("## Timings", "", *table(("", "work", "gate"), rows))
