"""What each phase owes, and the shape of a member's answer."""

from typing import Any

from pydantic import TypeAdapter

from backend_factory.domain.assignment import Blocked
from backend_factory.domain.deliverable import OWED
from backend_factory.domain.phase import PhaseId


def kind_of(phase: PhaseId) -> str:
    """The deliverable's `kind`: "requirements"."""
    return str(OWED[phase].model_fields["kind"].default)


def answer_schema(phase: PhaseId) -> dict[str, Any]:
    """JSON schema of what a member may hand in: the phase's deliverable, or a blocker; told apart by `kind`."""
    answer: Any = OWED[phase] | Blocked
    return TypeAdapter(answer).json_schema()
