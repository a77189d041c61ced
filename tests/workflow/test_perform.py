"""What the hands make of an action: work ends with its commit, and a file that is refused is a person's matter."""

from collections.abc import Callable
from pathlib import Path

import pytest

from backend_factory.domain.action import Perform
from backend_factory.domain.assignment import Assignment, Outcome
from backend_factory.domain.event import Event, PhaseBlocked, PhaseDelivered
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run, rebuild
from backend_factory.testing.site import StandingSite
from backend_factory.testing.story import Story
from backend_factory.testing.team import ScriptedRunner
from backend_factory.testing.wiring import Line
from backend_factory.workflow.phases import PHASES
from backend_factory.workspace.workbench import Workbench
from backend_factory.workspace.writing import PathRefused

NESTED = "'vendor/other/': a repository inside the worktree"


class Writer(ScriptedRunner):
    """Does one thing at the workbench before it delivers."""

    def __init__(self, work: Callable[[Workbench], None]) -> None:
        super().__init__()
        self._work = work

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        self._work(workbench)
        return await super().perform(assignment, workbench)


class Refusing(StandingSite):
    """Holds something that cannot be committed."""

    async def commit(self, run: Run, phase: PhaseId, deliverable: object) -> str:
        raise PathRefused(NESTED)


def through_a_link(bench: Workbench) -> None:
    (bench.root / "docs").symlink_to("/")
    bench.write("docs/note/design.md", "# Design\n")


async def performed(line: Line, phase: PhaseId) -> Event:
    """The event of the first attempt of `phase`, all before it accepted."""
    story = Story().requested()
    for earlier in PhaseId:
        if earlier.number < phase.number:
            story.delivered(earlier).passed(earlier)
    run = rebuild("r1", tuple(story.events))
    await line.site.prepare(run)
    return await line.hands.perform(Perform(phase, 1), run, lambda _: None)


@pytest.mark.parametrize("phase", PhaseId)
async def test_work_of_a_phase_that_writes_ends_with_its_commit_and_that_of_others_with_none(phase: PhaseId) -> None:
    line = Line()
    event = await performed(line, phase)
    assert isinstance(event, PhaseDelivered)
    assert bool(event.commit) == PHASES[phase].writes
    assert line.site.calls["commit"] == PHASES[phase].writes


REFUSED = {
    "out of the lane": (lambda bench: bench.write("pkg/note/note.go", "package note\n"), "pkg/note/note.go is out of the lane"),
    "through a link": (through_a_link, "'docs/note/design.md': a file, a folder or a link is in the way"),
}


@pytest.mark.parametrize(("work", "reason"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_member_that_writes_what_it_may_not_is_blocked_with_the_file_named(
    tmp_path: Path, work: Callable[[Workbench], None], reason: str
) -> None:
    line = Line(runner=Writer(work), site=StandingSite(tmp_path))
    event = await performed(line, PhaseId.PLAN)
    assert isinstance(event, PhaseBlocked)
    assert event.blocked.reason == "tool"
    assert reason in event.blocked.question
    assert event.blocked.question.startswith("A file of Solution Architect was refused")


async def test_work_that_cannot_be_committed_is_blocked_with_the_path_named() -> None:
    event = await performed(Line(site=Refusing()), PhaseId.IMPLEMENT)
    assert isinstance(event, PhaseBlocked)
    assert (event.blocked.reason, event.runner) == ("tool", "scripted")
    assert NESTED in event.blocked.question
    assert NESTED in event.blocked.needed
