"""What cannot be compiled is declined for the right reason, and the rest of a request is delivered without it."""

from pathlib import Path

import pytest
from line import checks_at, drive, make_line

from backend_factory.domain.deliverable import Requirements
from backend_factory.domain.event import Asked, PhaseBlocked
from backend_factory.domain.phase import PhaseId

pytestmark = [pytest.mark.slow, pytest.mark.go]

DECLINED = {
    "predict": (
        "I need an API for incidents with a title and a severity, and it should predict the root cause with machine learning",
        "machine learning",
    ),
    "mail": ("Build an API for invoices with a number and an amount that sends an email to the customer", "sends an email"),
}


@pytest.mark.parametrize("name", DECLINED)
async def test_what_cannot_be_compiled_is_declined_by_name(name: str, tmp_path: Path) -> None:
    line = await make_line(tmp_path)
    text, demand = DECLINED[name]

    run, events = await drive(line, text)

    assert run.status == "waiting"
    blocked = next(event.blocked for event in events if isinstance(event, PhaseBlocked))
    assert blocked.reason == "unsupported_demand"
    assert demand in blocked.demand
    asked = events[-1]
    assert isinstance(asked, Asked)
    assert asked.demand == blocked.demand
    assert line.git("branch", "--format=%(refname:short)").split() == ["main"]


async def test_a_declined_demand_can_be_left_out_by_a_person_and_the_rest_goes_on(tmp_path: Path) -> None:
    line = await make_line(tmp_path)
    run, _ = await drive(line, DECLINED["mail"][0])
    async with line.factory(checks=checks_at(PhaseId.SUMMARIZE, PhaseId.PLAN)) as factory:
        await factory.answer(run.id, "go_on", by="tester")
        run = await factory.drive(run.id)
    assert run.status == "delivered", run.question
    requirements = next(d for d in run.deliverables.values() if isinstance(d, Requirements))
    assert [d.quote for d in requirements.demands if d.disposition == "excluded"]
