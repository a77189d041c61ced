"""An assignment and a real workbench in a bare folder, with the lane that the phase has."""

from collections.abc import Callable
from pathlib import Path

from backend_factory.domain.assignment import Assignment, Survey
from backend_factory.domain.deliverable import Deliverable
from backend_factory.domain.detection import Detection, Pattern
from backend_factory.domain.phase import PhaseId
from backend_factory.team.lanes import LANES
from backend_factory.workspace.git import Git
from backend_factory.workspace.golang import GoToolchain
from backend_factory.workspace.repository import Repository
from backend_factory.workspace.workbench import Workbench
from backend_factory.workspace.worktree import Worktree

SURVEY = Survey(module="example.com/shop", go="1.26", files=("README.md", "go.mod"))


def bench(root: Path, phase: PhaseId, say: Callable[[str], None] = lambda text: None) -> Workbench:
    """The folder, seen through the phase's lane; there is no Go behind it."""
    root.mkdir(exist_ok=True)
    git = Git("git", root)
    tree = Worktree(Repository(root, root, "main", "0" * 40, git), "r1", root, git)
    return Workbench(tree, LANES[phase], GoToolchain(root, "go1.26"), root, say)


def assigned(
    phase: PhaseId, *handoff: Deliverable, survey: Survey = SURVEY, remark: str = "", ticket: str | None = None
) -> Assignment:
    """What the member of the phase is told."""
    detection = Detection(verdict="backend", title="x", patterns=(Pattern.REST_API,), entities=("x",), frontend="", reason="r")
    return Assignment(
        run="r1",
        phase=phase,
        attempt=1,
        request="x",
        ticket=ticket,
        detection=detection,
        handoff=handoff,
        survey=survey,
        remark=remark,
        lane=LANES[phase],
    )


def written(root: Path) -> dict[str, str]:
    """Every file below the folder."""
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in sorted(root.rglob("*")) if path.is_file()
    }
