"""Independent review: one more look at what a model or an agent made, by another member. It adds findings, and makes no pass."""

import time
from datetime import UTC, datetime, timedelta

from backend_factory.domain.assignment import Finding, Outcome, Paused, Reviewed
from backend_factory.domain.gate import CheckResult, Evidence
from backend_factory.domain.notice import Notice
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.team.assignment import assign_review
from backend_factory.workflow.meter import RunMeter
from backend_factory.workflow.ports import Observe, Record, Runner, Site

CHECK = "independent-review"
TITLE = "Independent review"


async def review(
    reviewer: Runner, site: Site, run: Run, phase: PhaseId, observe: Observe, record: Record
) -> CheckResult | Paused:
    """What the reviewer says, as a check's result; Paused where its provider's quota is used up. BudgetReached goes through."""
    by = f"review by {reviewer.name}"

    def say(text: str) -> None:
        observe(Notice(at=datetime.now(UTC), run=run.id, phase=phase, text=text))

    def checked(text: str, status: str) -> None:
        observe(Notice(at=datetime.now(UTC), run=run.id, phase=phase, text=f"{TITLE}: {text}", check=CHECK, status=status))

    checked(reviewer.name, "started")
    started = time.monotonic()
    workbench, change = await site.reviewed(run, phase, say)
    meter = workbench.meter = RunMeter(run, phase, run.attempt, by, record)
    outcome = await meter.stopping(reviewer.perform(assign_review(run, phase, change), workbench))
    if isinstance(outcome, Paused):
        return outcome
    result = _result(outcome, phase, reviewer.name, workbench.kept, timedelta(seconds=time.monotonic() - started))
    if risk := run.accepted(CHECK, datetime.now(UTC)) if result.in_the_way else None:
        result = result.model_copy(update={"accepted": risk})
    checked(result.summary, result.status)
    return result


def _result(outcome: Outcome, phase: PhaseId, reviewer: str, kept: tuple[Evidence, ...], took: timedelta) -> CheckResult:
    findings = _findings(outcome, phase, reviewer)
    return CheckResult(
        check=CHECK,
        title=TITLE,
        status="failed" if findings else "passed",
        summary=f"{len(findings)} objections by {reviewer}" if findings else f"no objection by {reviewer}",
        findings=findings,
        evidence=kept,
        figures={"objections_count": float(len(findings))},
        duration=took,
    )


def _findings(outcome: Outcome, phase: PhaseId, reviewer: str) -> tuple[Finding, ...]:
    if isinstance(outcome, Reviewed):
        return tuple(
            Finding(
                check=CHECK, rule=each.rule, message=each.message, file=each.file, line=each.line, hint=each.hint, mends=phase
            )
            for each in outcome.review.objections
        )
    seen = outcome.question if outcome.kind == "blocked" else outcome.kind
    message = f"{reviewer} came to no verdict, which counts as a rejection"
    return (Finding(check=CHECK, rule="no-verdict", message=message, seen=seen, mends=phase),)
