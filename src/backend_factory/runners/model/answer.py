"""What a member may hand in: the deliverable of its phase, or that it is blocked."""

from collections.abc import Mapping
from types import MappingProxyType

from backend_factory.domain.deliverable import Implementation, Plan, Release, Requirements, TestSuite, Validation
from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId

OWED: Mapping[PhaseId, type[Record]] = MappingProxyType(
    {
        PhaseId.SUMMARIZE: Requirements,
        PhaseId.PLAN: Plan,
        PhaseId.IMPLEMENT: Implementation,
        PhaseId.TEST: TestSuite,
        PhaseId.VALIDATE: Validation,
        PhaseId.COMMIT: Release,
    }
)

DELIVER, BLOCKED = "deliver", "blocked"
"""The tools by which it is handed in."""
