"""The whole line in a state folder of its own, driven as a person drives it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from backend_factory.domain.event import Event, PhaseJudged, StepDelivered
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.factory import Factory
from backend_factory.settings import Settings
from backend_factory.workflow.ports import Runner

DEMO = "I need an API that processes vulnerability data and correlates with assets"


@dataclass(frozen=True)
class Line:
    """A state folder and an example repository."""

    home: Path
    repository: Path

    def factory(self, runners: dict[PhaseId, Runner] | None = None) -> Factory:
        """The factory in this process."""
        return Factory.open(Settings(home=self.home), runners=runners)

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
    """A new line whose Go caches are those of the test session."""
    home = folder / "home"
    (home / "cache" / "go").mkdir(parents=True)
    for name, variable in (("build", "GOCACHE"), ("mod", "GOMODCACHE")):
        shared = Path(os.environ[variable])
        shared.mkdir(parents=True, exist_ok=True)
        (home / "cache" / "go" / name).symlink_to(shared)
    async with Factory.open(Settings(home=home)) as factory:
        repository = await factory.init(folder / "chariot")
    return Line(home, repository)


async def drive(line: Line, text: str, runners: dict[PhaseId, Runner] | None = None) -> tuple[Run, tuple[Event, ...]]:
    """Submit `text`, unattended, and drive it until it ends or waits."""
    async with line.factory(runners) as factory:
        run_id = await factory.submit(text, line.repository, unattended=True)
        return await factory.drive(run_id), factory.events(run_id)


def judgements(events: tuple[Event, ...]) -> list[PhaseJudged]:
    """What the gates said, in order."""
    return [event for event in events if isinstance(event, PhaseJudged)]


def receipts(events: tuple[Event, ...]) -> list[StepDelivered]:
    """The delivery's steps, in order."""
    return [event for event in events if isinstance(event, StepDelivered)]
