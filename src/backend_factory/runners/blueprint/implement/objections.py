"""What a plan may hold that this team cannot compile: said before anything is written."""

import re
from collections.abc import Iterator

from backend_factory.domain.assignment import Blocked
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.feature import Entity, Field
from backend_factory.runners.blueprint.golang.literal import go_scalar

_NOT_RE2 = re.compile(r"(?<!\\)(?:\\\\)*(?:\(\?(?:[=!>]|<[=!]|P=|\()|\\[1-9]|[*+?}]\+)")
"""Look-around, atomic groups, conditions, back references, possessive repeats."""


def objection(plan: Plan) -> Blocked | None:
    """The first thing that cannot be compiled, or None."""
    for demand, needed in _objections(plan):
        return Blocked(
            reason="unsupported_demand",
            demand=demand,
            needed=needed,
            tried=("compiling the plan's feature model",),
            question=f"How shall the feature do without this: {demand}?",
        )
    return None


def _objections(plan: Plan) -> Iterator[tuple[str, str]]:
    for correlation in plan.model.correlations:
        for pair in correlation.keys:
            if correlation.left == correlation.right and pair.left != pair.right:
                yield f"{correlation.left} correlated with itself by two fields", "one field, or two kinds of record"
    for ingestion in plan.model.ingestions:
        if not plan.entity(ingestion.entity).key:
            yield f"ingestion of {ingestion.entity}", "fields that identify a record, so that arriving twice has one effect"
    for entity in plan.model.entities:
        for field in entity.fields:
            yield from _of_field(entity, field)


def _of_field(entity: Entity, field: Field) -> Iterator[tuple[str, str]]:
    name = f"{entity.label}: {field.label}"
    if field.pattern is not None and not _compiles(field.pattern):
        yield f"{name} matches {field.pattern}", "a pattern of RE2 syntax, without look-around and back references"
    if field.many and (field.unique or field.name in (*entity.key, *entity.sorts)):
        yield f"{name} as a key, a unique value or an order", "a field with one value"
    if field.default is not None and not field.many:
        try:
            go_scalar(field.default, field.type)
        except ValueError:
            yield f"{name} is {field.default} by default", f"a default of type {field.type.value}"


def _compiles(pattern: str) -> bool:
    if _NOT_RE2.search(pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
