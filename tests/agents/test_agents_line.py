"""Real coding agents do all six phases, in the sandbox, with no key and no network, and every gate judges what they made."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from agents_at_work import Mischief, Work, Worker, work_of
from agents_on_script import installed
from line import DEMO, Line, assert_delivered, drive, judgements, make_line, standing
from pydantic import SecretStr

from backend_factory.domain.event import PhaseDelivered, Spent
from backend_factory.domain.phase import PhaseId
from backend_factory.factory import Factory
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject
from backend_factory.settings import Provider, Settings
from backend_factory.testing.model_server import ModelServer

pytestmark = [pytest.mark.agents, pytest.mark.go, pytest.mark.slow]

KEY = "sk-the-real-key-0123456789"
AGENTS = [("claude-code", "anthropic", ""), ("opencode", "openai", "claude-sonnet-4-5")]


async def look(_: Subject) -> Examination:
    return Examination("looked at")


LOOKED = Check("looked", "Was looked at", (*PhaseId, "stack"), look)
"""A gate that lets pass: what is wanted here is the work."""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Mapping[PhaseId, Work]:
    """What the blueprint team does with the same request: what the scripted model has its agent write."""
    import asyncio

    async def make() -> Mapping[PhaseId, Work]:
        line = await make_line(tmp_path_factory.mktemp("reference"))
        async with Factory.open(Settings(home=line.home), checks=(LOOKED,)) as factory:
            run_id = await factory.submit(DEMO, line.repository, unattended=True)
            run = await factory.drive(run_id)
            assert run.phase is None, run.question
            return work_of(line, run, factory.events(run_id))

    return asyncio.run(make())


def team(folder: Path, agent: str, model: str) -> Path:
    file = folder / "team.toml"
    file.write_text(f'[[default]]\nrunner = "agent"\nprofile = "{agent}"\n' + (f'model = "{model}"\n' if model else ""))
    return file


def path() -> str:
    return os.pathsep.join((installed().path, os.environ["PATH"]))


def key(server: ModelServer, provider: str) -> dict[str, Provider]:
    return {provider: Provider(key=SecretStr(KEY), url=server.url)}


@pytest.mark.parametrize(("agent", "provider", "model"), AGENTS)
async def test_an_agent_does_all_six_phases(
    tmp_path: Path, done: Mapping[PhaseId, Work], agent: str, provider: str, model: str
) -> None:
    line = await make_line(tmp_path)
    before = standing(line)
    worker = Worker(line.home / "worktrees", done)
    with ModelServer(worker) as server:
        run, events = await drive(
            line, DEMO, team_file=team(tmp_path, agent, model), providers=key(server, provider), tool_path=path()
        )
    assert_delivered(line, run, events, before)
    delivered = [event for event in events if isinstance(event, PhaseDelivered)]
    assert [event.phase for event in delivered] == list(PhaseId)
    assert {event.runner for event in delivered} == {f"agent {agent}" + (f" ({model})" if model else "")}
    assert worker.reviewed == list(PhaseId)
    assert sum(isinstance(event, Spent) for event in events) == len(server.requests)
    assert_no_key(line)


def assert_no_key(line: Line) -> None:
    """The key is in no file of the state folder."""
    for place in line.home.rglob("*"):
        if place.is_file() and not place.is_relative_to(line.home / "cache"):
            assert KEY.encode() not in place.read_bytes(), place


def unfinished(work: Work) -> Mapping[str, str]:
    """Half of it, and something that is not its own."""
    half = dict(list(work.files.items())[: len(work.files) // 2])
    return half | {".github/workflows/ci.yml": "on: push\n", "../outside.txt": "x"}


def hollow(work: Work) -> Mapping[str, str]:
    """Tests that pass whatever happens."""
    return {
        name: text if name.startswith("testdata") else f"package {Path(name).parent.name}\n" for name, text in work.files.items()
    }


MISCHIEF: Mapping[PhaseId, Mischief] = {PhaseId.IMPLEMENT: unfinished, PhaseId.TEST: hollow}


async def test_an_agent_that_misbehaves_is_sent_back_and_delivers_in_the_end(
    tmp_path: Path, done: Mapping[PhaseId, Work]
) -> None:
    line = await make_line(tmp_path)
    before = standing(line)
    worker = Worker(line.home / "worktrees", done, MISCHIEF)
    with ModelServer(worker) as server:
        run, events = await drive(
            line, DEMO, team_file=team(tmp_path, "claude-code", ""), providers=key(server, "anthropic"), tool_path=path()
        )
    assert_delivered(line, run, events, before)
    rejected = [judged.phase for judged in judgements(events) if judged.verdict.kind != "passed"]
    assert rejected == [PhaseId.IMPLEMENT, PhaseId.TEST]
    assert ".github" not in line.git("diff", "--name-only", "main", run.head)
    assert not (line.home / "worktrees" / "outside.txt").exists()
