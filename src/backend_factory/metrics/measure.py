"""Puts the figures of runs together into the five metrics."""

import math
import statistics
from collections.abc import Iterable, Sequence

from backend_factory.domain.event import Event
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.spending import Spending
from backend_factory.metrics.figures import Cost, Deployments, Interventions, Metrics, PhaseRate, Quality, Spread, Time
from backend_factory.metrics.observe import Observed, observe


def measure(runs: Iterable[Sequence[Event]]) -> Metrics:
    """The metrics over `runs`, each the events of one run in order; pure, one run in memory at a time."""
    seen = [observe(events) for events in runs]
    delivered = [run for run in seen if run.outcome == "delivered"]
    return Metrics(
        runs=len(seen),
        delivered=len(delivered),
        stopped=sum(run.outcome == "stopped" for run in seen),
        cancelled=sum(run.outcome == "cancelled" for run in seen),
        open=sum(not run.outcome for run in seen),
        time=Time(
            elapsed=_spread([run.elapsed for run in delivered]),
            working=_spread([run.working for run in delivered]),
            waiting=_spread([run.waiting for run in delivered]),
        ),
        phases=tuple(_rate(phase, seen) for phase in PhaseId),
        interventions=_interventions(seen),
        quality=_quality(seen, delivered),
        deployments=Deployments(
            tried=sum(run.stack.total() for run in seen),
            succeeded=sum(run.stack["step_delivered"] for run in seen),
        ),
        cost=_cost(seen, delivered),
    )


def _spread(seconds: list[float]) -> Spread | None:
    if not seconds:
        return None
    rank = math.ceil(0.9 * len(seconds)) - 1
    return Spread(median_seconds=statistics.median(seconds), p90_seconds=sorted(seconds)[rank])


def _rate(phase: PhaseId, seen: list[Observed]) -> PhaseRate:
    return PhaseRate(
        phase=phase,
        reached=sum(phase in run.first for run in seen),
        first_attempt=sum(run.first.get(phase, False) for run in seen),
        completed=sum(phase in run.completed for run in seen),
    )


def _interventions(seen: list[Observed]) -> Interventions:
    def total(kind: str) -> int:
        return sum(run.people[kind] for run in seen)

    return Interventions(
        escalations=total("escalations"),
        send_backs=total("send_backs"),
        stops=total("stops"),
        cancellations=total("cancellations"),
        approvals=total("approvals"),
        per_run=sum(run.interventions for run in seen) / len(seen) if seen else None,
        untouched_runs=sum(bool(run.outcome) and run.interventions == 0 for run in seen),
    )


def _cost(seen: list[Observed], delivered: list[Observed]) -> Cost:
    total = sum((run.spent for run in seen), Spending())
    priced = [run.spent.cost_usd for run in delivered if run.spent.turns and not run.spent.unpriced]
    return Cost(
        paid_runs=sum(run.spent.turns > 0 for run in seen),
        turns=total.turns,
        unpriced_turns=total.unpriced,
        tokens=total.tokens,
        known_usd=total.cost_usd if total.turns > total.unpriced else None,
        usd_per_delivery_median=statistics.median(priced) if priced else None,
    )


def _quality(seen: list[Observed], delivered: list[Observed]) -> Quality:
    checks = [check for run in delivered for gate in run.gates.values() for check in gate]
    ran = [check for check in checks if check.status != "left-out"]
    deployed = [check for run in delivered for check in run.deployed]
    answers = [run.answer_ms for run in delivered if run.answer_ms is not None]
    coverage = [run.coverage for run in delivered if run.coverage is not None]
    return Quality(
        checks=len(ran),
        checks_passed=sum(check.status == "passed" for check in ran),
        checks_left_out=len(checks) - len(ran),
        risks_accepted=sum(check.accepted is not None for check in (*checks, *deployed)),
        answer_ms_median=statistics.median(answers) if answers else None,
        coverage_percent_median=statistics.median(coverage) if coverage else None,
        reworks_per_run=sum(run.reworks for run in seen) / len(seen) if seen else None,
    )
