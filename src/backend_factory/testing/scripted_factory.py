"""A façade whose team hands over the sample deliverables at once: for tests of surfaces. The manager is the real one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from backend_factory.domain.action import Action, Ask, Deliver, Finish, Judge, Perform, Prepare, WaitUntil
from backend_factory.domain.assignment import Limits, Survey
from backend_factory.domain.event import (
    Answered,
    Asked,
    CancelRequested,
    Event,
    Finished,
    PhaseBlocked,
    PhaseJudged,
    Prepared,
    Requested,
)
from backend_factory.domain.notice import Notice
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.policy import Risk
from backend_factory.domain.run import Run, RunSummary, apply, rebuild, summarize
from backend_factory.errors import AskerError
from backend_factory.testing.story import DETECTION, Story
from backend_factory.workflow.manager import decide
from backend_factory.workflow.phases import PHASES
from backend_factory.workflow.raising import raising

RECEIPTS = {
    "branch": {"branch": "feature/maintenance-window"},
    "stack": {"stack": "maintenance-window", "target": "emulator"},
    "pull_request": {"number": "1", "title": "feat: Maintenance Window API"},
}


@dataclass(frozen=True)
class ScriptedProbe:
    """What a machine answers."""

    name: str
    ok: bool
    needed: bool = True
    detail: str = ""
    hint: str = ""


@dataclass
class ScriptedFactory:
    """Keeps its runs in memory; made anew it has none."""

    folder: Path = Path()
    """Where reports and example repositories go."""
    failing: PhaseId | None = None
    """The phase whose first attempt is sent back."""
    blocking: str = ""
    """A demand that the first phase cannot meet until a person leaves it out."""
    pace: float = 0.0
    """Seconds that each action takes."""
    probes: tuple[ScriptedProbe, ...] = (ScriptedProbe("git", ok=True, detail="2.50"),)
    evidence_store: dict[str, bytes] = field(default_factory=dict)
    history: dict[str, list[Event]] = field(default_factory=dict)
    closed: bool = False

    def close(self) -> None:
        """Remembered, for tests."""
        self.closed = True

    async def submit(
        self,
        text: bytes | str,
        repository: Path,
        *,
        ticket: str | None = None,
        base_branch: str | None = None,
        branch: str | None = None,
        unattended: bool = False,
        limits: Limits | None = None,
        team_file: Path | None = None,
        sandboxed: bool = True,
        by: str = "",
    ) -> str:
        """A run named `run1`, `run2`..., detected as the sample request."""
        run_id = f"run{len(self.history) + 1}"
        requested = Requested(
            at=datetime.now(UTC),
            text=text if isinstance(text, str) else text.decode(),
            ticket=ticket,
            detection=DETECTION,
            repository=str(repository),
            base_branch=base_branch or "main",
            base_commit="0" * 40,
            branch=branch or "feature/maintenance-window",
            unattended=unattended,
            limits=limits or Limits(),
            by=by,
            sandboxed=sandboxed,
        )
        self.history[run_id] = [requested]
        return run_id

    async def drive(self, run_id: str, observe: Callable[[Notice | Event], None] | None = None) -> Run:
        """Until the run waits or has ended, by the manager's decisions."""
        run = self.run(run_id)
        while action := decide(run, datetime.now(UTC)):
            if observe and isinstance(action, Perform | Judge):
                text = PHASES[action.phase].doing.format(title=run.title)
                observe(Notice(at=datetime.now(UTC), run=run_id, phase=action.phase, text=text))
            await asyncio.sleep(self.pace)
            event = self._perform(run, action)
            run = apply(run, event)
            self.history[run_id].append(event)
            if observe:
                observe(event)
        return run

    def _perform(self, run: Run, action: Action) -> Event:
        now = datetime.now(UTC)
        story = Story(start=now, seconds=0.0, evidence=self.evidence_store)
        match action:
            case Prepare():
                return Prepared(at=now, worktree="/worktree", survey=Survey())
            case Perform() if self.blocking and self.blocking not in run.excluded:
                return next(e for e in story.blocked(action.phase, self.blocking).events if isinstance(e, PhaseBlocked))
            case Perform():
                return story.delivered(action.phase, action.attempt).events[0]
            case Judge():
                return self._judge(story, action)
            case Ask():
                return Asked(at=now, **asdict(action))
            case Deliver():
                return story.step(action.step, RECEIPTS[action.step]).events[0]
            case Finish():
                return Finished(at=now, outcome=action.outcome, reason=action.reason)
            case WaitUntil():
                raise AssertionError("the sample team never pauses")

    def _judge(self, story: Story, action: Judge) -> PhaseJudged:
        fails = action.phase is self.failing and action.attempt == 1
        told = story.failed(action.phase, action.attempt) if fails else story.passed(action.phase, action.attempt)
        judged = told.events[0]
        assert isinstance(judged, PhaseJudged)  # noqa: S101 - `failed` and `passed` tell nothing else
        return judged

    async def answer(
        self,
        run_id: str,
        answer: Literal["go_on", "send_back", "stop"],
        *,
        remark: str = "",
        by: str,
        accept: tuple[str, ...] = (),
        raise_to: str = "",
    ) -> Run:
        """Recorded, whoever says it; AskerError when there is no question."""
        if self.run(run_id).question is None:
            raise AskerError(f"run {run_id} waits for no answer")
        if raise_to:
            self.history[run_id].append(raising(self.run(run_id), answer, raise_to, by, datetime.now(UTC)))
            return self.run(run_id)
        risks = tuple(Risk(check=check, reason=remark, by=by) for check in accept)
        said = "" if risks else remark
        self.history[run_id].append(Answered(at=datetime.now(UTC), answer=answer, remark=said, by=by, risks=risks))
        return self.run(run_id)

    async def cancel(self, run_id: str, *, by: str) -> Run:
        """Recorded."""
        self.history[run_id].append(CancelRequested(at=datetime.now(UTC), by=by))
        return self.run(run_id)

    def find(self, prefix: str = "") -> str:
        """The newest run that starts with `prefix`; AskerError when there is none."""
        found = [run_id for run_id in self.history if run_id.startswith(prefix)]
        if not found:
            raise AskerError(f"there is no run {prefix!r}", hint="backend-factory status")
        return found[-1]

    def run(self, run_id: str) -> Run:
        """As its events made it."""
        return rebuild(run_id, tuple(self.history[run_id]))

    def runs(self, limit: int = 50) -> tuple[RunSummary, ...]:
        """Newest first."""
        return tuple(summarize(self.run(run_id)) for run_id in reversed(self.history))[:limit]

    def events(self, run_id: str) -> tuple[Event, ...]:
        """Oldest first."""
        return tuple(self.history[run_id])

    async def person(self, repository: Path) -> str:
        """As git would know her."""
        return "ada@example.com"

    async def pull_request(self, run_id: str) -> None:
        """None is open: this double delivers nothing."""

    def evidence(self, sha256: str) -> bytes:
        """What a check saw."""
        return self.evidence_store[sha256]

    async def follow(self, run_id: str) -> AsyncIterator[Event | Notice]:
        """What has happened so far."""
        for event in self.history[run_id]:
            yield event

    def report_path(self, run_id: str, suffix: str) -> Path:
        """In the folder."""
        return self.folder / "reports" / f"{run_id}.{suffix}"

    async def doctor(self) -> tuple[ScriptedProbe, ...]:
        """As scripted."""
        return self.probes

    async def init(self, path: Path) -> Path:
        """An empty folder."""
        path.mkdir()  # noqa: ASYNC240 - one mkdir does not block
        return path


def told(run_id: str, story: Story) -> ScriptedFactory:
    """A façade that has seen the story."""
    return ScriptedFactory(evidence_store=story.evidence, history={run_id: list(story.events)})
