"""A small feature as its deliverables describe it: notes in folders, folders also in batches."""

import json
from typing import Any

from backend_factory.domain.deliverable import EntityDesign, FieldDesign, Plan, Route, Validation
from backend_factory.domain.feature import Entity, FeatureModel, Field, FieldType, Ingestion, Operation
from backend_factory.domain.scenario import Call, Expectation, Scenario
from backend_factory.testing.story import PLAN, VALIDATION

NAME = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^\\x00-\\x1f#]*$"}
TEXT = {"type": "string", "maxLength": 1000, "pattern": "^[^\\x00-\\x1f]*$"}
COLOUR = {"type": "string", "enum": ["red", "green", "blue"]}
FIELDS: dict[str, dict[str, Any]] = {
    "folders": {"name": NAME, "colour": COLOUR, "comment": TEXT},
    "notes": {"title": TEXT, "text": TEXT, "folder": {"type": "string", "maxLength": 400}},
}
REQUIRED = {"folders": ["name"], "notes": ["title"]}
FIXED = {"folders": {"name"}, "notes": set[str]()}
META: dict[str, Any] = {
    "id": {"type": "string", "readOnly": True},
    "created": {"type": "string", "readOnly": True},
    "version": {"type": "integer", "readOnly": True},
}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": 400}}
MATCH = {"name": "If-Match", "in": "header", "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'}}
KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "pattern": "^[!-~]{1,64}$"}}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}}
CURSOR = {"name": "cursor", "in": "query", "schema": {"type": "string", "maxLength": 400}}


def body(plural: str, *, whole: bool = True) -> dict[str, Any]:
    """Schema of what is sent."""
    required = {"required": REQUIRED[plural]} if whole else {}
    return {"type": "object", "properties": FIELDS[plural], "additionalProperties": False, **required}


def shown(plural: str) -> dict[str, Any]:
    """Schema of what is answered."""
    return {
        "type": "object",
        "properties": META | FIELDS[plural],
        "required": [*META, *REQUIRED[plural]],
        "additionalProperties": False,
    }


def contract(**changed: Any) -> dict[str, Any]:
    """The OpenAPI document; `changed` replaces members of it."""
    paths: dict[str, Any] = {}
    for plural in FIELDS:
        listed = {"type": "object", "properties": {plural: {"type": "array", "items": shown(plural)}, "next": {"type": "string"}}}
        paths[f"/{plural}"] = {
            "post": operation(f"create-{plural}", 201, shown(plural), sent=body(plural)),
            "get": operation(f"list-{plural}", 200, listed, parameters=[LIMIT, CURSOR]),
        }
        paths[f"/{plural}/{{id}}"] = {
            "get": operation(f"read-{plural}", 200, shown(plural), parameters=[ID]),
            "put": operation(f"replace-{plural}", 200, shown(plural), parameters=[ID, MATCH], sent=body(plural)),
            "patch": operation(f"update-{plural}", 200, shown(plural), parameters=[ID, MATCH], sent=body(plural, whole=False)),
            "delete": operation(f"delete-{plural}", 204, None, parameters=[ID, MATCH]),
        }
    items = {"type": "array", "items": body("folders"), "minItems": 1, "maxItems": 20}
    batch = {"type": "object", "properties": {"items": items}, "required": ["items"], "additionalProperties": False}
    paths["/folders/batches"] = {"post": operation("send", 202, {"type": "object"}, parameters=[KEY], sent=batch)}
    paths["/folders/batches/{id}"] = {"get": operation("batch", 200, {"type": "object"}, parameters=[ID])}
    schemes = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}
    document = {"openapi": "3.1.0", "info": {"title": "Notes", "version": "1"}, "paths": paths, "components": schemes}
    return document | {"security": [{"token": []}]} | changed


def operation(
    id: str,
    status: int,
    answer: dict[str, Any] | None,
    *,
    parameters: list[dict[str, Any]] | None = None,
    sent: dict[str, Any] | None = None,
) -> dict[str, Any]:
    problem = {"description": "refused", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
    good: dict[str, Any] = {"description": "done"}
    if answer is not None:
        good["content"] = {"application/json": {"schema": answer}}
    statuses = {str(code): problem for code in (400, 401, 403, 404, 409, 412, 413, 415, 429, 500)}
    made: dict[str, Any] = {"operationId": id, "parameters": parameters or [], "responses": {str(status): good, **statuses}}
    if sent is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": sent}}}
    return made


def route(operation: str, method: str, path: str, entity: str, success: int) -> Route:
    return Route.model_validate(
        {
            "id": f"{operation}-{entity}",
            "method": method,
            "path": path,
            "entity": entity,
            "operation": operation,
            "success": success,
            "summary": "x",
        }
    )


def routes(entity: str) -> tuple[Route, ...]:
    base, one = f"/{entity}s", f"/{entity}s/{{id}}"
    return (
        route("create", "POST", base, entity, 201),
        route("list", "GET", base, entity, 200),
        route("read", "GET", one, entity, 200),
        route("replace", "PUT", one, entity, 200),
        route("update", "PATCH", one, entity, 200),
        route("delete", "DELETE", one, entity, 204),
    )


def text(name: str, **more: Any) -> Field:
    return Field(name=name, label=name, type=FieldType.TEXT, **more)


FOLDER = Entity(
    name="folder",
    label="folder",
    plural="folders",
    fields=(
        text("name", required=True, immutable=True),
        Field(name="colour", label="colour", type=FieldType.CHOICE, choices=("red", "green", "blue")),
        text("comment"),
    ),
    key=("name",),
    operations=tuple(Operation),
)
NOTE = Entity(
    name="note",
    label="note",
    plural="notes",
    fields=(
        text("title", required=True, unique=True),
        text("text"),
        Field(name="folder", label="folder", type=FieldType.REFERENCE, references="folder"),
    ),
)
BATCHES = (
    route("ingest", "POST", "/folders/batches", "folder", 202),
    route("batch", "GET", "/folders/batches/{id}", "folder", 200),
)


def design(entity: str, fields: tuple[str, ...]) -> EntityDesign:
    named = tuple(FieldDesign(field=f, go=f.title(), wire=f) for f in fields)
    return EntityDesign(
        entity=entity, go=entity.title(), path=f"{entity}s", wire_plural=f"{entity}s", prefix=f"#{entity}#", fields=named
    )


TOY = PLAN.model_copy(
    update={
        "layout": PLAN.layout.model_copy(update={"contract": "openapi.json", "worker": "cmd/worker"}),
        "model": FeatureModel(name="notes", entities=(FOLDER, NOTE), ingestions=(Ingestion(entity="folder"),)),
        "designs": (design("folder", ("name", "colour", "comment")), design("note", ("title", "text", "folder"))),
        "routes": (*routes("folder"), *BATCHES, *routes("note")),
    }
)
QUEUELESS: Plan = TOY.model_copy(
    update={
        "layout": TOY.layout.model_copy(update={"worker": ""}),
        "model": FeatureModel(name="notes", entities=(FOLDER, NOTE)),
        "routes": (*routes("folder"), *routes("note")),
    }
)


def creates(path: str, body: dict[str, Any], **more: Any) -> Call:
    return Call(method="POST", path=path, body=body, status=201, save={"id": "/id"}, **more)


def scenario(number: int, *steps: Call) -> Scenario:
    return Scenario(id=f"S-{number}", title="x", criteria=("AC-1.1",), steps=steps)


ITEMS = [{"name": "post", "colour": "blue"}, {"name": "bills", "colour": "red"}]
SCENARIOS: Validation = VALIDATION.model_copy(
    update={
        "scenarios": (
            scenario(1, creates("/folders", {"name": "inbox", "colour": "red", "comment": "first"})),
            scenario(2, creates("/folders", {"name": "later", "colour": "green"})),
            scenario(
                3,
                creates("/folders", {"name": "work", "comment": "for notes"}).model_copy(update={"save": {"folder": "/id"}}),
                creates("/notes", {"title": "one", "text": "some text", "folder": "{folder}"}),
            ),
            scenario(4, creates("/notes", {"title": "two"})),
            scenario(
                5,
                Call(method="POST", path="/folders/batches", body={"items": ITEMS}, status=202, save={"batch": "/batch"}),
                Call(
                    method="GET",
                    path="/folders/batches/{batch}",
                    status=200,
                    expect=(Expectation(at="/state", test="equals", value="done"),),
                    within=5,
                ),
            ),
        )
    }
)


def files(document: dict[str, Any] | None = None) -> dict[str, str]:
    return {"openapi.json": json.dumps(document or contract())}
