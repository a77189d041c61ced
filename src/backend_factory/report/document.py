"""The report as one JSON object."""

import json
from collections.abc import Mapping

from backend_factory.report.account import Account, Attempt
from backend_factory.report.standing import accepted_risks, not_checked
from backend_factory.report.trace import Trace, trace

FORMAT = 1
"""Raised when a member changes its meaning or goes away."""


def render_json(account: Account, excerpts: Mapping[str, str]) -> str:
    """The account as indented ASCII JSON; `excerpts` maps an evidence hash to its readable beginning."""
    run = account.run
    document = {
        "format": FORMAT,
        "run": run.id,
        "status": run.status,
        "reason": run.finished.reason if run.finished else "",
        "seconds": {"elapsed": account.elapsed.total_seconds(), "working": run.working.total_seconds()},
        "coverage_percent": account.coverage,
        "reworks": run.reworks,
        "requested": run.requested.model_dump(mode="json"),
        "limits": run.budgets.model_dump(mode="json"),
        "spending": [entry.model_dump(mode="json") for entry in run.ledger.entries],
        "deliverables": {phase.value: d.model_dump(mode="json") for phase, d in account.deliverables.items()},
        "trace": [_trace(each) for each in trace(account)],
        "attempts": [_attempt(each) for each in account.attempts],
        "questions": [
            {
                "asked": exchange.asked.model_dump(mode="json"),
                "answered": exchange.answered.model_dump(mode="json") if exchange.answered else None,
            }
            for exchange in account.exchanges
        ],
        "accepted_risks": [{**each.risk.model_dump(mode="json"), "what": each.what} for each in accepted_risks(account)],
        "not_checked": {check.check: check.summary for check in not_checked(account)},
        "delivery": [step.model_dump(mode="json") for step in account.steps],
        "evidence": dict(excerpts),
    }
    return json.dumps(document, indent=2) + "\n"


def _trace(each: Trace) -> dict[str, object]:
    return {
        "criterion": each.criterion.id,
        "requirement": each.requirement.id,
        "files": list(each.files),
        "tests": [{"package": case.package, "name": case.name} for case in each.tests],
        "scenarios": [scenario.id for scenario in each.scenarios],
        "result": each.result,
    }


def _attempt(each: Attempt) -> dict[str, object]:
    return {
        "phase": each.phase.value,
        "attempt": each.number,
        "member": each.member,
        "runner": each.runner,
        "outcome": each.outcome,
        "accepted": each.accepted,
        "commit": each.commit,
        "working_seconds": each.working,
        "evidence": [piece.model_dump(mode="json") for piece in each.evidence],
        "blocked": each.blocked.model_dump(mode="json") if each.blocked else None,
        "gate": each.judged.model_dump(mode="json") if each.judged else None,
    }
