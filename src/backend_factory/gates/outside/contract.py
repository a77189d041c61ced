"""The contract's operations as attacks need them: paths, parameters, bodies, with every reference followed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

_METHODS = ("get", "put", "post", "patch", "delete", "head", "options", "trace")
_DEEPEST = 12
"""References within references; a schema that holds itself ends here."""

Schema = Mapping[str, Any]


class NoContract(ValueError):
    """The text is no contract; the message says why."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    place: str
    """path, query or header"""
    schema: Schema


@dataclass(frozen=True)
class Operation:
    """What can be asked for at one path."""

    id: str
    method: str
    path: str
    """With {id} where parameters stand."""
    parameters: tuple[Parameter, ...]
    bodies: Mapping[str, Schema]
    """Media type -> schema."""
    statuses: frozenset[str]
    """Of the answers that are described."""
    rights: frozenset[str]
    """Scopes that a token must hold."""
    open: bool
    """Whether it asks for no sign-in."""

    @property
    def schema(self) -> Schema:
        """Of the body in JSON; empty where there is none."""
        return self.bodies.get("application/json") or next(iter(self.bodies.values()), {})

    @property
    def writes(self) -> bool:
        return bool(self.bodies)

    def within(self, place: str) -> tuple[Parameter, ...]:
        return tuple(each for each in self.parameters if each.place == place)


class Contract:
    """An OpenAPI document, read once."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, in the order of the document."""
        return tuple(self._operations())

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation at a path as the contract writes it."""
        return next((o for o in self.operations if (o.method, o.path) == (method.upper(), path)), None)

    def resolved(self, schema: Any, depth: int = 0) -> Any:
        """The schema with what it refers to in place."""
        if depth > _DEEPEST:
            return {}
        if isinstance(schema, list):
            return [self.resolved(each, depth + 1) for each in schema]
        if not isinstance(schema, dict):
            return schema
        if isinstance(schema.get("$ref"), str):
            return self.resolved(self._found(schema["$ref"]), depth + 1)
        return {name: self.resolved(each, depth + 1) for name, each in schema.items()}

    def _found(self, reference: str) -> Any:
        at: Any = self.document
        for part in reference.removeprefix("#/").split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            at = at.get(name) if isinstance(at, dict) else None
        return at if at is not None else {}

    def _operations(self) -> Iterator[Operation]:
        for path, item in (self.document.get("paths") or {}).items():
            shared = item.get("parameters") or []
            for method in _METHODS:
                if isinstance(item.get(method), dict):
                    yield self._operation(str(path), method, item[method], shared)

    def _operation(self, path: str, method: str, raw: dict[str, Any], shared: list[Any]) -> Operation:
        parameters = [self.resolved(each) for each in [*shared, *(raw.get("parameters") or [])]]
        content = (self.resolved(raw.get("requestBody") or {}).get("content")) or {}
        security = raw.get("security", self.document.get("security")) or []
        return Operation(
            id=str(raw.get("operationId", f"{method} {path}")),
            method=method.upper(),
            path=path,
            parameters=tuple(Parameter(str(p["name"]), str(p["in"]), p.get("schema") or {}) for p in parameters if "name" in p),
            bodies={str(kind): each.get("schema") or {} for kind, each in content.items()},
            statuses=frozenset(str(status) for status in raw.get("responses") or {}),
            rights=frozenset(str(scope) for one in security for scopes in one.values() for scope in scopes or ()),
            open=not security or {} in security,
        )


def read_contract(text: str) -> Contract:
    """The contract in `text` (YAML or JSON). Raises NoContract."""
    try:
        document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader, in C where there is one
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise NoContract(f"it cannot be read: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise NoContract("it has no paths")
    return Contract(document)


def members(schema: Schema) -> dict[str, Schema]:
    """The members of an object's schema, by name."""
    found = schema.get("properties")
    return dict(found) if isinstance(found, dict) else {}


def alternatives(schema: Schema) -> tuple[Schema, ...]:
    """The schema itself, or those of which one has to hold."""
    for name in ("anyOf", "oneOf"):
        if isinstance(schema.get(name), list):
            return tuple(each for each in schema[name] if isinstance(each, dict))
    return (schema,)


def is_text(schema: Schema) -> bool:
    """Whether any text may stand there: no choice, no format, no number."""
    return any(each.get("type") == "string" and "enum" not in each and "const" not in each for each in alternatives(schema))
