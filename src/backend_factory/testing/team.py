"""Team members that do no work: they deliver at once, or what a script tells them to answer."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from backend_factory.domain.assignment import Assignment, Delivered, Outcome
from backend_factory.domain.deliverable import Deliverable
from backend_factory.domain.phase import PhaseId
from backend_factory.testing.tiny import TINY
from backend_factory.workspace.workbench import Workbench


class ScriptedRunner:
    """Answers each performance of a phase with the next outcome of its script, and delivers once that is used up."""

    def __init__(
        self,
        script: Mapping[PhaseId, Sequence[Outcome]] | None = None,
        *,
        takes: timedelta = timedelta(0),
        mends: bool = True,
        name: str = "scripted",
    ) -> None:
        """`takes` is how long each performance lasts; an empty script makes a team that only delivers.

        Told findings, it delivers something else than before, unless it `mends` nothing.
        """
        self._script = {phase: list(outcomes) for phase, outcomes in (script or {}).items()}
        self._takes = takes
        self._mends = mends
        self.name = name
        self.assignments: list[Assignment] = []
        """What it was told, performance by performance."""

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        """The next outcome of the script; the tiny deliverable of the phase when there is none."""
        self.assignments.append(assignment)
        if self._takes:
            await asyncio.sleep(self._takes.total_seconds())
        script = self._script.get(assignment.phase)
        return script.pop(0) if script else Delivered(deliverable=self._work(assignment))

    def _work(self, assignment: Assignment) -> Deliverable:
        tiny = TINY[assignment.phase]
        again = assignment.findings and self._mends
        return tiny.model_copy(update={"summary": f"{tiny.summary} Attempt {assignment.attempt}."}) if again else tiny
