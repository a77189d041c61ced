"""Which resources an update replaces, by AWS's own description of its resource types."""

from collections.abc import Iterator
from typing import Any

from backend_factory.delivery.stack.account import REGION

_CREATE_ONLY = ("createOnlyProperties", "conditionalCreateOnlyProperties")


def replaced(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(logical id, why) for each resource of both templates that cannot be updated in place.

    Compared as written: what is written otherwise is taken for something else.
    """
    for name, old in before["Resources"].items():
        new = after["Resources"].get(name)
        if new is None:
            continue
        if old.get("Type") != new.get("Type"):
            yield name, f"Type {old.get('Type')} -> {new.get('Type')}"
            continue
        for path in _fixed(str(old.get("Type"))):
            was, becomes = (_at(each.get("Properties") or {}, path) for each in (old, new))
            if was != becomes:
                yield name, f"{'.'.join(path)} {was} -> {becomes}"


def _fixed(kind: str) -> Iterator[tuple[str, ...]]:
    """The properties that are given once and for ever; of a type that is not known, none."""
    from cfnlint.schema import ResourceNotFoundError
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    try:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
    except ResourceNotFoundError:
        return
    for key in _CREATE_ONLY:
        for pointer in schema.get(key) or ():
            yield tuple(pointer.removeprefix("/properties/").split("/"))


def _at(properties: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        properties = properties.get(part) if isinstance(properties, dict) else None
    return properties
