"""A member is told what it needs, and nothing else."""

import pytest

from backend_factory.domain.event import Answered
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import apply, rebuild
from backend_factory.team.assignment import HANDOFF, assign
from backend_factory.team.lanes import LANES
from backend_factory.testing.story import DELIVERABLES, FINDING, START, TEXT, Story, to_delivery

S, P, I, T, V, C = PhaseId  # noqa: E741 - the six


@pytest.mark.parametrize("phase", list(PhaseId))
def test_each_phase_receives_the_deliverables_that_it_builds_on(phase: PhaseId) -> None:
    earlier = [p for p in PhaseId if p.number < phase.number]
    story = to_delivery(Story().requested(), *earlier) if earlier else Story().requested()
    told = assign(rebuild("r1", tuple(story.events)), phase)
    assert told.handoff == tuple(DELIVERABLES[p] for p in HANDOFF[phase])
    assert (told.phase, told.attempt, told.request, told.ticket) == (phase, 1, TEXT, "CHAR-123")
    assert told.lane == LANES[phase]
    assert (told.findings, told.remark, told.excluded) == ((), "", ())


def test_nobody_receives_from_a_later_phase() -> None:
    assert all(given.number < phase.number for phase, handoff in HANDOFF.items() for given in handoff)


def test_the_next_attempt_is_told_what_was_wrong() -> None:
    story = to_delivery(Story().requested(), S, P).delivered(I).failed(I)
    told = assign(rebuild("r1", tuple(story.events)), I)
    assert (told.attempt, told.findings) == (2, (FINDING,))


def test_of_mixed_findings_a_member_is_told_those_that_it_can_mend() -> None:
    run = rebuild("r1", tuple(to_delivery(Story().requested(), S, P).delivered(I).failed(I).events))
    other = FINDING.model_copy(update={"mends": T, "message": "no test"})
    mixed = run.model_copy(update={"findings": (FINDING, other)})
    assert assign(mixed, I).findings == (FINDING,)


def test_a_remark_and_a_demand_to_leave_out_reach_the_member() -> None:
    story = Story().requested().blocked(S).answered("go_on")
    run = rebuild("r1", tuple(story.events))
    assert assign(run, S).excluded == ("with pigeons",)
    back = to_delivery(Story().requested(), S).asked(S)
    run = apply(rebuild("r1", tuple(back.events)), Answered(at=START, answer="send_back", remark="less", by="ada"))
    assert assign(run, S).remark == "less"


def test_an_assignment_can_be_saved_and_read_again() -> None:
    run = rebuild("r1", tuple(to_delivery(Story().requested(), S, P, I).events))
    told = assign(run, T)
    assert type(told).model_validate_json(told.model_dump_json()) == told
