"""All six phases are done by models, of three dialects over real HTTP, and reviewed by others.

What they hand in is what the blueprint makes: the gates that take minutes judge that elsewhere.
"""

import json
from pathlib import Path

import pytest
from line import assert_whole, checks_at, drive, judgements, make_line, standing
from pydantic import SecretStr

from backend_factory.domain.event import Spent
from backend_factory.domain.phase import PhaseId
from backend_factory.settings import Provider
from backend_factory.testing.model_server import ModelRequest, ModelServer, ToolCall, Turn

pytestmark = [pytest.mark.slow, pytest.mark.go]

MODELS = ("anthropic:claude-sonnet-4-6", "openai-chat:gpt-5", "openai-responses:gpt-5")
KEY = "a-key-of-the-provider-0123456789"
SENSORS = (
    "Ingest sensor readings in batches and correlate them with devices by ip address. A reading is identified by its "
    "reading id and has an ip address, a value and a time. A device has a name, an ip address and a location."
)


def from_the_blueprint(request: ModelRequest) -> Turn:
    """Looks around, starts from the blueprint, and hands in what that made."""
    if "# Review of phase" in request.said:
        return Turn(calls=(ToolCall("deliver", {"kind": "review", "verdict": "accept", "summary": "read all of it"}),))
    spent = {"input_tokens": 5000 * (request.turns + 1), "cached_tokens": 4000, "output_tokens": 300}
    if request.turns == 0:
        return Turn("I look around first.", (ToolCall("list", {}), ToolCall("read", {"path": "go.mod"})), **spent)
    if request.turns == 1:
        assert "module " in request.results[1].text
        return Turn(calls=(ToolCall("scaffold", {}),), **spent)
    made = request.results[0].text
    assert made.startswith("It made this deliverable"), made
    deliverable = made[made.index("\n{") : made.rindex("\n</data")]
    return Turn("Done.", (ToolCall("deliver", json.loads(deliverable)),), **spent)


def team(folder: Path) -> Path:
    """A file that gives every phase to a model, in turn of another dialect."""
    file = folder / "team.toml"
    file.write_text("".join(f'[[{phase}]]\nrunner = "model"\nmodel = "{MODELS[phase.number % 3]}"\n' for phase in PhaseId))
    return file


def keys(server: ModelServer) -> dict[str, Provider]:
    key = SecretStr(KEY)
    return {"anthropic": Provider(key=key, url=server.url), "openai": Provider(key=key, url=server.openai_url)}


async def test_models_do_all_six_phases(tmp_path: Path) -> None:
    line = await make_line(tmp_path)
    before = standing(line)
    with ModelServer(from_the_blueprint) as server:
        checks = checks_at(PhaseId.SUMMARIZE, PhaseId.PLAN, PhaseId.IMPLEMENT, PhaseId.COMMIT)
        run, events = await drive(line, SENSORS, team_file=team(tmp_path), providers=keys(server), checks=checks)
    assert server.complaints == []
    assert_whole(line, run, events, before)
    assert [judged.verdict.kind for judged in judgements(events)] == ["passed"] * 6
    paid = [event for event in events if isinstance(event, Spent) and event.usage.requests]
    assert len(paid) == len(server.requests) == 18 + 6
    reviews = {event.phase: event.runner for event in paid if event.runner.startswith("review by model ")}
    assert len(reviews) == 6
    assert all(("anthropic" in reviewer) != ("anthropic" in run.workers[phase]) for phase, reviewer in reviews.items())
    assert all(judged.checks[-1].check == "independent-review" for judged in judgements(events))
    assert {event.usage.model for event in paid} == set(MODELS)
    assert all(event.usage.cost_usd for event in paid)
    assert KEY not in (line.home / "journal.db").read_bytes().decode("latin-1")
