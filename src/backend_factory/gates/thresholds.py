"""Every threshold of the gates, in one table."""

from dataclasses import dataclass, field
from typing import TypeVar

N = TypeVar("N", int, float)


def at_least(number: N) -> N:
    """A minimum: a repository may ask for more, and needs an accepted risk for less."""
    return field(default=number, metadata={"stricter": "more"})


def at_most(number: N) -> N:
    """A maximum: a repository may ask for less, and needs an accepted risk for more."""
    return field(default=number, metadata={"stricter": "less"})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Numbers that decide: `at_least`, `at_most`; one without a direction is the machine's, and no repository can change it."""

    changed_lines_percent: float = at_least(90.0)
    """Statement coverage of the lines that the run added or changed."""
    check_seconds: float = at_most(900.0)
    """A check that takes longer has not passed."""
    parallel_checks: int = 3
    """Checks that run at a time."""
    test_timeout_seconds: int = at_most(300)
    """For one `go test` of everything."""
    scenario_seconds: float = at_most(120.0)
    """For one scenario on the deployed feature, waiting included."""
    scenarios_at_a_time: int = 4
    """Scenarios that run side by side."""


THRESHOLDS = Thresholds()
