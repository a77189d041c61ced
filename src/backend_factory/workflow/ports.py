"""What the engine needs from others: somebody who performs phases, a gate, a place to work, a delivery."""

from collections.abc import Callable, Sequence
from typing import Protocol

from backend_factory.domain.assignment import Assignment, Outcome, Survey
from backend_factory.domain.deliverable import Deliverable
from backend_factory.domain.event import Event, StepDelivered, StepFailed
from backend_factory.domain.gate import CheckResult, Verdict
from backend_factory.domain.notice import Notice
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.workspace.workbench import Workbench

Observe = Callable[[Notice], None]
"""Told about progress, line by line."""

Record = Callable[[Run, Event], Run]
"""Records what happens in the middle of an action, at once; the run that follows."""


class Runner(Protocol):
    """What does a team member's work."""

    @property
    def name(self) -> str:
        """As events and reports name it: blueprint."""

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        """Do the assignment with the workbench's hands alone."""


class Staff(Protocol):
    """Who is on the line."""

    async def members(self, run: Run, phase: PhaseId) -> Sequence[Runner]:
        """Those who may do the attempt at `phase` that is next, in the order in which they are tried; never empty.

        OperatorError where one of them cannot be used on this machine.
        """

    async def reviewer(self, run: Run, phase: PhaseId) -> Runner | None:
        """Who reviews the attempt at `phase` that `run` holds; None where nobody has to. OperatorError likewise."""


class Site(Protocol):
    """Where a run's files are made: its worktree, and the commits in it."""

    async def prepare(self, run: Run) -> tuple[str, Survey]:
        """Make the worktree unless it is there; its path, and what the repository is like."""

    async def workbench(self, run: Run, phase: PhaseId, say: Callable[[str], None], *, goes_on: bool) -> Workbench:
        """The worktree through the phase's lane: as the last accepted commit left it, or as the attempt did that goes on."""

    async def reviewed(self, run: Run, phase: PhaseId, say: Callable[[str], None]) -> tuple[Workbench, str]:
        """The attempt that `run` holds, to be looked at only, and what it changed, as a patch."""

    async def commit(self, run: Run, phase: PhaseId, deliverable: Deliverable) -> str:
        """Make what is in the worktree a commit on the last accepted one; its id. The same again gives the same id.

        PathRefused for what cannot be committed.
        """

    async def keep_rejected(self, run: Run, since: PhaseId, name: str) -> str:
        """Keep what the run committed from `since` on as a patch of that name; its path, empty where nothing was."""

    async def clear(self, run: Run, *, delivered: bool) -> None:
        """Remove the worktree and all that the run left behind but its records.

        AskerError where the repository of a run that was `delivered` is not there; any other run ends without it.
        """


class Gatekeeper(Protocol):
    """Runs gates."""

    async def judge(self, run: Run, phase: PhaseId, observe: Observe) -> tuple[tuple[CheckResult, ...], Verdict]:
        """Check the attempt that `run` holds."""


class Delivery(Protocol):
    """Makes what was accepted visible outside."""

    async def deliver(self, run: Run, step: str, observe: Observe) -> StepDelivered | StepFailed:
        """Do one step unless it is done already; its receipt either way."""
