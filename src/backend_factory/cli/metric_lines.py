"""The metrics as lines for people."""

from collections.abc import Iterator

from backend_factory.domain.amount import dollars
from backend_factory.metrics import Metrics
from backend_factory.metrics.figures import Cost, Spread
from backend_factory.workflow.phases import PHASES


def metric_lines(figures: Metrics) -> Iterator[str]:
    """Five headings with their figures; what cannot be computed yet says so."""
    yield (
        f"{figures.runs} runs: {figures.delivered} delivered, {figures.stopped} stopped, "
        f"{figures.cancelled} cancelled, {figures.open} open"
    )
    yield ""
    yield "Time from request to deployed feature"
    for label, spread in (
        ("in all", figures.time.elapsed),
        ("working", figures.time.working),
        ("waiting for people", figures.time.waiting),
    ):
        yield f"   {label:24} {_spread(spread)}"
    yield ""
    yield "Phase completion (at the first attempt, at any)"
    for rate in figures.phases:
        shares = f"{_share(rate.first_attempt, rate.reached)}, {_share(rate.completed, rate.reached)} of {rate.reached}"
        yield f"   {PHASES[rate.phase].member:24} {shares if rate.reached else 'not reached yet'}"
    yield ""
    yield "Interventions of people"
    people = figures.interventions
    yield f"   {'per run':24} {'no run yet' if people.per_run is None else f'{people.per_run:.2f}'}"
    yield f"   {'escalations':24} {people.escalations}"
    yield f"   {'sent back':24} {people.send_backs}"
    yield f"   {'stopped, cancelled':24} {people.stops}, {people.cancellations}"
    yield f"   {'ended without any':24} {people.untouched_runs}"
    yield ""
    yield "Quality at delivery"
    quality = figures.quality
    yield f"   {'checks passed':24} {_share(quality.checks_passed, quality.checks)} of {quality.checks}"
    yield f"   {'not checked, accepted':24} {quality.checks_left_out} left out, {quality.risks_accepted} risks accepted"
    answer = quality.answer_ms_median
    yield f"   {'answer time under load':24} {'no run yet' if answer is None else f'{answer:.0f} ms, median of means'}"
    coverage = quality.coverage_percent_median
    yield f"   {'coverage, median':24} {'no run yet' if coverage is None else f'{coverage:.1f} % of changed lines'}"
    reworks = quality.reworks_per_run
    yield f"   {'sent back by a gate':24} {'no run yet' if reworks is None else f'{reworks:.2f} a run'}"
    yield ""
    yield "Infrastructure deployment"
    deployments = figures.deployments
    yield f"   {'succeeded':24} {_share(deployments.succeeded, deployments.tried)} of {deployments.tried}"
    if figures.cost.turns:
        yield from ("", "Cost of models", *_cost(figures.cost))


def _cost(figures: Cost) -> Iterator[str]:
    known, median = figures.known_usd, figures.usd_per_delivery_median
    yield f"   {'in all':24} {'price not known' if known is None else dollars(known)}, {figures.tokens:,} tokens"
    yield f"   {'turns of unknown price':24} {figures.unpriced_turns} of {figures.turns}"
    yield f"   {'a delivery, median':24} {'not known' if median is None else dollars(median)}"


def _spread(spread: Spread | None) -> str:
    return f"median {spread.median_seconds:.1f} s, p90 {spread.p90_seconds:.1f} s" if spread else "no run yet"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "none"
