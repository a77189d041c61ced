"""What every operation may answer besides success, and the shared parts of the contract."""

from typing import Any

from backend_factory.runners.blueprint.plan.records import reference
from backend_factory.runners.blueprint.plan.schema import KEY_LENGTH, Schema

PROBLEMS: dict[str, tuple[str, str, str]] = {
    "400": ("BadRequest", "Bad Request", "The request breaks rules; `errors` names every field."),
    "401": ("Unauthorized", "Unauthorized", "There is no valid token, or it names no tenant."),
    "404": ("NotFound", "Not Found", "There is no such record for this tenant."),
    "409": ("Conflict", "Conflict", "The value or key is taken, or the record was changed at the same time."),
    "412": ("PreconditionFailed", "Precondition Failed", "The record is not in the version that If-Match names."),
    "413": ("ContentTooLarge", "Request Entity Too Large", "The body is larger than 256 KiB."),
    "415": ("UnsupportedMediaType", "Unsupported Media Type", "The body is not sent as JSON."),
    "429": ("TooManyRequests", "Too Many Requests", "More requests than the API takes; try again after a moment."),
    "500": ("InternalServerError", "Internal Server Error", "Something failed here; trying again may help."),
    "503": ("ServiceUnavailable", "Service Unavailable", "The service cannot answer in time; try again after a moment."),
}
"""Status -> name in the contract, title, description."""

GATEWAY = frozenset({"401", "413", "429", "500", "503"})
"""Statuses that API Gateway itself may answer, in its own form."""

_RULES = "missing type choice minimum maximum length pattern format order unknown reference immutable duplicate items"
RULES = _RULES.split()
"""Names of the rules that a field may break."""


def refusals(*statuses: str) -> dict[str, Any]:
    """References to these answers and to those that every operation may give."""
    every = sorted({*statuses, "400", "401", "429", "500", "503"})
    return {status: {"$ref": f"#/components/responses/{PROBLEMS[status][0]}"} for status in every}


def responses() -> dict[str, Any]:
    """The shared answers by name."""
    return {name: _response(status, title, description) for status, (name, title, description) in PROBLEMS.items()}


def _response(status: str, title: str, description: str) -> dict[str, Any]:
    example: dict[str, Any] = {"type": "about:blank", "title": title, "status": int(status)}
    if status == "400":
        example["errors"] = [{"field": "name", "rule": "missing", "message": "is required"}]
    content: dict[str, Any] = {"application/problem+json": {"schema": reference("Problem"), "example": example}}
    if status in GATEWAY:
        content["application/json"] = {"schema": reference("GatewayMessage"), "example": {"message": title}}
    return {"description": description, "content": content}


def shared_schemas() -> dict[str, Schema]:
    """Schemas that do not belong to an entity."""
    return {
        "Problem": {
            "type": "object",
            "description": "A problem (RFC 9457).",
            "properties": {
                "type": {"type": "string", "format": "uri-reference", "maxLength": 256},
                "title": {"type": "string", "maxLength": 256},
                "status": {"type": "integer", "format": "int32", "minimum": 400, "maximum": 599},
                "detail": {"type": "string", "maxLength": 4096},
                "errors": {"type": "array", "maxItems": 10000, "items": reference("FieldError")},
            },
            "required": ["type", "title", "status"],
        },
        "FieldError": {
            "type": "object",
            "description": "A field that breaks a rule.",
            "properties": {
                "field": {"description": "The member's name, items[3].name in a batch.", "type": "string", "maxLength": 512},
                "rule": {"type": "string", "enum": RULES},
                "message": {"type": "string", "maxLength": 4096},
            },
            "required": ["field", "rule", "message"],
            "additionalProperties": False,
        },
        "GatewayMessage": {
            "type": "object",
            "description": "What API Gateway answers before a request reaches the feature.",
            "properties": {"message": {"type": "string", "maxLength": 1024}},
            "required": ["message"],
        },
    }


def batch_schemas() -> dict[str, Schema]:
    """Schemas of the answers about batches."""
    identifier = {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH}
    count = {"type": "integer", "format": "int32", "minimum": 0}
    return {
        "BatchAccepted": {
            "type": "object",
            "description": "The batch is kept and will be processed.",
            "properties": {"batch": identifier, "received": count},
            "required": ["batch", "received"],
            "additionalProperties": False,
        },
        "BatchState": {
            "type": "object",
            "description": "How far a batch is.",
            "properties": {
                "batch": identifier,
                "received": count,
                "processed": count,
                "state": {"type": "string", "enum": ["processing", "done"]},
            },
            "required": ["batch", "received", "processed", "state"],
            "additionalProperties": False,
        },
    }
