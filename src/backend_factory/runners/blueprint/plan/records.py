"""Schemas of an entity's bodies: record, create, replace, patch, list, batch."""

from backend_factory.domain.deliverable import EntityDesign
from backend_factory.domain.feature import Entity, FeatureModel, Ingestion, Operation
from backend_factory.runners.blueprint.markdown import escape
from backend_factory.runners.blueprint.plan.schema import KEY_LENGTH, Schema, field_schema, id_schema


def record_schemas(entity: Entity, design: EntityDesign, model: FeatureModel) -> dict[str, Schema]:
    """Schemas by name: Asset, AssetCreate, AssetReplace, AssetPatch, AssetList, AssetBatch; only those that an operation uses."""
    fields = {d.wire: field_schema(entity.field(d.field), model, key=d.field in entity.key) for d in design.fields}
    found = {design.go: _record(entity, design, fields)}
    ingestion = next((each for each in model.ingestions if each.entity == entity.name), None)
    if Operation.CREATE in entity.operations or ingestion:
        found[f"{design.go}Create"] = _body(entity, fields, required=_required(entity, design), about="What is sent to create")
    if Operation.REPLACE in entity.operations:
        kept = _required(entity, design, but_fixed=True)
        found[f"{design.go}Replace"] = _body(entity, fields, required=kept, about="What is sent to replace")
    if Operation.UPDATE in entity.operations:
        found[f"{design.go}Patch"] = _patch(entity, design, fields)
    if _is_listed(entity, model):
        found[f"{design.go}List"] = _list(entity, design)
    if ingestion:
        found[f"{design.go}Batch"] = _batch(ingestion, entity, design)
    return found


def _is_listed(entity: Entity, model: FeatureModel) -> bool:
    return Operation.LIST in entity.operations or any(entity.name in {c.left, c.right} for c in model.correlations)


def _required(entity: Entity, design: EntityDesign, *, but_fixed: bool = False) -> list[str]:
    found = []
    for each in design.fields:
        field = entity.field(each.field)
        fixed = field.immutable or field.name in entity.key
        if (field.required or field.name in entity.key) and field.default is None and not (but_fixed and fixed):
            found.append(each.wire)
    return found


def _always(entity: Entity, design: EntityDesign) -> list[str]:
    """What every answer holds: required fields, those with a default, and lists, which may be empty."""
    given = set(_required(entity, design))
    filled = {field.name for field in entity.fields if field.many or field.default is not None}
    return [each.wire for each in design.fields if each.wire in given or each.field in filled]


def _record(entity: Entity, design: EntityDesign, fields: dict[str, Schema]) -> Schema:
    own: dict[str, Schema] = {
        "id": {"description": "Names the record in paths.", **id_schema(), "readOnly": True},
        "key": {"description": "The record's key on the platform.", "type": "string", "maxLength": KEY_LENGTH, "readOnly": True},
    }
    stamps: dict[str, Schema] = {
        "created": {"description": "When it was created, UTC.", "type": "string", "format": "date-time", "readOnly": True},
        "updated": {"description": "When it was last changed, UTC.", "type": "string", "format": "date-time", "readOnly": True},
        "version": {
            "description": "Counts the changes, from 1.",
            "type": "integer",
            "format": "int64",
            "minimum": 1,
            "readOnly": True,
        },
    }
    return {
        "type": "object",
        "description": _about(entity),
        "properties": {**own, **{wire: _as_kept(schema) for wire, schema in fields.items()}, **stamps},
        "required": [*own, *_always(entity, design), *stamps],
        "additionalProperties": False,
    }


def _as_kept(schema: Schema) -> Schema:
    return {name: value for name, value in schema.items() if name != "default"}


def _body(entity: Entity, fields: dict[str, Schema], *, required: list[str], about: str) -> Schema:
    """A new record, or all of one; null says the same as leaving out."""
    schema: Schema = {
        "type": "object",
        "description": f"{about}: {escape(entity.label)}.{_rules(entity)}",
        "properties": {wire: each if wire in required else _nullable(each) for wire, each in fields.items()},
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def _patch(entity: Entity, design: EntityDesign, fields: dict[str, Schema]) -> Schema:
    removable = {d.wire for d in design.fields if not entity.field(d.field).required and d.field not in entity.key}
    changes = {wire: _nullable(_as_kept(schema)) if wire in removable else _as_kept(schema) for wire, schema in fields.items()}
    return {
        "type": "object",
        "description": f"A JSON merge patch (RFC 7396): what is absent stays, null removes an optional field.{_rules(entity)}",
        "properties": changes,
        "additionalProperties": False,
    }


def _nullable(schema: Schema) -> Schema:
    about: Schema = {name: schema[name] for name in ("description", "default") if name in schema}
    value = {name: part for name, part in schema.items() if name not in about}
    return {**about, "anyOf": [value, {"type": "null"}]}


def _list(entity: Entity, design: EntityDesign) -> Schema:
    return {
        "type": "object",
        "description": f"A page of {escape(entity.plural)}.",
        "properties": {
            design.wire_plural: {"type": "array", "maxItems": 100, "items": reference(design.go)},
            "next": {"description": "Cursor of the next page; absent on the last one.", "type": "string", "maxLength": 8192},
        },
        "required": [design.wire_plural],
        "additionalProperties": False,
    }


def _batch(ingestion: Ingestion, entity: Entity, design: EntityDesign) -> Schema:
    return {
        "type": "object",
        "description": f"A batch of {escape(entity.plural)}; one invalid item refuses all of them.",
        "properties": {
            "items": {"type": "array", "minItems": 1, "maxItems": ingestion.max_batch, "items": reference(f"{design.go}Create")}
        },
        "required": ["items"],
        "additionalProperties": False,
    }


def reference(schema: str) -> Schema:
    """A pointer to a schema of the contract."""
    return {"$ref": f"#/components/schemas/{schema}"}


def _about(entity: Entity) -> str:
    label = escape(entity.label)
    return f"{label[:1].upper()}{label[1:]}. {escape(entity.description)}{_rules(entity)}".strip()


def _rules(entity: Entity) -> str:
    said = []
    for rule in entity.rules:
        earlier, later = escape(entity.field(rule.earlier).label), escape(entity.field(rule.later).label)
        said.append(f" {earlier} comes before {later}{' or equals it' if rule.or_equal else ''}.")
    return "".join(said)
