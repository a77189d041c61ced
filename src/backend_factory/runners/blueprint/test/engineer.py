"""The Test Engineer: every acceptance criterion becomes a Go test, and so does every rule of the code."""

from typing import TYPE_CHECKING

from backend_factory.domain.assignment import Assignment, Blocked, Delivered, Outcome
from backend_factory.domain.deliverable import Implementation, Plan, Requirements, SourceFile, TestSuite
from backend_factory.runners.blueprint.samples import NoSample
from backend_factory.runners.blueprint.test.suite import Suite, compile_suite

if TYPE_CHECKING:
    from backend_factory.workspace.workbench import Workbench


async def perform(assignment: Assignment, workbench: "Workbench") -> Outcome:
    """Write the tests; Blocked where a criterion cannot be shown by one."""
    requirements, plan = assignment.handed(Requirements), assignment.handed(Plan)
    try:
        suite = compile_suite(requirements, plan, assignment.handed(Implementation), workbench.exists)
    except NoSample as error:
        return _blocked(error)
    workbench.say("writing tests")
    for path, text in suite.texts.items():
        workbench.write(path, text)
    await workbench.format(sorted(suite.texts))
    return Delivered(deliverable=_delivered(plan, suite))


def _delivered(plan: Plan, suite: Suite) -> TestSuite:
    served = {case.package for case in suite.cases}
    whole = tuple(dict.fromkeys(each for component in plan.components for each in component.requirements))
    files = tuple(
        SourceFile(path=path, purpose=suite.purposes[path], requirements=whole if path.rpartition("/")[0] in served else ())
        for path in suite.texts
    )
    criteria = {case.criterion for case in suite.cases}
    return TestSuite(
        summary=f"{plan.title}: {len(files)} files of tests, {len(criteria)} criteria shown.", files=files, cases=suite.cases
    )


def _blocked(error: NoSample) -> Blocked:
    return Blocked(
        reason="unsupported_demand",
        demand=error.field,
        needed=error.needed,
        tried=("sample values from the field's type, limits and pattern",),
        question=f"How could {error.field} be tested? It needs {error.needed}.",
    )
