"""What a member owes, and the shape of a member's answer."""

from typing import Any

from pydantic import TypeAdapter

from backend_factory.domain.assignment import Assignment, Blocked


def kind_of(assignment: Assignment) -> str:
    """The `kind` of what is owed: "requirements"."""
    return str(assignment.owed.model_fields["kind"].default)


def answer_schema(assignment: Assignment) -> dict[str, Any]:
    """JSON schema of what a member may hand in: what it owes, or a blocker; told apart by `kind`."""
    answer: Any = assignment.owed | Blocked
    return TypeAdapter(answer).json_schema()
