"""What a verdict and an answer make of a run; `run.apply` is who applies it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from backend_factory.domain.assignment import Finding
from backend_factory.domain.event import Answered, PhaseJudged
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.rejected import Rejected, fingerprint

if TYPE_CHECKING:
    from backend_factory.domain.run import Run


def judged(run: "Run", event: PhaseJudged) -> dict[str, object]:
    """What a verdict changes: work goes on with the next phase, or goes back with the findings."""
    verdict = event.verdict
    ended: dict[str, object] = {
        "stage": "pending",
        "attempts": {**run.attempts, event.phase: event.attempt},
        "underway": None,
        "working": run.working + timedelta(seconds=event.seconds),
    }
    if verdict.kind == "passed":
        following = tuple(p for p in PhaseId if p.number == event.phase.number + 1)
        return ended | {
            "phase": following[0] if following else None,
            "checkpoint": event.phase,
            "findings": (),
            "repeats": 0,
            "failures": {p: f for p, f in run.failures.items() if p != event.phase},
        }
    sent_back = {
        "reworks": run.reworks + 1,
        "findings": verdict.findings,
        "failures": {**run.failures, event.phase: verdict.findings},
        "repeats": run.repeats + 1 if verdict.findings and _same(run.failures.get(event.phase, ()), verdict.findings) else 0,
        "stuck": verdict.reason if verdict.kind == "escalate" else "",
        "sent_back": {p: fingerprint(d, run.commits.get(p, "")) for p, d in run.deliverables.items() if p is verdict.phase},
    }
    return ended | sent_back | _back_to(run, verdict.phase)


def _same(before: tuple[Finding, ...], after: tuple[Finding, ...]) -> bool:
    return {(f.check, f.rule, f.file, f.message) for f in before} == {(f.check, f.rule, f.file, f.message) for f in after}


def _back_to(run: "Run", phase: PhaseId) -> dict[str, object]:
    """Work goes on at `phase`: what it and later phases delivered is no longer accepted."""
    return {
        "phase": phase,
        "stage": "pending",
        "checkpoint": None,
        "approved": "",
        "deliverables": {p: d for p, d in run.deliverables.items() if p.number < phase.number},
        "commits": {p: c for p, c in run.commits.items() if p.number < phase.number},
    }


def answered(run: "Run", event: Answered) -> dict[str, object]:
    """What an answer changes. ValueError where no question is open."""
    question = run.question
    if question is None:
        raise ValueError(f"run {run.id} has no question to answer")
    if event.answer == "stop":
        return {"question": None, "stopped": event.by}
    remarks = {**run.remarks, question.phase: event.remark} if event.remark else run.remarks
    if question.limit:
        return {"question": None, "remarks": remarks, "raised": event.raised or run.raised}
    if question.about == "checkpoint":
        if event.answer == "go_on":
            approved = event.by if question.phase is PhaseId.COMMIT else run.approved
            return {"question": None, "checkpoint": None, "approved": approved}
        kept = Rejected(phase=question.phase, attempt=run.attempts.get(question.phase, 0), patch=event.patch)
        return {
            "question": None,
            "remarks": remarks,
            "grants": run.grants + 1,
            "rejected": run.rejected + ((kept,) if event.patch else ()),
            **_back_to(run, question.phase),
        }
    excluded = (question.demand,) if event.answer == "go_on" and question.demand else ()
    risks = {risk.check for risk in event.risks}
    return {
        "question": None,
        "risks": run.risks + event.risks,
        "findings": tuple(finding for finding in run.findings if finding.check not in risks),
        "sent_back": {},
        "remarks": remarks,
        "excluded": run.excluded + excluded,
        "blocked": None,
        "stuck": "",
        "repeats": 0,
        "step_failed": None,
        "grants": run.grants + 1,
    }
