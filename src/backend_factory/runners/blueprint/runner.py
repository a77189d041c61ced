"""The blueprint team: six deterministic specialists, a compiler in six passes."""

from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from backend_factory.domain.assignment import Assignment, Outcome
from backend_factory.domain.phase import PhaseId
from backend_factory.workspace.workbench import Workbench

PASSES: Mapping[PhaseId, str] = MappingProxyType(
    {
        PhaseId.SUMMARIZE: "summarize",
        PhaseId.PLAN: "plan",
        PhaseId.IMPLEMENT: "implement",
        PhaseId.TEST: "test",
        PhaseId.VALIDATE: "validate",
        PhaseId.COMMIT: "commit",
    }
)
"""Phase -> the package of its pass, which is imported when the phase comes: a command that performs none starts at once."""


class BlueprintRunner:
    """No model, no key, no network. The same assignment gives the same bytes."""

    name = "blueprint"

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        """Compile the assignment."""
        package = import_module(f"backend_factory.runners.blueprint.{PASSES[assignment.phase]}")
        compile_pass: Callable[[Assignment, Workbench], Awaitable[Outcome]] = package.perform
        return await compile_pass(assignment, workbench)
