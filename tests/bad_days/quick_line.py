"""The program with a team and gates that take no time: `python quick_line.py COMMAND ...`, as `backend-factory COMMAND ...`.

Everything else is real: command line, journal, worktrees, branches, pull requests. The environment steers the team:
QUICK_SLOW=3 makes phase 3 take a minute; QUICK_FILE=x.go is the file that phase 3 writes.
"""

import asyncio
import os

from backend_factory.cli import app
from backend_factory.domain.assignment import Assignment, Delivered, Outcome
from backend_factory.domain.phase import PhaseId
from backend_factory.factory import Factory
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.checks.merge_clean import CHECK as MERGE_CLEAN
from backend_factory.gates.subject import Subject
from backend_factory.testing.tiny import TINY
from backend_factory.workspace.workbench import Workbench


class Member:
    """Delivers the smallest thing that its phase owes; in phase 3 with one file."""

    name = "quick"

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        if os.environ.get("QUICK_SLOW") == str(assignment.phase.number):
            workbench.say("taking its time")
            await asyncio.sleep(60)
        if assignment.phase is PhaseId.IMPLEMENT:
            workbench.write(os.environ.get("QUICK_FILE", "pkg/quick.go"), "package pkg\n")
        return Delivered(deliverable=TINY[assignment.phase])


async def _look(subject: Subject) -> Examination:
    seen = subject.keep("what was seen", f"{len(subject.feature)} changes in {subject.phase}")
    return Examination("looked at", evidence=(seen,))


CHECKS = (Check("looked", "Was looked at", (*PhaseId, "stack"), _look), MERGE_CLEAN)


def main() -> None:
    app.main(lambda: Factory.open(runners=dict.fromkeys(PhaseId, Member()), checks=CHECKS))


if __name__ == "__main__":
    main()
