"""A real worktree and journal: what was paid for stays in the worktree while the run waits for a higher limit."""

import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from backend_factory.domain.amount import read_budgets
from backend_factory.domain.assignment import Assignment, Delivered, Limits, Outcome
from backend_factory.domain.event import Answered, PhaseDelivered, Spent
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.usage import Usage
from backend_factory.errors import AskerError
from backend_factory.factory import Factory
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject
from backend_factory.settings import Settings
from backend_factory.testing.tiny import TINY
from backend_factory.workspace.workbench import Workbench

TEXT = "I need an API for maintenance windows with a start, an end and an owner"
APPROVAL = '[approval]\napprovers = ["ada"]\n'
TURNS = 6


class Developer:
    """Writes one file a paid turn, and goes on where it was."""

    name = "paid"

    def __init__(self, *, keeps: bool = True) -> None:
        self.keeps = keeps
        self.found: list[list[str]] = []
        """The files that each performance found."""

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        if assignment.phase is PhaseId.IMPLEMENT:
            self.found.append([str(n) for n in range(1, TURNS + 1) if workbench.exists(f"pkg/turn{n}.go")])
            for turn in range(int(workbench.meter.kept or 0) + 1, TURNS + 1):
                workbench.write(f"pkg/turn{turn}.go", "package pkg\n")
                await workbench.meter.charge(
                    Usage(model="m", input_tokens=100, cost_usd=Decimal("0.10")), kept=str(turn) if self.keeps else ""
                )
        return Delivered(deliverable=TINY[assignment.phase])


async def _fine(subject: Subject) -> Examination:
    return Examination("fine")


CHECKS = (Check("fine", "Is fine", (*PhaseId, "stack"), _fine),)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    home = tmp_path / "project"
    (home / ".backend-factory").mkdir(parents=True)
    (home / ".backend-factory" / "gates.toml").write_text(APPROVAL)
    for command in (
        ("init", "--quiet", "--initial-branch", "main"),
        ("add", "--all"),
        ("commit", "--quiet", "--message", "first"),
    ):
        subprocess.run(["git", "-C", str(home), "-c", "user.name=t", "-c", "user.email=t@example.com", *command], check=True)
    return home


def opened(tmp_path: Path, developer: Developer) -> Factory:
    return Factory.open(Settings(home=tmp_path / "home"), runners=dict.fromkeys(PhaseId, developer), checks=CHECKS)


async def waiting(factory: Factory, project: Path, limit: str) -> str:
    run_id = await factory.submit(TEXT, project, unattended=True, limits=Limits(budgets=read_budgets([limit])))
    run = await factory.drive(run_id)
    assert run.question
    assert run.question.limit
    return run_id


async def test_after_a_raise_in_another_process_the_member_finds_its_files_and_pays_only_what_is_left(
    tmp_path: Path, project: Path
) -> None:
    developer = Developer()
    async with opened(tmp_path, developer) as factory:
        run_id = await waiting(factory, project, "0.30usd")
    async with opened(tmp_path, developer) as factory:
        await factory.answer(run_id, "go_on", by="ada", raise_to="5usd")
        run = await factory.drive(run_id)
        events = factory.events(run_id)
    assert developer.found == [[], ["1", "2", "3"]]
    assert [event.turn for event in events if isinstance(event, Spent)] == [1, 2, 3, 4, 5, 6]
    assert [event.attempt for event in events if isinstance(event, PhaseDelivered) and event.phase is PhaseId.IMPLEMENT] == [1]
    commit = run.commits[PhaseId.IMPLEMENT]
    listed = subprocess.run(["git", "-C", str(project), "ls-tree", "-r", "--name-only", commit], capture_output=True, check=True)
    assert listed.stdout.decode().count("pkg/turn") == TURNS


async def test_a_member_that_keeps_nothing_begins_anew_on_what_was_accepted_last(tmp_path: Path, project: Path) -> None:
    developer = Developer(keeps=False)
    async with opened(tmp_path, developer) as factory:
        run_id = await waiting(factory, project, "0.30usd")
        await factory.answer(run_id, "go_on", by="ada", raise_to="5usd")
        await factory.drive(run_id)
    assert developer.found == [[], []]


async def test_only_who_may_decide_raises_a_limit_anybody_stops_and_other_answers_are_refused(
    tmp_path: Path, project: Path
) -> None:
    async with opened(tmp_path, Developer()) as factory:
        run_id = await waiting(factory, project, "0.30usd")
        with pytest.raises(AskerError, match="eve may not answer"):
            await factory.answer(run_id, "go_on", by="eve", raise_to="5usd")
        with pytest.raises(AskerError, match="raise it, or stop"):
            await factory.answer(run_id, "go_on", by="ada")
        with pytest.raises(AskerError, match="raise it, or stop"):
            await factory.answer(run_id, "send_back", by="ada", remark="cheaper")
        assert not any(isinstance(event, Answered) for event in factory.events(run_id))
        await factory.answer(run_id, "stop", by="eve")
        assert (await factory.drive(run_id)).status == "stopped"
