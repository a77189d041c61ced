"""The blueprint team: six deterministic specialists, a compiler in six passes."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from backend_factory.domain.assignment import Assignment, Outcome
from backend_factory.domain.phase import PhaseId
from backend_factory.runners.blueprint import commit, implement, plan, summarize, test, validate
from backend_factory.workspace.workbench import Workbench

Pass = Callable[[Assignment, Workbench], Awaitable[Outcome]]

PASSES: Mapping[PhaseId, Pass] = MappingProxyType(
    {
        PhaseId.SUMMARIZE: summarize.perform,
        PhaseId.PLAN: plan.perform,
        PhaseId.IMPLEMENT: implement.perform,
        PhaseId.TEST: test.perform,
        PhaseId.VALIDATE: validate.perform,
        PhaseId.COMMIT: commit.perform,
    }
)


class BlueprintRunner:
    """No model, no key, no network. The same assignment gives the same bytes."""

    name = "blueprint"

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        """Compile the assignment."""
        return await PASSES[assignment.phase](assignment, workbench)
