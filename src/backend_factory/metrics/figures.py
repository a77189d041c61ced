"""What the metrics say, as records; docs/metrics.md defines every figure."""

from decimal import Decimal

from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId


class Spread(Record):
    """The middle and the slow end of a set of durations, in seconds."""

    median_seconds: float
    p90_seconds: float
    """Nearest rank: nine of ten are at most this."""


class Time(Record):
    """From request to deployed feature, over delivered runs; None where there is none."""

    elapsed: Spread | None
    working: Spread | None
    """Members, gates and delivery."""
    waiting: Spread | None
    """For an answer of a person."""


class PhaseRate(Record):
    """How often a phase was completed by the runs that reached it."""

    phase: PhaseId
    reached: int
    first_attempt: int
    completed: int


class Interventions(Record):
    """How often people had to step in; approvals of finished work are counted apart."""

    escalations: int
    send_backs: int
    stops: int
    cancellations: int
    approvals: int
    """Checkpoints that a person passed."""
    per_run: float | None
    """Escalations, send-backs, stops and cancellations, divided by runs."""
    untouched_runs: int
    """Ended runs in which nobody had to step in."""


class Quality(Record):
    """Of what was delivered; None where nothing was."""

    checks: int
    """In the gates that accepted the delivered work; what a machine could not check is not among them."""
    checks_passed: int
    checks_left_out: int
    """That the machine could not run: neither passed nor failed."""
    risks_accepted: int
    """Checks that did not pass and for which a person answers, deployments included."""
    answer_ms_median: float | None
    """Of the mean answer times under load; the target is in the requirements."""
    coverage_percent_median: float | None
    """Of the changed lines, as the test gate measured it."""
    reworks_per_run: float | None
    """Times that a gate sent work back, over all runs."""


class Deployments(Record):
    """Deployments of the feature's stack."""

    tried: int
    succeeded: int


class Cost(Record):
    """What models cost, over all runs; a turn whose price is not known is counted as such and never as free."""

    paid_runs: int
    """Runs in which something was paid for."""
    turns: int
    unpriced_turns: int
    """Of them those whose price is not known."""
    tokens: int
    known_usd: Decimal | None
    """Of the turns whose price is known; None where no price is."""
    usd_per_delivery_median: Decimal | None
    """Over delivered runs that paid, and every price of which is known; None where there is none."""


class Metrics(Record):
    """The five success metrics over a set of runs."""

    runs: int
    delivered: int
    stopped: int
    cancelled: int
    open: int
    time: Time
    phases: tuple[PhaseRate, ...]
    interventions: Interventions
    quality: Quality
    deployments: Deployments
    cost: Cost
