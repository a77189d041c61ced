"""Every requirement has its component, every criterion its test; reasons, rollout and rollback are given."""

import re
from collections import Counter
from collections.abc import Iterator

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan, Requirements
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.stateful import TYPES
from backend_factory.gates.subject import Subject

_WAY_BACK = re.compile(
    r"\b(?:delet\w+|(?:re)?deploy\w*|restor\w+|revert\w*|disabl\w+|roll\w* back|switch\w*|remov\w+|former|previous|last good)\b",
    re.IGNORECASE,
)
_DATA = re.compile(r"\b(?:data|tables?|records?|items?|retain\w*|kept|restor\w+|backups?|buckets?)\b", re.IGNORECASE)
_TYPE = re.compile(r"(?:AWS|Custom|Alexa)::\w+(?:::\w+)?")
_PLACE = re.compile(r"(?!-)[\w.@~-]+(?:/(?!-)[\w.@~-]+)*", re.ASCII)


async def examine(subject: Subject) -> Examination:
    """The plan against the requirements."""
    plan, wanted = subject.handed(Plan), subject.handed(Requirements)
    findings = tuple(
        Finding(check=CHECK.id, rule=rule, message=message, mends=PhaseId.PLAN)
        for rule, message in (
            *_untraced(plan, wanted),
            *_unreasoned(plan),
            *_changed(plan, wanted),
            *_misplaced(plan),
            *_resources(plan),
        )
    )
    summary = f"{len(plan.components)} components, {len(plan.resources)} AWS resources, {len(plan.tests)} planned tests"
    return Examination(summary, findings, (subject.keep("plan", plan.model_dump_json(indent=2)),))


def _untraced(plan: Plan, wanted: Requirements) -> Iterator[tuple[str, str]]:
    built = {requirement for component in plan.components for requirement in component.requirements}
    for requirement in wanted.requirements:
        if requirement.id not in built:
            yield "no-component", f"no component builds {requirement.id}"
    for name in sorted(built - {requirement.id for requirement in wanted.requirements}):
        yield "unknown-requirement", f"a component builds {name}, which nobody required"
    planned = {test.criterion: test.levels for test in plan.tests}
    for criterion in wanted.criteria:
        if not planned.get(criterion.id):
            yield "no-test", f"no test is planned for {criterion.id}"
    for name in sorted(planned.keys() - {criterion.id for criterion in wanted.criteria}):
        yield "unknown-criterion", f"a test is planned for {name}, which is no criterion"
    for component in plan.components:
        if not component.requirements:
            yield "no-purpose", f"{component.id} ({component.path}) builds no requirement"


def _unreasoned(plan: Plan) -> Iterator[tuple[str, str]]:
    for choice in plan.choices:
        if not choice.reason.strip():
            yield "unjustified", f"no reason is given for {choice.topic}"
    if not plan.choices:
        yield "unjustified", "no technology choice is recorded"
    back = " ".join(plan.rollback)
    if not back.strip():
        yield "no-rollback", "the plan does not say how to roll back"
    elif not _WAY_BACK.search(back):
        yield "no-rollback", "the rollback says nothing that could be done: delete, deploy again, restore, disable"
    elif (kept := [each.logical_id for each in plan.resources if each.stateful]) and not _names_data(back, kept):
        yield "no-rollback", f"the rollback does not say what becomes of the data in {', '.join(kept)}"
    if not any(step.strip() for step in plan.rollout):
        yield "no-rollout", "the plan does not say how to roll out"


def _changed(plan: Plan, wanted: Requirements) -> Iterator[tuple[str, str]]:
    if plan.model != wanted.model:
        yield "other-feature", "the plan's feature model is not the one that was required"
    served = {(route.entity, route.operation) for route in plan.routes}
    for entity in plan.model.entities:
        for operation in entity.operations:
            if (entity.name, operation) not in served:
                yield "no-route", f"no route serves {operation} of {entity.label}"
    for name, times in Counter(f"{route.method} {route.path}" for route in plan.routes).items():
        if times > 1:
            yield "duplicate-route", f"{times} routes are {name}"


def _names_data(back: str, kept: list[str]) -> bool:
    return bool(_DATA.search(back)) or any(name in back for name in kept)


def _resources(plan: Plan) -> Iterator[tuple[str, str]]:
    for name, times in Counter(resource.logical_id for resource in plan.resources).items():
        if times > 1:
            yield "duplicate-resource", f"{times} resources are called {name}"
    for resource in plan.resources:
        if not _TYPE.fullmatch(resource.type) or not resource.purpose.strip():
            yield "unnamed-resource", f"{resource.logical_id} has no type or no purpose: {resource.type!r}"
        if resource.type in TYPES and not resource.stateful:
            yield "stateful", f"{resource.logical_id} ({resource.type}) holds data and is planned as if it did not"


def _misplaced(plan: Plan) -> Iterator[tuple[str, str]]:
    """Later checks and the deployment open these paths, so none may lead out of the repository."""
    for field, path in (*plan.layout, *((each.id, each.path) for each in plan.components)):
        if path and (not _PLACE.fullmatch(path) or ".." in path.split("/")):
            yield "bad-path", f"the {field} {path!r} is not a plain path inside the repository"


CHECK = Check("plan-traced", "Every requirement has a component and every criterion a planned test", (PhaseId.PLAN,), examine)
