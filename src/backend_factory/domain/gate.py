"""What the factory's own checks saw, and what follows from it."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from backend_factory.domain.assignment import Finding
from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.policy import Risk


class Evidence(Record):
    """What a check saw, kept by content hash."""

    title: str
    sha256: str
    media_type: Literal["text/plain", "application/json"]
    bytes: int


class CheckResult(Record):
    """One check of a gate."""

    check: str
    """Stable id: go-build"""
    title: str
    """Builds for both architectures"""
    status: Literal["passed", "failed", "unavailable", "left-out"]
    """`unavailable`: it could not be run or read; not passed. `left-out`: this machine cannot run it, which is said."""
    summary: str
    """One line with the figures: 71 tests, 94.1 % of changed lines"""
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    figures: dict[str, float] = Field(default_factory=dict)
    """Named numbers with their unit in the name: coverage_percent, tests_count, mean_ms."""
    duration: timedelta = timedelta(0)
    accepted: Risk | None = None
    """It did not pass, and the gate goes on because a person answers for it; never set on what passed."""

    @property
    def in_the_way(self) -> bool:
        """Whether it keeps its gate from passing."""
        return self.status in ("failed", "unavailable") and self.accepted is None


class Verdict(Record):
    """What a gate says."""

    kind: Literal["passed", "rework", "escalate"]
    phase: PhaseId
    """Where work goes on: the judged phase, or for `rework` the one that can mend the findings."""
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    """For `escalate`: why trying again would not help."""
