"""What models and agents made is looked at by another member, which can object and never make a pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from pydantic import ValidationError

from backend_factory.domain.action import Judge
from backend_factory.domain.assignment import Blocked, Delivered, Outcome, Paused, Reviewed
from backend_factory.domain.event import Event, PhaseDelivered, PhaseJudged, PhasePaused
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.policy import Risk
from backend_factory.domain.review import Objection, Review
from backend_factory.domain.run import Run, apply, rebuild
from backend_factory.domain.team import BLUEPRINT, Member, Team
from backend_factory.testing.gate import ScriptedGatekeeper, rework
from backend_factory.testing.story import Story
from backend_factory.testing.team import ScriptedRunner
from backend_factory.testing.tiny import TINY
from backend_factory.testing.wiring import Line
from backend_factory.workflow.members import reviewer
from backend_factory.workflow.perform import now
from backend_factory.workflow.ports import Runner
from backend_factory.workflow.review import CHECK

PLAN = PhaseId.PLAN
CLAUDE = Member(runner="model", model="anthropic:claude-sonnet-4-5")
OPUS = Member(runner="model", model="anthropic:claude-opus-4-5")
GPT = Member(runner="model", model="openai:gpt-5")
CODEX = Member(runner="agent", profile="codex")
ACCEPT = Reviewed(review=Review(verdict="accept", summary="read all of it"))
TOO_MUCH = Objection(rule="too-much", message="nobody asked for it", file="a.go", line=3, hint="leave it out")
REJECT = Reviewed(review=Review(verdict="reject", summary="read all of it", objections=(TOO_MUCH,)))
NO_WORD = Blocked(reason="tool", needed="more", tried=("looked",), question="What now?")


@dataclass
class Panel:
    """Somebody works, and somebody reviews."""

    reviews: Runner | None

    async def members(self, run: Run, phase: PhaseId) -> Sequence[Runner]:
        return (ScriptedRunner(),)

    async def reviewer(self, run: Run, phase: PhaseId) -> Runner | None:
        return self.reviews


def planned(by: str = CLAUDE.label, team: Team | None = None) -> Run:
    """A run whose plan is handed in, and not judged yet."""
    story = Story().requested()
    story.delivered(PhaseId.SUMMARIZE).passed(PhaseId.SUMMARIZE)
    run = rebuild("r1", tuple(story.events))
    run = run.model_copy(update={"requested": run.requested.model_copy(update={"team": team or Team()})})
    return apply(run, PhaseDelivered(at=now(), phase=PLAN, attempt=1, runner=by, deliverable=TINY[PLAN], seconds=0))


async def judged(outcome: Outcome, *, run: Run | None = None, gate: Mapping[PhaseId, Sequence[object]] | None = None) -> Event:
    line = Line(staff=Panel(ScriptedRunner({PLAN: [outcome]}, name="reviewer")), gate=ScriptedGatekeeper(gate or {}))  # type: ignore[arg-type]
    run = run or planned()
    await line.site.prepare(run)
    return await line.hands.perform(Judge(PLAN, 1), run, lambda _: None)


async def test_an_acceptance_is_one_more_check_that_passed() -> None:
    event = await judged(ACCEPT)
    assert isinstance(event, PhaseJudged)
    assert (event.verdict.kind, event.checks[-1].check, event.checks[-1].status) == ("passed", CHECK, "passed")


async def test_an_objection_goes_back_to_the_one_who_did_the_work() -> None:
    event = await judged(REJECT)
    assert isinstance(event, PhaseJudged)
    assert (event.verdict.kind, event.verdict.phase) == ("rework", PLAN)
    found = event.verdict.findings[0]
    assert (found.rule, found.file, found.line, found.hint) == ("too-much", "a.go", 3, "leave it out")


@pytest.mark.parametrize("outcome", [NO_WORD, Delivered(deliverable=TINY[PLAN])])
async def test_no_verdict_is_a_rejection(outcome: Outcome) -> None:
    event = await judged(outcome)
    assert isinstance(event, PhaseJudged)
    assert (event.verdict.kind, event.verdict.findings[0].rule) == ("rework", "no-verdict")


async def test_it_cannot_overrule_a_check_that_failed() -> None:
    event = await judged(ACCEPT, gate={PLAN: [rework(PLAN, "wrong")]})
    assert isinstance(event, PhaseJudged)
    assert event.verdict.kind == "rework"
    assert all(result.check != CHECK for result in event.checks)


async def test_a_reviewer_without_quota_pauses_the_judgement() -> None:
    event = await judged(Paused(until=now() + timedelta(hours=1), reason="quota"))
    assert isinstance(event, PhasePaused)


async def test_a_person_can_answer_for_what_the_reviewer_rejects() -> None:
    run = planned().model_copy(update={"risks": (Risk(check=CHECK, reason="discussed", by="ada"),)})
    event = await judged(REJECT, run=run)
    assert isinstance(event, PhaseJudged)
    assert event.verdict.kind == "passed"
    assert (event.checks[-1].status, event.checks[-1].accepted and event.checks[-1].accepted.by) == ("failed", "ada")


@pytest.mark.parametrize(
    ("team", "worker", "expected"),
    [
        (Team(), BLUEPRINT.label, None),
        (Team(chains=dict.fromkeys(PhaseId, (CLAUDE,))), BLUEPRINT.label, None),
        (Team(chains=dict.fromkeys(PhaseId, (CLAUDE,))), CLAUDE.label, CLAUDE),
        (Team(chains=dict.fromkeys(PhaseId, (CLAUDE, OPUS))), CLAUDE.label, OPUS),
        (Team(chains=dict.fromkeys(PhaseId, (CLAUDE, OPUS, CODEX))), CLAUDE.label, CODEX),
        (Team(chains=dict.fromkeys(PhaseId, (CLAUDE, OPUS)), second_opinion=GPT), CLAUDE.label, GPT),
        (Team(chains=dict.fromkeys(PhaseId, (CLAUDE, GPT)), reviewer=OPUS), CLAUDE.label, OPUS),
    ],
)
def test_another_vendor_reviews_where_there_is_one(team: Team, worker: str, expected: Member | None) -> None:
    assert reviewer(planned(worker, team), PLAN) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "accept", "summary": "fine", "objections": [{"rule": "wrong", "message": "x"}]},
        {"verdict": "reject", "summary": "bad"},
        {"verdict": "approve", "summary": "fine"},
        {"summary": "fine"},
    ],
)
def test_a_verdict_is_exact(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Review.model_validate(wrong)
