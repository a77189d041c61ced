"""A factory that is killed, after any action or at any moment, is driven again as if nothing had happened."""

import asyncio
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
from killing import killed_within, run_apart

from backend_factory.domain.gate import CheckResult, Verdict
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.journal.journal import Journal
from backend_factory.testing.account import account
from backend_factory.testing.doom import DoomedJournal
from backend_factory.testing.gate import ScriptedGatekeeper, rework
from backend_factory.testing.outside import FolderWorld
from backend_factory.testing.site import StandingSite
from backend_factory.testing.wiring import Line, request
from backend_factory.workflow.engines.local import LocalEngine
from backend_factory.workflow.ports import Observe

EVENTS = 24
"""Of a run that is sent back once, from validation to implementation."""


class OnceSentBack(ScriptedGatekeeper):
    """Finds a fault in the first validation; remembers nothing, as after a crash."""

    async def judge(self, run: Run, phase: PhaseId, observe: Observe) -> tuple[tuple[CheckResult, ...], Verdict]:
        if phase is PhaseId.VALIDATE and phase not in run.attempts:
            return (), rework(phase, "answered 500", mends=PhaseId.IMPLEMENT)
        return await super().judge(run, phase, observe)


def drive(folder: Path, open_journal: Callable[[Path], Journal] = Journal) -> None:
    """What the child process does: make the run unless it is there, and work on it."""
    journal = open_journal(folder / "journal.db")
    if not journal.ids():
        journal.start("r1", request())
    line = Line(gate=OnceSentBack(), world=FolderWorld(folder / "world"), site=StandingSite(folder / "worktrees"))
    asyncio.run(LocalEngine(journal, line.hands).drive("r1", lambda _: None, lambda *_: None))
    journal.close()


def remains(folder: Path) -> dict[str, Any]:
    """All that is left of the run, inside and outside."""
    journal = Journal(folder / "journal.db")
    left = {
        "account": account(journal.events("r1")),
        "status": journal.run("r1").status,
        "listed": [each.status for each in journal.summaries()],
        "holder": journal.standing("r1")[1],
        "effects": FolderWorld(folder / "world").effects(),
        "worktrees": StandingSite(folder / "worktrees").standing,
    }
    journal.close()
    return left


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], float]:
    """What a run leaves that nobody kills, and the seconds that it takes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    code, seconds = run_apart(partial(drive, folder))
    assert code == 0
    left = remains(folder)
    assert left["status"] == "delivered"
    assert left["holder"] is None
    assert left["worktrees"] == frozenset()
    assert left["effects"] == {f"{step} of r1": 1 for step in ("branch", "stack", "pull_request")}
    assert len(left["account"]) == EVENTS
    return left, seconds


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("nth", range(1, EVENTS))
def test_killed_around_any_record(
    tmp_path: Path, undisturbed: tuple[dict[str, Any], float], nth: int, when: Literal["before", "after"]
) -> None:
    doomed = partial(DoomedJournal, nth=nth, when=when)
    assert run_apart(partial(drive, tmp_path, doomed))[0] == -9
    recorded = nth + (when == "after")
    journal = Journal(tmp_path / "journal.db")
    assert len(journal.events("r1")) == recorded
    journal.close()
    assert run_apart(partial(drive, tmp_path))[0] == 0
    assert remains(tmp_path) == undisturbed[0]


@pytest.mark.parametrize("seed", range(20))
def test_killed_at_a_random_moment(tmp_path: Path, undisturbed: tuple[dict[str, Any], float], seed: int) -> None:
    killed_within(partial(drive, tmp_path), undisturbed[1], random.Random(seed))
    assert run_apart(partial(drive, tmp_path))[0] == 0
    assert remains(tmp_path) == undisturbed[0]


def test_killed_again_and_again_it_gets_there_all_the_same(tmp_path: Path, undisturbed: tuple[dict[str, Any], float]) -> None:
    for nth in (1, 2, 3) * 4:
        run_apart(partial(drive, tmp_path, partial(DoomedJournal, nth=nth, when="before")))
        run_apart(partial(drive, tmp_path, partial(DoomedJournal, nth=nth, when="after")))
    assert run_apart(partial(drive, tmp_path))[0] == 0
    assert remains(tmp_path) == undisturbed[0]
