"""Any of the six, told apart by `kind`."""

from typing import Annotated

from pydantic import Field

from backend_factory.domain.deliverable.implementation import Implementation
from backend_factory.domain.deliverable.plan import Plan
from backend_factory.domain.deliverable.release import Release
from backend_factory.domain.deliverable.requirements import Requirements
from backend_factory.domain.deliverable.suite import TestSuite
from backend_factory.domain.deliverable.validation import Validation

Deliverable = Annotated[Requirements | Plan | Implementation | TestSuite | Validation | Release, Field(discriminator="kind")]
