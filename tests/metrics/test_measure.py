"""The five metrics over runs of known events."""

from datetime import timedelta
from decimal import Decimal

import pytest

from backend_factory.cli.metric_lines import metric_lines
from backend_factory.domain.event import CancelRequested
from backend_factory.domain.phase import PhaseId
from backend_factory.metrics import measure
from backend_factory.testing.story import START, Story, delivered_run


def test_no_runs_give_no_figures_rather_than_zeros() -> None:
    metrics = measure([])
    assert metrics.runs == 0
    assert metrics.time.elapsed is None
    assert metrics.quality.coverage_percent_median is None
    assert metrics.interventions.per_run is None


def test_working_and_waiting_time_are_counted_apart() -> None:
    story = delivered_run()
    time = measure([story.events]).time
    assert time.elapsed and time.working and time.waiting
    assert time.elapsed.median_seconds == (len(story.events) - 1) * story.seconds
    assert time.waiting.median_seconds == story.seconds
    assert time.working.median_seconds == pytest.approx(7 * 1.0 + 7 * 0.5 + 3 * 3.0)


def test_the_ninetieth_percentile_is_the_nearest_rank() -> None:
    runs = []
    for seconds in range(1, 11):
        story = Story(seconds=float(seconds)).requested().finished()
        runs.append(story.events)
    elapsed = measure(runs).time.elapsed
    assert elapsed
    assert (elapsed.median_seconds, elapsed.p90_seconds) == (11.0, 18.0)


def test_a_phase_that_was_sent_back_is_completed_but_not_at_the_first_attempt() -> None:
    rates = {rate.phase: rate for rate in measure([delivered_run().events]).phases}
    assert (rates[PhaseId.IMPLEMENT].reached, rates[PhaseId.IMPLEMENT].first_attempt) == (1, 0)
    assert rates[PhaseId.IMPLEMENT].completed == 1
    assert rates[PhaseId.PLAN].first_attempt == 1


def test_a_blocked_phase_counts_as_reached_and_not_completed() -> None:
    story = Story().requested().blocked(PhaseId.SUMMARIZE).answered("stop").finished("stopped")
    metrics = measure([story.events])
    rate = metrics.phases[0]
    assert (rate.reached, rate.first_attempt, rate.completed) == (1, 0, 0)
    assert (metrics.interventions.escalations, metrics.interventions.stops) == (1, 1)
    assert metrics.interventions.per_run == 2.0
    assert metrics.stopped == 1


def test_an_approval_is_no_intervention_and_a_send_back_is_one() -> None:
    story = delivered_run()
    sent_back = Story().requested().delivered(PhaseId.SUMMARIZE).passed(PhaseId.SUMMARIZE)
    sent_back.asked(PhaseId.SUMMARIZE).answered("send_back", remark="say who owns it")
    people = measure([story.events, sent_back.events]).interventions
    assert (people.approvals, people.send_backs, people.untouched_runs) == (1, 1, 1)
    assert people.per_run == 0.5


def test_a_cancelled_question_ends_the_waiting() -> None:
    story = Story().requested().asked(PhaseId.SUMMARIZE)
    story.events.append(CancelRequested(at=story.now, by="ada"))
    metrics = measure([story.finished("cancelled").events])
    assert (metrics.cancelled, metrics.interventions.cancellations, metrics.open) == (1, 1, 0)


def test_quality_is_that_of_the_accepted_gates() -> None:
    quality = measure([delivered_run().events]).quality
    assert (quality.checks, quality.checks_passed) == (6, 6)
    assert quality.coverage_percent_median == 94.1
    assert quality.reworks_per_run == 1.0


def test_a_failed_deployment_is_tried_and_not_succeeded() -> None:
    again = Story(start=START + timedelta(days=1)).requested().step_failed("stack").step("stack", {}).finished()
    deployments = measure([delivered_run().events, again.events]).deployments
    assert (deployments.tried, deployments.succeeded) == (3, 2)


def test_every_figure_is_defined_in_the_documentation() -> None:
    from pathlib import Path

    defined = Path(__file__).parents[2].joinpath("docs", "metrics.md").read_text()
    metrics = measure([]).model_dump()
    names = {f"{group}.{name}" for group in ("time", "interventions", "quality", "deployments") for name in metrics[group]}
    names |= {f"phases[].{name}" for name in ("reached", "first_attempt", "completed")}
    assert not {name for name in names if name not in defined}


def test_the_cost_of_models_counts_known_prices_and_says_how_many_are_not() -> None:
    paid = delivered_run()
    paid.events[2:2] = Story().paid(PhaseId.SUMMARIZE, Decimal("0.40")).events
    partly = Story().requested().paid(PhaseId.SUMMARIZE, Decimal("0.10")).paid(PhaseId.SUMMARIZE, None)
    cost = measure([paid.events, partly.events, delivered_run().events]).cost
    assert (cost.paid_runs, cost.turns, cost.unpriced_turns, cost.tokens) == (2, 3, 1, 3000)
    assert cost.known_usd == Decimal("0.50")
    assert cost.usd_per_delivery_median == Decimal("0.40")
    assert "$0.50, 3,000 tokens" in "\n".join(metric_lines(measure([paid.events, partly.events])))


def test_where_no_price_is_known_there_is_no_cost_rather_than_none_at_all() -> None:
    metrics = measure([Story().requested().paid(PhaseId.SUMMARIZE, None).events])
    assert metrics.cost.known_usd is None
    assert metrics.cost.usd_per_delivery_median is None
    assert "price not known, 1,000 tokens" in "\n".join(metric_lines(metrics))


def test_of_runs_that_cost_nothing_no_cost_is_told() -> None:
    metrics = measure([delivered_run().events])
    assert (metrics.cost.paid_runs, metrics.cost.known_usd) == (0, None)
    assert "Cost" not in "\n".join(metric_lines(metrics))
