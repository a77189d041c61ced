"""Real coding agents do all six phases, in the sandbox, with no key and no network.

Every gate judges the one that behaves; where one misbehaves, the gates that have to notice it do.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest
from agents_at_work import Mischief, Work, Worker
from agents_on_line import assert_no_key, assert_whole, factory_of, keys, path, team
from line import DEMO, Line, assert_delivered, checks_at, drive, judgements, make_line, standing

from backend_factory.domain.event import PhaseDelivered, Spent
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.testing.model_server import ModelServer

pytestmark = [pytest.mark.agents, pytest.mark.go, pytest.mark.slow]


async def test_an_agent_does_all_six_phases(tmp_path: Path, done: Mapping[PhaseId, Work]) -> None:
    line = await make_line(tmp_path)
    before = standing(line)
    worker = Worker(line.home / "worktrees", done)
    with ModelServer(worker) as server:
        file = team(tmp_path, "opencode", "claude-sonnet-4-5", reviewer="claude-code")
        run, events = await drive(line, DEMO, team_file=file, providers=keys(server), tool_path=path())
    assert_delivered(line, run, events, before)
    delivered = [event for event in events if isinstance(event, PhaseDelivered)]
    assert [event.phase for event in delivered] == list(PhaseId)
    assert {event.runner for event in delivered} == {"agent opencode (claude-sonnet-4-5)"}
    assert worker.reviewed == list(PhaseId)
    assert sum(isinstance(event, Spent) for event in events) == len(server.requests)
    assert_no_key(line)


def unfinished(work: Work) -> Mapping[str, str]:
    """Half of it, and something that is not its own."""
    half = dict(list(work.files.items())[: len(work.files) // 2])
    return half | {".github/workflows/ci.yml": "on: push\n", "../outside.txt": "x"}


def assert_nothing_foreign(line: Line, run: Run) -> None:
    """Nothing came through of what was not its own."""
    assert ".github" not in line.git("diff", "--name-only", "main", run.head)
    assert not (line.home / "worktrees" / "outside.txt").exists()


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
        file = team(tmp_path, "claude-code", "")
        checks = checks_at(PhaseId.SUMMARIZE, PhaseId.PLAN, PhaseId.IMPLEMENT, PhaseId.TEST)
        run, events = await drive(line, DEMO, team_file=file, providers=keys(server), tool_path=path(), checks=checks)
    assert_whole(line, run, events, before)
    delivered = [event for event in events if isinstance(event, PhaseDelivered)]
    assert {event.phase for event in delivered} == set(PhaseId)
    assert {event.runner for event in delivered} == {"agent claude-code"}
    rejected = [judged.phase for judged in judgements(events) if judged.verdict.kind != "passed"]
    assert rejected == [PhaseId.IMPLEMENT, PhaseId.TEST]
    assert_nothing_foreign(line, run)


async def test_one_that_writes_where_it_may_not_is_refused_and_half_its_work_is_sent_back(
    tmp_path: Path, done: Mapping[PhaseId, Work]
) -> None:
    line = await make_line(tmp_path)
    before = standing(line)
    worker = Worker(line.home / "worktrees", done, {PhaseId.IMPLEMENT: unfinished})
    with ModelServer(worker) as server:
        file = team(tmp_path, "opencode", "claude-sonnet-4-5", "claude-code", PhaseId.IMPLEMENT)
        async with factory_of(line, server, PhaseId.IMPLEMENT) as factory:
            run_id = await factory.submit(DEMO, line.repository, unattended=True, team_file=file)
            run, events = await factory.drive(run_id), factory.events(run_id)
    assert_whole(line, run, events, before)
    assert_nothing_foreign(line, run)
    delivered = [event for event in events if isinstance(event, PhaseDelivered) and event.phase is PhaseId.IMPLEMENT]
    assert [event.runner for event in delivered] == ["agent opencode (claude-sonnet-4-5)"] * 2
    refused, repaired = (event.notes for event in delivered)
    assert len(refused) == 2, refused
    assert all(note.startswith("refused, out of the lane") for note in refused), refused
    assert repaired == ()
    rejected = [judged for judged in judgements(events) if judged.verdict.kind != "passed"]
    assert [(judged.phase, judged.attempt) for judged in rejected] == [(PhaseId.IMPLEMENT, 1)]
    assert [check.check for check in rejected[0].checks if check.status == "failed"] == ["files-declared"]
    assert worker.reviewed == [PhaseId.IMPLEMENT]
