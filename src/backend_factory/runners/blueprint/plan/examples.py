"""Example bodies: true to the schemas and to the rules between fields, always the same."""

from typing import Any

from pydantic import JsonValue

from backend_factory.domain.deliverable import EntityDesign
from backend_factory.domain.feature import Entity, FeatureModel, Field
from backend_factory.runners.blueprint.samples import NoSample, record, value

ID = "1f1f1f1f2e2e2e2e1f1f1f1f2e2e2e2e"
MOMENT = "2030-01-01T08:00:00.000Z"
BATCH = "2e2e2e2e3d3d3d3d2e2e2e2e3d3d3d3d"


def body(entity: Entity, design: EntityDesign, model: FeatureModel, n: int = 0) -> dict[str, JsonValue] | None:
    """The n-th body to create a record, by wire names; None where no value can be made up for a field."""

    def refer(field: Field, number: int) -> JsonValue:
        return ID if any(e.name == field.references for e in model.entities) else value(field, number)

    try:
        made = record(entity, n, refer)
    except NoSample:
        return None
    wires = {each.field: each.wire for each in design.fields}
    return {wires[name]: part for name, part in made.items()}


def kept(entity: Entity, design: EntityDesign, model: FeatureModel) -> dict[str, JsonValue] | None:
    """An answer with one record."""
    made = body(entity, design, model)
    if made is None:
        return None
    wires = {each.field: each.wire for each in design.fields}
    parts = [str(made[wires[name]]) for name in entity.key] or [ID]
    stamps: dict[str, JsonValue] = {"created": MOMENT, "updated": MOMENT, "version": 1}
    return {"id": ID, "key": design.prefix + "#".join(parts), **made, **stamps}


def changed(entity: Entity, design: EntityDesign, model: FeatureModel) -> dict[str, JsonValue] | None:
    """A merge patch of one field that may change and is under no rule between fields."""
    made = body(entity, design, model)
    ruled = {name for rule in entity.rules for name in (rule.earlier, rule.later)}
    for each in design.fields:
        fixed = entity.field(each.field).immutable or each.field in entity.key or each.field in ruled
        if made is not None and not fixed and each.wire in made:
            return {each.wire: made[each.wire]}
    return None


def as_example(body: Any) -> dict[str, Any]:
    """The media type's member, or nothing."""
    return {} if body is None else {"example": body}
