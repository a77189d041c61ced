"""The line's one page: six phases, in the words of the product."""

import pytest

from backend_factory.domain.phase import PhaseId
from backend_factory.testing.story import DELIVERABLES
from backend_factory.testing.tiny import TINY
from backend_factory.workflow.phases import PHASES, delivered, following


def test_there_are_six_numbered_phases_in_order() -> None:
    assert [phase.value for phase in PHASES] == [
        "backend-summarize",
        "backend-plan",
        "backend-implement",
        "backend-test",
        "backend-validate",
        "backend-commit",
    ]
    assert [phase.number for phase in PHASES] == [1, 2, 3, 4, 5, 6]


def test_a_phase_that_writes_has_a_commit_message_and_one_that_does_not_has_none() -> None:
    assert all(bool(phase.commit) == phase.writes for phase in PHASES.values())


def test_after_the_last_phase_comes_none() -> None:
    line = [following(phase) for phase in PhaseId]
    assert [phase.id if phase else None for phase in line] == [*list(PhaseId)[1:], None]


@pytest.mark.parametrize(
    ("phase", "figures"),
    [
        (PhaseId.SUMMARIZE, "2 requirements, 3 acceptance criteria"),
        (PhaseId.PLAN, "2 components, 1 route, 1 AWS resource"),
        (PhaseId.IMPLEMENT, "3 files, 1 function"),
        (PhaseId.TEST, "3 test cases, 1 file"),
        (PhaseId.VALIDATE, "2 scenarios, 2 steps"),
        (PhaseId.COMMIT, "1 document, 1 rollback step"),
    ],
)
def test_what_was_delivered_is_told_in_figures(phase: PhaseId, figures: str) -> None:
    assert delivered(DELIVERABLES[phase]) == figures


def test_nothing_is_plural_too() -> None:
    assert delivered(TINY[PhaseId.SUMMARIZE]) == "0 requirements, 0 acceptance criteria"
