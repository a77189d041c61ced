"""What a check is: one file in `checks/` that defines `CHECK`. Adding the file adds the check."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from backend_factory.domain.assignment import Finding
from backend_factory.domain.gate import Evidence
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.subject import Subject

Gate = PhaseId | Literal["stack"]
"""A phase's gate, or that of the delivery step `stack`."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What a check saw. Without findings, the check is passed."""

    summary: str
    """One line with the figures: 71 tests passed, 94.1 % of changed lines covered"""
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    """Named numbers with their unit in the name: coverage_percent, tests_count, mean_ms."""


class Unreadable(Exception):
    """What the check has to read is missing, damaged or late: not passed, and not the member's doing."""


@dataclass(frozen=True, slots=True)
class Check:
    """A row in the gates' table."""

    id: str
    """Stable, kebab-case: go-build"""
    title: str
    """What holds when it passes: "Builds for both architectures" """
    gates: tuple[Gate, ...]
    """The gates that it belongs to: phases, or the delivery step `stack`."""
    examine: Callable[[Subject], Awaitable[Examination]]
    """Raises Unreadable or OperatorError; anything else that it raises counts as unreadable."""
    after: tuple[str, ...] = ()
    """Checks of the same gate without which this one is pointless; it is skipped, as not passed, where one did not pass."""
    first: bool = False
    """Cheap, and the rest of the gate is pointless without it: every other check waits for it as if `after` named it."""
    missing: Callable[[Subject], str] | None = None
    """What this machine lacks to run it at all, or nothing. It may look at the machine and the settings, never at the work."""
