"""A real line with a team and gates that take no time: journal, engine, git, code host and state folder are the product's own."""

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from backend_factory.domain.assignment import Assignment, Delivered, Outcome
from backend_factory.domain.event import Event
from backend_factory.domain.notice import Notice
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.errors import FactoryError, OperatorError
from backend_factory.factory import Factory
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.checks.merge_clean import CHECK as MERGE_CLEAN
from backend_factory.gates.subject import Subject
from backend_factory.journal.journal import Journal
from backend_factory.settings import Settings
from backend_factory.testing.doom import DoomedJournal
from backend_factory.testing.tiny import TINY
from backend_factory.workspace.workbench import Workbench
from chaos.killing import apart

EVENTS = 18
"""Of a run that nobody disturbs."""

_PERSON = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")


class Member:
    """Delivers the smallest thing that its phase owes; in phase 3 with a file of the run's own."""

    name = "quick"

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        if assignment.phase is PhaseId.IMPLEMENT:
            workbench.write(f"pkg/{assignment.run}.go", "package pkg\n")
        return Delivered(deliverable=TINY[assignment.phase])


async def _look(subject: Subject) -> Examination:
    seen = subject.keep("what was seen", f"{len(subject.feature)} changes in {subject.phase} of {subject.run.id}")
    return Examination("looked at", evidence=(seen,))


CHECKS = (Check("looked", "Was looked at", (*PhaseId, "stack"), _look), MERGE_CLEAN)


@dataclass(frozen=True)
class Place:
    """A machine in a folder: a state folder, a person's repository with something uncommitted in it, a temporary folder."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "state"

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def temp(self) -> Path:
        return self.folder / "tmp"

    def factory(self, journal: Callable[[Path], Journal] = Journal) -> Factory:
        """The factory of this machine, in this process."""
        self.temp.mkdir(parents=True, exist_ok=True)
        os.environ["TMPDIR"] = tempfile.tempdir = str(self.temp)
        return Factory.open(Settings(home=self.home), runners=dict.fromkeys(PhaseId, Member()), checks=CHECKS, journal=journal)

    def git(self, *arguments: str) -> str:
        """What git prints in the person's repository."""
        command = ["git", *_PERSON, *arguments]
        return subprocess.run(command, cwd=self.project, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, path: str, text: str) -> None:
        """One more commit of the person."""
        (self.project / path).parent.mkdir(parents=True, exist_ok=True)
        (self.project / path).write_text(text)
        self.git("add", path)
        self.git("commit", "--quiet", "--message", f"change {path}")


def settle(folder: Path) -> Place:
    """A new machine."""
    place = Place(folder)
    place.project.mkdir(parents=True, exist_ok=True)
    place.git("init", "--quiet", "--initial-branch", "main")
    place.commit("go.mod", "module example.com/platform\n\ngo 1.24\n")
    place.commit("README.md", "mine\n")
    (place.project / "README.md").write_text("mine, changed\n")
    (place.project / "notes.txt").write_text("not added\n")
    return place


def submit(place: Place, count: int, *, unattended: bool = True) -> list[str]:
    """Ids of that many new runs, each to publish a branch of its own."""

    async def ask() -> list[str]:
        async with place.factory() as factory:
            taken = len(factory.runs(limit=10**6))
            return [
                await factory.submit("an API for notes", place.project, branch=f"feature/note-{n}", unattended=unattended)
                for n in range(taken, taken + count)
            ]

    return asyncio.run(ask())


def drive(
    place: Place,
    runs: list[str],
    *,
    at_once: int = 10**6,
    journal: Callable[[Path], Journal] = Journal,
    observe: Callable[[Notice | Event], None] | None = None,
) -> list[Run | BaseException]:
    """Work on these runs together, `at_once` at a time, until each has ended or waits; an error where one broke off."""

    async def work() -> list[Run | BaseException]:
        slots = asyncio.Semaphore(at_once)
        async with place.factory(journal) as factory:

            async def one(run: str) -> Run:
                async with slots:
                    return await factory.drive(run, observe)

            return await asyncio.gather(*map(one, runs), return_exceptions=True)

    return asyncio.run(work())


def brought(place: Place, runs: list[str], records: int) -> None:
    """Work on these runs until so many more events are recorded, and be killed then."""
    apart(partial(drive, place, runs, journal=partial(DoomedJournal, nth=records, when="after")))


def went_on(place: Place, runs: list[str]) -> list[str]:
    """Work on these runs in a process of their own, to the end; what kept it from getting there."""
    said = place.folder / "said.txt"

    def work() -> None:
        ended = drive(place, runs)
        said.write_text("\n".join(repr(each) for each in ended if isinstance(each, BaseException)))

    code = apart(work)
    if code != 0:
        return [f"going on ended with {code}"]
    return [f"going on: {line}" for line in said.read_text().splitlines()]


def refused(place: Place, runs: list[str], *words: str, error: type[FactoryError] = OperatorError) -> list[str]:
    """What is wrong with how the factory stops at trouble: each run with that kind of error, one of the words and a hint."""
    try:
        ended = drive(place, runs)
    except FactoryError as stopped:
        ended = [stopped]
    return [
        f"it ended with {each!r} instead of {error.__name__}"
        for each in ended
        if not (isinstance(each, error) and each.hint and any(word in f"{each.message} {each.hint}" for word in words))
    ]
