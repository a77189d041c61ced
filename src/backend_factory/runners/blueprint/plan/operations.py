"""An operation of the contract: parameters, body, answers."""

from collections.abc import Callable
from typing import Any

from backend_factory.domain.deliverable import EntityDesign, Plan, Route
from backend_factory.domain.feature import Entity, Operation
from backend_factory.runners.blueprint.markdown import escape
from backend_factory.runners.blueprint.plan import examples
from backend_factory.runners.blueprint.plan.answers import refusals
from backend_factory.runners.blueprint.plan.records import reference
from backend_factory.runners.blueprint.plan.schema import CONTROL, element_schema

Part = dict[str, Any]


def operation(route: Route, plan: Plan) -> Part:
    """The OpenAPI operation of a route."""
    entity, design = plan.entity(route.entity), plan.design(route.entity)
    head: Part = {"operationId": route.id, "summary": escape(route.summary), "tags": [design.path]}
    return head | _PARTS[route.operation](route, plan, entity, design)


def _create(route: Route, plan: Plan, entity: Entity, design: EntityDesign) -> Part:
    return {
        "requestBody": _json(f"{design.go}Create", examples.body(entity, design, plan.model)),
        "responses": {"201": _record("Created.", plan, entity, design, location=True)} | refusals("409", "413", "415"),
    }


def _read(route: Route, plan: Plan, entity: Entity, design: EntityDesign) -> Part:
    return {"parameters": [ID], "responses": {"200": _record("The record.", plan, entity, design)} | refusals("404")}


def _replace(route: Route, plan: Plan, entity: Entity, design: EntityDesign) -> Part:
    return {
        "parameters": [ID, IF_MATCH],
        "requestBody": _json(f"{design.go}Replace", examples.body(entity, design, plan.model)),
        "responses": {"200": _record("The record as it is now.", plan, entity, design)}
        | refusals("404", "409", "412", "413", "415"),
    }


def _update(route: Route, plan: Plan, entity: Entity, design: EntityDesign) -> Part:
    media = {"schema": reference(f"{design.go}Patch")} | examples.as_example(examples.changed(entity, design, plan.model))
    return {
        "parameters": [ID, IF_MATCH],
        "requestBody": {"required": True, "content": {"application/merge-patch+json": media, "application/json": media}},
        "responses": {"200": _record("The record as it is now.", plan, entity, design)}
        | refusals("404", "409", "412", "413", "415"),
    }


def _delete(route: Route, plan: Plan, entity: Entity, design: EntityDesign) -> Part:
    return {
        "parameters": [ID, IF_MATCH],
        "responses": {"204": {"description": "Deleted. Records that refer to it stay as they are."}}
        | refusals("404", "409", "412"),
    }


def _list(route: Route, plan: Plan, entity: Entity, design: EntityDesign) -> Part:
    wires = {each.field: each.wire for each in design.fields}
    orders = ["created", "updated", *(wires[name] for name in entity.sorts)]
    sort = {
        "name": "sort",
        "in": "query",
        "description": "The field that orders the list; with - before it, descending.",
        "schema": {"type": "string", "enum": [sign + name for name in orders for sign in ("", "-")], "default": "created"},
    }
    filters = [_filter(plan, entity, name, wires[name]) for name in entity.filters]
    return {
        "parameters": [LIMIT, CURSOR, sort, *filters],
        "responses": {"200": _page(plan, entity, design)} | refusals(),
    }


def _filter(plan: Plan, entity: Entity, name: str, wire: str) -> Part:
    field = entity.field(name)
    relation = "holds" if field.many else "is"
    schema = element_schema(field, plan.model, key=name in entity.key)
    if field.references in {each.name for each in plan.model.entities}:
        # No record has such an id, so that the list is empty; what is refused is what no text holds.
        schema = schema | {"pattern": f"^[^{CONTROL}]*$"}
    return {
        "name": wire,
        "in": "query",
        "description": f"Only records whose {escape(field.label)} {relation} this.",
        "schema": schema,
    }


def _correlated(route: Route, plan: Plan, entity: Entity, design: EntityDesign) -> Part:
    page = _page(plan, plan.entity(route.other), plan.design(route.other))
    return {"parameters": [ID, LIMIT, CURSOR], "responses": {"200": page} | refusals("404")}


def _ingest(route: Route, plan: Plan, entity: Entity, design: EntityDesign) -> Part:
    items = [each for n in range(2) if (each := examples.body(entity, design, plan.model, n)) is not None]
    answer = {
        "description": "Accepted; the items are processed in the background, each once in effect.",
        "headers": {"Location": LOCATION},
        "content": {
            "application/json": {"schema": reference("BatchAccepted"), "example": {"batch": examples.BATCH, "received": 2}}
        },
    }
    return {
        "parameters": [IDEMPOTENCY],
        "requestBody": _json(f"{design.go}Batch", {"items": items} if items else None),
        "responses": {"202": answer} | refusals("409", "413", "415"),
    }


def _batch(route: Route, plan: Plan, entity: Entity, design: EntityDesign) -> Part:
    example = {"batch": examples.BATCH, "received": 2, "processed": 2, "state": "done"}
    media = {"application/json": {"schema": reference("BatchState"), "example": example}}
    return {"parameters": [ID], "responses": {"200": {"description": "The batch.", "content": media}} | refusals("404")}


def _json(schema: str, example: object) -> Part:
    media = {"schema": reference(schema)} | examples.as_example(example)
    return {"required": True, "content": {"application/json": media}}


def _record(description: str, plan: Plan, entity: Entity, design: EntityDesign, *, location: bool = False) -> Part:
    media = {"schema": reference(design.go)} | examples.as_example(examples.kept(entity, design, plan.model))
    headers = {"ETag": ETAG} | ({"Location": LOCATION} if location else {})
    return {"description": description, "headers": headers, "content": {"application/json": media}}


def _page(plan: Plan, entity: Entity, design: EntityDesign) -> Part:
    kept = examples.kept(entity, design, plan.model)
    media = {"schema": reference(f"{design.go}List")} | examples.as_example(
        None if kept is None else {design.wire_plural: [kept]}
    )
    return {"description": f"A page of {escape(entity.plural)}.", "content": {"application/json": media}}


ID = {"$ref": "#/components/parameters/Id"}
LIMIT = {"$ref": "#/components/parameters/Limit"}
CURSOR = {"$ref": "#/components/parameters/Cursor"}
IF_MATCH = {"$ref": "#/components/parameters/IfMatch"}
IDEMPOTENCY = {"$ref": "#/components/parameters/IdempotencyKey"}
ETAG = {"$ref": "#/components/headers/ETag"}
LOCATION = {"$ref": "#/components/headers/Location"}

_PARTS: dict[str, Callable[[Route, Plan, Entity, EntityDesign], Part]] = {
    Operation.CREATE: _create,
    Operation.READ: _read,
    Operation.REPLACE: _replace,
    Operation.UPDATE: _update,
    Operation.DELETE: _delete,
    Operation.LIST: _list,
    Operation.INGEST: _ingest,
    "batch": _batch,
    "correlated": _correlated,
}
