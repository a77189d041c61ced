"""What performing a scenario showed, as evidence: no tokens, short, readable."""

from backend_factory.domain.model import Record


class StepTrace(Record):
    """One step that was performed."""

    step: int
    """1-based."""
    line: str
    """POST /assets"""
    status: int | None = None
    """HTTP status; None where the step is no request or had no answer."""
    ms: float
    """Of the last try."""
    tries: int = 1
    excerpt: str = ""
    """Start of the answer's body."""


class Mismatch(Record):
    """Something other than expected."""

    step: int
    """1-based; 0 where no single step is to blame."""
    line: str
    expected: str
    seen: str
    log: str = ""
    """What the functions logged last, where the answer was a server error or none."""


class ScenarioResult(Record):
    """A scenario is passed when every step was performed and nothing was other than expected."""

    scenario: str
    title: str
    criteria: tuple[str, ...]
    passed: bool
    ms: float
    steps: tuple[StepTrace, ...]
    mismatches: tuple[Mismatch, ...] = ()
