"""The Senior Backend Developer: a plan becomes production Go and its CloudFormation template."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from backend_factory.domain.assignment import Assignment, Delivered, Outcome
from backend_factory.domain.deliverable import Implementation, Plan, SourceFile
from backend_factory.runners.blueprint.implement import template
from backend_factory.runners.blueprint.implement.objections import objection
from backend_factory.runners.blueprint.implement.rendering import Code, render

if TYPE_CHECKING:
    from backend_factory.workspace.workbench import Workbench


async def perform(assignment: Assignment, workbench: "Workbench") -> Outcome:
    """Write the feature's code and template, fetch its modules; Blocked where the plan holds what cannot be compiled."""
    plan = assignment.handed(Plan)
    if (blocked := objection(plan)) is not None:
        return blocked
    workbench.say("writing the code")
    code = render(plan, assignment.survey.files, _reader(workbench))
    for path, text in code.texts.items():
        workbench.write(path, text)
    workbench.write(plan.layout.template, template.render(plan))
    workbench.say("fetching Go modules")
    await workbench.require(plan.dependencies)
    await workbench.format(sorted(code.texts))
    return Delivered(deliverable=_implementation(plan, code))


def _reader(workbench: "Workbench") -> Callable[[str], str | None]:
    def read(path: str) -> str | None:
        return workbench.read(path) if workbench.exists(path) else None

    return read


def _implementation(plan: Plan, code: Code) -> Implementation:
    served = {component.path: component.requirements for component in plan.components}
    written = (
        *(
            SourceFile(path=path, purpose=code.purposes[path], requirements=_requirements(path, served))
            for path in sorted(code.texts)
        ),
        SourceFile(
            path=plan.layout.template,
            purpose="the infrastructure",
            requirements=served.get(plan.layout.template, ()),
        ),
    )
    notes = tuple(f"{path} is used as it is." for path in sorted(code.reused))
    return Implementation(
        summary=f"{plan.title}: {len(written)} files, {len(plan.routes)} routes, {len(plan.model.entities)} kinds of record.",
        files=written,
        commands=tuple(folder for folder in (plan.layout.api, plan.layout.worker) if folder),
        notes=notes,
    )


def _requirements(path: str, served: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Those of the planned component that the file belongs to: the one with the longest path."""
    parents = [str(each) for each in PurePosixPath(path).parents]
    return next((served[parent] for parent in parents if parent in served), ())
