"""The scripted agent, engaged for the developer's phase in a bare worktree."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from backend_factory.domain.assignment import Assignment, Outcome
from backend_factory.domain.detection import Detection, Pattern
from backend_factory.domain.gate import Evidence
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.usage import BudgetReached, Usage
from backend_factory.runners.agent.conversation import Patience
from backend_factory.runners.agent.profile import Profile, from_command
from backend_factory.runners.agent.runner import AgentRunner
from backend_factory.runners.agent.terms import Terms
from backend_factory.team.lanes import LANES
from backend_factory.workspace.evidence import Forgotten
from backend_factory.workspace.git import Git
from backend_factory.workspace.golang import GoToolchain
from backend_factory.workspace.repository import Repository
from backend_factory.workspace.workbench import Workbench
from backend_factory.workspace.worktree import Worktree

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SCRIPT = Path(__file__).with_name("scripted_agent.py")


@dataclass
class Purse:
    """A meter that remembers, and that is empty after so many charges."""

    most: int = 1_000
    charged: list[Usage] = field(default_factory=list)
    kept = ""

    async def charge(self, usage: Usage, *, kept: str = "") -> None:
        self.charged.append(usage)
        if len(self.charged) >= self.most:
            raise BudgetReached("the budget is used up")


class Drawer(Forgotten):
    """Remembers what was kept last under each name."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def keep(self, title: str, text: str, media_type: Literal["text/plain", "application/json"] = "text/plain") -> Evidence:
        self.kept[title] = text
        return super().keep(title, text, media_type)


def assigned(phase: PhaseId = PhaseId.IMPLEMENT) -> Assignment:
    detection = Detection(verdict="backend", title="x", patterns=(Pattern.REST_API,), entities=("x",), frontend="", reason="r")
    return Assignment(run="r1", phase=phase, attempt=1, request="x", detection=detection, lane=LANES[phase])


class Engagement:
    """An agent with a behaviour, the worktree that it works in, and what was seen of it."""

    def __init__(self, tmp_path: Path, behaviour: str, **terms: Any) -> None:
        self.root = tmp_path / "worktree"
        self.root.mkdir()
        self.scratch = tmp_path / "scratch"
        self.scratch.mkdir()
        self.notes_file = tmp_path / "notes"
        self.said: list[str] = []
        self.purse: Purse = terms.pop("purse", Purse())
        patience = terms.pop("patience", Patience(timedelta(minutes=3), timedelta(minutes=5), timedelta(seconds=60)))
        git = Git("git", self.root)
        tree = Worktree(Repository(self.root, self.root, "main", "0" * 40, git), "r1", self.root, git)
        self.workbench = Workbench(tree, LANES[PhaseId.IMPLEMENT], GoToolchain(tmp_path, "go1.26"), tmp_path, self.said.append)
        self.workbench.meter = self.purse
        self.evidence = Drawer()
        self.workbench.evidence = self.evidence
        self.workbench.sandbox = terms.pop("sandbox", None)
        changed: Callable[[Profile], Profile] = terms.pop("changed", lambda profile: profile)
        command = (sys.executable, "-I", str(SCRIPT), behaviour, str(self.notes_file))
        self.profile = changed(from_command(command))
        settled = {
            "brief": lambda assignment: f"Do {assignment.phase}.",
            "artefacts": lambda assignment: {"request.txt": "build it"},
            "path": "/usr/bin:/bin",
            "scratch": self.scratch,
            "patience": patience,
            "now": lambda: NOW,
        }
        self.runner = AgentRunner(self.profile, Terms(**(settled | terms)), "some-model")

    @property
    def notes(self) -> list[str]:
        return self.notes_file.read_text().splitlines() if self.notes_file.exists() else []

    async def perform(self, assignment: Assignment | None = None) -> Outcome:
        return await self.runner.perform(assignment or assigned(), self.workbench)
