"""A model runner against a scripted provider on loopback, in a workbench of its own."""

import subprocess
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from backend_factory.domain.assignment import Assignment, Finding, Outcome, Survey
from backend_factory.domain.deliverable import Deliverable
from backend_factory.domain.detection import Detection, Pattern
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.usage import BudgetReached, Usage
from backend_factory.journal.evidence import EvidenceStore
from backend_factory.runners.model import Access, ModelRunner
from backend_factory.runners.model.tools import Scaffold
from backend_factory.team.lanes import LANES
from backend_factory.testing.model_server import ModelServer, ToolCall, Turn
from backend_factory.testing.tiny import TINY
from backend_factory.workspace.git import find_git
from backend_factory.workspace.golang import GoToolchain
from backend_factory.workspace.repository import Repository
from backend_factory.workspace.workbench import Workbench
from backend_factory.workspace.worktree import Worktree

KEY = "a-key-of-the-provider-0123456789"
MODELS = {
    "anthropic": "anthropic:claude-sonnet-4-6",
    "chat": "openai-chat:gpt-5",
    "responses": "openai-responses:gpt-5",
}
"""Dialect -> a model whose price is known."""


class Counter:
    """A meter that remembers, and says stop after so many turns."""

    def __init__(self, most: int | None = None, kept: str = "") -> None:
        self.kept = kept
        self.usages: list[Usage] = []
        self._most = most

    async def charge(self, usage: Usage, *, kept: str = "") -> None:
        self.usages.append(usage)
        self.kept = kept or self.kept
        if self._most is not None and len(self.usages) >= self._most:
            raise BudgetReached("enough")

    @property
    def dollars(self) -> Decimal:
        return sum((usage.cost_usd or Decimal(0) for usage in self.usages), Decimal(0))


class Desk:
    """One attempt's place: folder, workbench, what was said and spent."""

    def __init__(
        self, folder: Path, phase: PhaseId, git: Any, go: GoToolchain | None = None, meter: Counter | None = None
    ) -> None:
        self.root, self.phase = folder, phase
        self.said: list[str] = []
        self.meter = meter or Counter()
        tree = Worktree(Repository(folder, folder, "main", "0" * 40, git), "r1", folder, git)
        cache = folder.parent / "cache"
        self.bench = Workbench(tree, LANES[phase], go or GoToolchain(cache, "go1.26"), cache, self.said.append)
        self.bench.meter = self.meter
        self.bench.evidence = EvidenceStore(folder.parent / "evidence")


async def desk(tmp_path: Path, phase: PhaseId, meter: Counter | None = None, name: str = "repository") -> Desk:
    """A repository with one Go file."""
    root = tmp_path / name
    if not root.exists():
        (root / "pkg").mkdir(parents=True)
        (root / "pkg" / "a.go").write_text("package pkg\n\nvar A = 1\n")
        (root / "go.mod").write_text("module example.com/shop\n\ngo 1.26\n")
        subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return Desk(root, phase, await find_git(root), meter=meter)


def assigned(phase: PhaseId, *handoff: Deliverable, request: str = "x", findings: tuple[Finding, ...] = ()) -> Assignment:
    """What the member of the phase is told."""
    detection = Detection(verdict="backend", title="x", patterns=(Pattern.REST_API,), entities=("x",), frontend="", reason="r")
    return Assignment(
        run="r1",
        phase=phase,
        attempt=1,
        request=request,
        detection=detection,
        handoff=handoff,
        findings=findings,
        survey=Survey(module="example.com/shop", go="1.26", files=("go.mod", "pkg/a.go")),
        lane=LANES[phase],
    )


def member(server: ModelServer, dialect: str, scaffold: Scaffold | None = None, **more: Any) -> ModelRunner:
    """The model runner, whose provider is the scripted one."""
    accesses = {"anthropic": Access(KEY, server.url), "openai": Access(KEY, server.openai_url)}
    more.setdefault("brief", lambda assignment: f"Do {assignment.phase}.")
    return ModelRunner(more.pop("model", MODELS[dialect]), accesses=accesses, scaffold=scaffold, **more)


def deliver(phase: PhaseId, deliverable: Deliverable | None = None, **turn: Any) -> Turn:
    """The turn that hands in that deliverable, or a tiny one."""
    return Turn(calls=(ToolCall("deliver", as_json(deliverable or TINY[phase])),), **turn)


def as_json(deliverable: Deliverable) -> Mapping[str, Any]:
    """As a model writes it."""
    return deliverable.model_dump(mode="json")


Perform = Callable[..., Any]


async def perform(server: ModelServer, place: Desk, dialect: str = "anthropic", *handoff: Deliverable, **more: Any) -> Outcome:
    """Have the phase of that place done."""
    return await member(server, dialect, **more).perform(assigned(place.phase, *handoff), place.bench)
