"""The whole line in a state folder of its own, driven as a person drives it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from backend_factory.domain.deliverable import Requirements
from backend_factory.domain.event import Event, PhaseJudged, StepDelivered
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.factory import Factory
from backend_factory.gates.check import Check, Examination, Gate
from backend_factory.gates.judge import all_checks
from backend_factory.gates.subject import Subject
from backend_factory.settings import Provider, Settings
from backend_factory.workflow.ports import Runner

DEMO = "I need an API that processes vulnerability data and correlates with assets"


@dataclass(frozen=True)
class Line:
    """A state folder and an example repository."""

    home: Path
    repository: Path

    def factory(
        self,
        runners: dict[PhaseId, Runner] | None = None,
        providers: Mapping[str, Provider] | None = None,
        tool_path: str = os.environ["PATH"],
        checks: tuple[Check, ...] | None = None,
    ) -> Factory:
        """The factory in this process."""
        settings = Settings(home=self.home, providers=providers or {}, tool_path=tool_path)
        return Factory.open(settings, runners=runners, checks=checks)

    def command(self, *arguments: str) -> list[str]:
        """The command line's program with `arguments`."""
        return [sys.executable, "-m", "backend_factory.cli", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """A clean one for subprocesses."""
        return {"PATH": os.environ["PATH"], "BACKEND_FACTORY_HOME": str(self.home), "HOME": str(self.home), "LC_ALL": "C.UTF-8"}

    def git(self, *arguments: str) -> str:
        """What git prints in the user's repository."""
        done = subprocess.run(["git", "-C", str(self.repository), *arguments], capture_output=True, text=True, check=True)
        return done.stdout

    def left_behind(self) -> list[str]:
        """Worktrees, clean checkouts, private refs and leases that are still there."""
        folders = [p for place in ("worktrees", "checkouts") for p in (self.home / place).iterdir()]
        refs = self.git("for-each-ref", "--format=%(refname)", "refs/backend-factory").split()
        worktrees = self.git("worktree", "list", "--porcelain").count("worktree ") - 1
        return [str(folder) for folder in folders] + refs + ["a worktree's entry"] * worktrees


async def make_line(folder: Path) -> Line:
    """A new line whose Go caches, and programs that gates build, are those of the test session."""
    home = folder / "home"
    (home / "cache" / "go").mkdir(parents=True)
    for name, variable in (("build", "GOCACHE"), ("mod", "GOMODCACHE")):
        shared = Path(os.environ[variable])
        shared.mkdir(parents=True, exist_ok=True)
        (home / "cache" / "go" / name).symlink_to(shared)
    programs = Settings().home / "cache" / "analysis"
    programs.mkdir(parents=True, exist_ok=True)
    (home / "cache" / "analysis").symlink_to(programs)
    async with Factory.open(Settings(home=home)) as factory:
        repository = await factory.init(folder / "chariot")
    return Line(home, repository)


async def drive(
    line: Line,
    text: str,
    runners: dict[PhaseId, Runner] | None = None,
    *,
    team_file: Path | None = None,
    providers: Mapping[str, Provider] | None = None,
    tool_path: str = os.environ["PATH"],
    checks: tuple[Check, ...] | None = None,
) -> tuple[Run, tuple[Event, ...]]:
    """Submit `text`, unattended, and drive it until it ends or waits."""
    async with line.factory(runners, providers, tool_path, checks) as factory:
        run_id = await factory.submit(text, line.repository, unattended=True, team_file=team_file)
        return await factory.drive(run_id), factory.events(run_id)


async def _look(_: Subject) -> Examination:
    return Examination("looked at")


def checks_at(*gates: Gate) -> tuple[Check, ...]:
    """All checks at those gates; the other gates let pass, for the sake of time."""
    kept = (replace(each, gates=tuple(gate for gate in each.gates if gate in gates)) for each in all_checks())
    others = tuple(gate for gate in (*PhaseId, "stack") if gate not in gates)
    return (*kept, Check("looked", "Was looked at", others, _look))


def judgements(events: tuple[Event, ...]) -> list[PhaseJudged]:
    """What the gates said, in order."""
    return [event for event in events if isinstance(event, PhaseJudged)]


def receipts(events: tuple[Event, ...]) -> list[StepDelivered]:
    """The delivery's steps, in order."""
    return [event for event in events if isinstance(event, StepDelivered)]


def standing(line: Line) -> tuple[str, str]:
    """What no run may change: what is checked out and where the base is, and the state of the files."""
    return line.git("rev-parse", "HEAD", "main"), line.git("status", "--porcelain")


def assert_whole(line: Line, run: Run, events: tuple[Event, ...], before: tuple[str, str]) -> None:
    """The feature is there, and there once; nothing else is."""
    assert run.status == "delivered", (run.question, [r.verdict.findings for r in judgements(events)])
    assert [receipt.step for receipt in receipts(events)] == ["branch", "stack", "pull_request"]
    assert line.git("rev-parse", run.requested.branch).strip() == run.head
    assert len(line.git("log", "--format=%H", f"main..{run.requested.branch}").split()) == 4
    assert len([*(line.home / "pull-requests").glob("*.json")]) == len(line.git("branch", "--list", "feature/*").split())
    assert standing(line) == before
    assert line.left_behind() == []


def assert_delivered(line: Line, run: Run, events: tuple[Event, ...], before: tuple[str, str]) -> None:
    """The feature is there, measured by all gates, and there once; nothing else is."""
    assert_whole(line, run, events, before)
    requirements = next(d for d in run.deliverables.values() if isinstance(d, Requirements))
    figures = {name: value for judged in judgements(events) for check in judged.checks for name, value in check.figures.items()}
    assert figures["coverage_percent"] >= 90
    assert figures["scenarios_passed_count"] == figures["scenarios_count"] > 0
    assert figures["cases_count"] >= len(requirements.criteria)
