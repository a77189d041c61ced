"""The API contract: OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html) of every route of the plan."""

from collections.abc import Iterable
from typing import Any

from backend_factory.domain.deliverable import Plan
from backend_factory.runners.blueprint.document import dump
from backend_factory.runners.blueprint.markdown import escape
from backend_factory.runners.blueprint.plan.answers import batch_schemas, responses, shared_schemas
from backend_factory.runners.blueprint.plan.operations import operation
from backend_factory.runners.blueprint.plan.records import record_schemas
from backend_factory.runners.blueprint.plan.schema import id_schema


def contract(plan: Plan) -> str:
    """The contract as YAML; every part is used by some route."""
    paths: dict[str, Any] = {}
    for route in plan.routes:
        paths.setdefault(route.path, {})[route.method.lower()] = operation(route, plan)
    used = set(_references(paths))
    document = {
        "openapi": "3.1.0",
        "info": {"title": escape(plan.title), "version": "1.0.0", "description": escape(plan.summary)},
        "servers": [{"url": "/", "description": "The stack's output ApiEndpoint"}],
        "security": [{"token": []}],
        "tags": [{"name": d.path, "description": escape(plan.entity(d.entity).plural)} for d in plan.designs],
        "paths": paths,
        "components": _components(plan, used),
    }
    return dump(document)


def _components(plan: Plan, used: set[str]) -> dict[str, Any]:
    schemas = {name: each for d in plan.designs for name, each in record_schemas(plan.entity(d.entity), d, plan.model).items()}
    parts: dict[str, dict[str, Any]] = {
        "schemas": schemas | batch_schemas() | shared_schemas(),
        "responses": responses(),
        "parameters": PARAMETERS,
        "headers": HEADERS,
    }
    reached = _reached(parts, used)
    kept = {
        kind: found
        for kind, entries in parts.items()
        if (found := {name: entry for name, entry in entries.items() if f"#/components/{kind}/{name}" in reached})
    }
    token = {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the configured issuer and audience. One of its claims names the tenant.",
    }
    return kept | {"securitySchemes": {"token": token}}


def _reached(parts: dict[str, dict[str, Any]], used: set[str]) -> set[str]:
    entries = {f"#/components/{kind}/{name}": entry for kind, named in parts.items() for name, entry in named.items()}
    reached: set[str] = set()
    waiting = sorted(used)
    while waiting:
        pointer = waiting.pop()
        if pointer not in reached:
            reached.add(pointer)
            waiting.extend(_references(entries[pointer]))
    return reached


def _references(part: Any) -> Iterable[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


PARAMETERS: dict[str, Any] = {
    "Id": {"name": "id", "in": "path", "required": True, "description": "The id from an earlier answer.", "schema": id_schema()},
    "Limit": {
        "name": "limit",
        "in": "query",
        "description": "The most records in an answer.",
        "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 100, "default": 25},
    },
    "Cursor": {
        "name": "cursor",
        "in": "query",
        "description": "`next` of the page before, with the same sort and filters.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 8192},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag that was read: change nothing if the record has another by now. * stands for any.",
        "schema": {"type": "string", "pattern": '^([*]|"[1-9][0-9]{0,18}")$', "maxLength": 21},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The caller's own name for this batch: sent again, nothing is queued twice.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[\\x21-\\x7E]+$"},
    },
}

HEADERS: dict[str, Any] = {
    "ETag": {
        "description": "The record's version, in quotes; for If-Match.",
        "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,18}"$', "maxLength": 21},
    },
    "Location": {"description": "Where to read it.", "schema": {"type": "string", "format": "uri-reference", "maxLength": 2048}},
}
