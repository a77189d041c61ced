"""What the QA Engineer owes: scenarios for the deployed feature."""

from typing import Literal

from backend_factory.domain.model import Record
from backend_factory.domain.scenario import Scenario


class Validation(Record):
    """Delivered by the QA Engineer: the scenarios that the factory performs on the deployed feature."""

    kind: Literal["validation"] = "validation"
    summary: str
    scenarios: tuple[Scenario, ...]
