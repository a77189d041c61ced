"""A scripted model that does a phase as a finished run did it, through an agent's own tools."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from line import Line

from backend_factory.domain.event import Event, PhaseDelivered
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.runners.agent.deliverable import DELIVERABLE
from backend_factory.testing.model_server import ModelRequest, ToolCall, Turn

WRITING = {"Write": "file_path", "write": "filePath"}
READING = {"Write": "Read", "write": "read"}
_PHASE = re.compile(r"Phase \d of 6: (backend-[a-z]+), attempt (\d+)")
_REVIEW = re.compile(r"Review of phase \d of 6: (backend-[a-z]+)")
ACCEPT = {"kind": "review", "verdict": "accept", "summary": "read all of it"}


@dataclass(frozen=True)
class Work:
    """Of one phase: what it handed in, and the files that it made or changed."""

    deliverable: Mapping[str, object]
    files: Mapping[str, str]
    existed: frozenset[str]
    """Those of the files that were there before: an agent's tool wants to have read them."""


def work_of(line: Line, run: Run, events: tuple[Event, ...]) -> dict[PhaseId, Work]:
    """What each phase of a delivered run did."""
    done, parent = {}, run.requested.base_commit
    for event in (event for event in events if isinstance(event, PhaseDelivered)):
        commit = event.commit or parent
        changed = line.git("diff", "--name-status", "--no-renames", parent, commit).splitlines()
        names = [row.split("\t") for row in changed]
        files = {name: line.git("show", f"{commit}:{name}") for _, name in names}
        existed = frozenset(name for status, name in names if status == "M")
        done[event.phase] = Work(event.deliverable.model_dump(mode="json"), files, existed)
        parent = commit
    return done


Mischief = Callable[[Work], Mapping[str, str]]
"""What is written instead, at a first attempt; the deliverable says that all of it was."""


@dataclass
class Worker:
    """Plays the model: a turn that reads what must be read, one that writes, and one that claims to be done.

    A file that is not the phase's own has a turn of its own, before: OpenCode, refused one call, drops all that wait.
    """

    worktrees: Path
    work: Mapping[PhaseId, Work]
    mischief: Mapping[PhaseId, Mischief] = field(default_factory=dict)
    instead: Callable[[PhaseId, ModelRequest], Turn | None] = lambda phase, request: None
    """Answers in place of the work, where it answers at all."""
    asked: list[PhaseId] = field(default_factory=list)
    """The phase of each request for work."""
    reviewed: list[PhaseId] = field(default_factory=list)

    def __call__(self, request: ModelRequest) -> Turn:
        body = json.dumps(request.body)
        if reviewed := _REVIEW.search(body):
            return self._review(request, PhaseId(reviewed[1]))
        tool = next((name for name in request.tools if name in WRITING), None)
        told = _PHASE.search(body)
        if tool is None or told is None:
            return Turn("A title")
        phase, attempt = PhaseId(told[1]), int(told[2])
        self.asked.append(phase)
        if turn := self.instead(phase, request):
            return turn
        work = self.work[phase]
        files = self.mischief[phase](work) if attempt == 1 and phase in self.mischief else work.files
        script = self._script(work, files, tool)
        if request.turns < len(script):
            return Turn("I go on.", script[request.turns], input_tokens=9_000, output_tokens=4_000)
        return Turn("Everything is done and all tests pass.")

    def _script(self, work: Work, files: Mapping[str, str], tool: str) -> list[tuple[ToolCall, ...]]:
        """The calls of each turn, where there are any."""
        root, argument = next(self.worktrees.iterdir()), WRITING[tool]
        reads = tuple(ToolCall(READING[tool], {argument: str(root / name)}) for name in work.existed)
        written = {**files, DELIVERABLE: json.dumps(work.deliverable)}
        writes = {name: ToolCall(tool, {argument: str(root / name), "content": text}) for name, text in written.items()}
        foreign = [(writes.pop(name),) for name in files if name not in work.files]
        return [turn for turn in (reads, *foreign, tuple(writes.values())) if turn]

    def _review(self, request: ModelRequest, phase: PhaseId) -> Turn:
        """An agent that reviews has its outbox to write to, and nothing else."""
        tool = next((name for name in request.tools if name in WRITING), None)
        if tool is None or request.turns:
            return Turn("Reviewed.")
        self.reviewed.append(phase)
        root = next(self.worktrees.iterdir())
        return Turn(calls=(ToolCall(tool, {WRITING[tool]: str(root / DELIVERABLE), "content": json.dumps(ACCEPT)}),))
