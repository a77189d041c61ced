"""A real, small and poor language model in a member's place: it may do what it likes, and nothing wrong gets past a gate.

None of this depends on what the model answers: only on what must be true whatever it does.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from line import DEMO, Line, checks_at, make_line, standing
from pydantic import SecretStr

from backend_factory.domain.assignment import Limits
from backend_factory.domain.budget import Budget, Budgets
from backend_factory.domain.event import Event, PhaseBlocked, PhaseDelivered, PhaseJudged, Spent, StepDelivered
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.domain.team import BLUEPRINT
from backend_factory.factory import Factory
from backend_factory.journal.evidence import EvidenceStore
from backend_factory.settings import Provider, Settings
from backend_factory.testing.model_server import ModelServer
from backend_factory.workflow.review import CHECK as REVIEW
from small_model import KEY, SmallModel

pytestmark = [pytest.mark.small_model, pytest.mark.go, pytest.mark.slow]

MODEL = "openai-chat:SmolLM2-135M-Instruct"
CONTEXT = 8192
TOKENS, SECONDS = 6_000, timedelta(seconds=30)
LIMITS = Limits(attempts=1, budgets=Budgets(attempt=Budget(tokens=TOKENS, time=SECONDS)))


async def drive(line: Line, url: str, phase: PhaseId, members: str, *, unattended: bool) -> tuple[Run, tuple[Event, ...]]:
    """The line with those members at `phase` and the blueprint at all others, until it ends or waits.

    The blueprint's work before it is let pass, for the sake of time.
    """
    team = line.home / "team.toml"
    team.write_text(f'[[default]]\nrunner = "blueprint"\n{members}')
    settings = Settings(home=line.home, providers={"openai": Provider(key=SecretStr(KEY), url=url)})
    async with Factory.open(
        settings, checks=checks_at(*(each for each in PhaseId if each.number >= phase.number), "stack")
    ) as factory:
        run_id = await factory.submit(DEMO, line.repository, unattended=unattended, limits=LIMITS, team_file=team)
        return await factory.drive(run_id), factory.events(run_id)


def the_model(phase: PhaseId) -> str:
    return f'[[{phase}]]\nrunner = "model"\nmodel = "{MODEL}"\n'


async def test_it_talks_and_the_blueprint_does_the_work(small: SmallModel, tmp_path: Path) -> None:
    line = await make_line(tmp_path)
    before, members = standing(line), f'{the_model(PhaseId.SUMMARIZE)}[[{PhaseId.SUMMARIZE}]]\nrunner = "blueprint"\n'
    run, events = await drive(line, small.url, PhaseId.SUMMARIZE, members, unattended=False)
    assert_held(line, run, events, before)
    assert run.status == "waiting"
    assert spent(events) or limit_reached(run)
    if run.question and run.question.about == "checkpoint":
        assert accepted(events)[PhaseId.SUMMARIZE].runner in (BLUEPRINT.label, f"model {MODEL}")


@pytest.mark.parametrize("phase", PhaseId)
async def test_it_is_held_to_the_shape_of_tools_and_nothing_wrong_passes(
    small: SmallModel, tmp_path: Path, phase: PhaseId
) -> None:
    line = await make_line(tmp_path)
    before = standing(line)
    with ModelServer(small.held) as server:
        run, events = await drive(line, server.openai_url, phase, the_model(phase), unattended=True)
    assert_held(line, run, events, before)
    assert all(turn.phase == phase or turn.runner.startswith("review") for turn in spent(events))
    assert spent(events) or limit_reached(run)


def limit_reached(run: Run) -> bool:
    """Whether it waits because a limit is used up: on a busy machine its first answer may take too long."""
    return bool(run.question and run.question.limit)


def spent(events: tuple[Event, ...]) -> list[Spent]:
    """The paid turns."""
    return [event for event in events if isinstance(event, Spent) and event.usage.requests]


def accepted(events: tuple[Event, ...]) -> Mapping[PhaseId, PhaseDelivered]:
    """Who delivered what the gates passed, phase by phase; fails where a phase began before those before it had passed."""
    handed: dict[PhaseId, PhaseDelivered] = {}
    passed: dict[PhaseId, PhaseDelivered] = {}
    for event in events:
        match event:
            case PhaseDelivered():
                assert all(earlier in passed for earlier in PhaseId if earlier.number < event.phase.number)
                passed.pop(event.phase, None)
                handed[event.phase] = event
            case PhaseJudged() if event.verdict.kind == "passed":
                assert event.checks
                assert not [check for check in event.checks if check.in_the_way]
                if handed[event.phase].runner != BLUEPRINT.label:
                    assert event.checks[-1].check == REVIEW
                passed[event.phase] = handed[event.phase]
            case PhaseJudged():
                assert event.verdict.findings or event.verdict.reason
                sent_back = event.verdict.phase.number
                passed = {phase: each for phase, each in passed.items() if phase.number < sent_back}
            case PhaseBlocked():
                assert event.blocked.question
                assert event.evidence
            case StepDelivered():
                assert set(passed) == set(PhaseId)
            case _:
                pass
    return passed


def assert_held(line: Line, run: Run, events: tuple[Event, ...], before: tuple[str, str]) -> None:
    """Gates decided, limits held, and what was said is kept."""
    assert run.status in ("waiting", "delivered"), run.finished
    assert (run.status == "waiting") == bool(run.question and run.question.question)
    passed = accepted(events)
    for phase, deliverable in run.deliverables.items():
        if run.phase is None or phase.number < run.phase.number:
            assert passed[phase].deliverable == deliverable
    if run.status != "delivered":
        assert not [event for event in events if isinstance(event, StepDelivered)]
        assert line.git("branch", "--list", "feature/*") == ""
    assert standing(line) == before
    assert_within_limits(run, events)
    evidence = EvidenceStore(line.home / "evidence")
    for turn in spent(events):
        if turn.kept:
            assert KEY.encode() not in evidence.read(turn.kept)


def assert_within_limits(run: Run, events: tuple[Event, ...]) -> None:
    """At most one turn over the tokens, and some moments over the time; every turn of unknown price is said to be so."""
    for phase in PhaseId:
        for attempt in range(1, run.attempts.get(phase, 0) + 2):
            total = run.ledger.total(phase, attempt)
            assert total.tokens < TOKENS + CONTEXT
            assert total.time < SECONDS + timedelta(seconds=20)
    assert all(turn.usage.cost_usd is None for turn in spent(events))
