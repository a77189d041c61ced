"""Any of the six, told apart by `kind`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from backend_factory.domain.deliverable.implementation import Implementation
from backend_factory.domain.deliverable.plan import Plan
from backend_factory.domain.deliverable.release import Release
from backend_factory.domain.deliverable.requirements import Requirements
from backend_factory.domain.deliverable.suite import TestSuite
from backend_factory.domain.deliverable.validation import Validation
from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId

Deliverable = Annotated[Requirements | Plan | Implementation | TestSuite | Validation | Release, Field(discriminator="kind")]

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
"""Phase -> the deliverable that it owes."""
