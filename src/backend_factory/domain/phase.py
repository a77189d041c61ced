"""The six phases by their ids, and the team member of each."""

from enum import StrEnum


class PhaseId(StrEnum):
    """A phase of the line, in order."""

    SUMMARIZE = "backend-summarize"
    PLAN = "backend-plan"
    IMPLEMENT = "backend-implement"
    TEST = "backend-test"
    VALIDATE = "backend-validate"
    COMMIT = "backend-commit"

    @property
    def number(self) -> int:
        """Place in the line, 1 to 6."""
        return _NUMBERS[self]

    @property
    def member(self) -> str:
        """The team member who does it."""
        return _MEMBERS[self]


_NUMBERS = {phase: number for number, phase in enumerate(PhaseId, 1)}
_MEMBERS = {
    PhaseId.SUMMARIZE: "Business Analyst",
    PhaseId.PLAN: "Solution Architect",
    PhaseId.IMPLEMENT: "Senior Backend Developer",
    PhaseId.TEST: "Test Engineer",
    PhaseId.VALIDATE: "QA Engineer",
    PhaseId.COMMIT: "DevOps Engineer",
}
