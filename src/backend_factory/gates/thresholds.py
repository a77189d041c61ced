"""Every threshold of the gates, in one table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Numbers that decide; no repository and no member can lower them."""

    changed_lines_percent: float = 90.0
    """Statement coverage of the lines that the run added or changed."""
    check_seconds: float = 900.0
    """A check that takes longer has not passed."""
    parallel_checks: int = 3
    """Checks that run at a time."""
    test_timeout_seconds: int = 300
    """For one `go test` of everything."""
    scenario_seconds: float = 120.0
    """For one scenario on the deployed feature, waiting included."""
    scenarios_at_a_time: int = 4
    """Scenarios that run side by side."""


THRESHOLDS = Thresholds()
