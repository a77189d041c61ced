"""Each entity's names in code, on the wire and in the table."""

import re

from backend_factory.domain.deliverable import EntityDesign, FieldDesign
from backend_factory.domain.feature import Entity, FeatureModel
from backend_factory.runners.blueprint.plan.words import camel, free, kebab, pascal, squashed

_MEMBERS = "id key created updated version"
_ATTRIBUTES = "username entity scope sort1 sort2 ttl"
_PARAMETERS = "limit cursor sort"
RESERVED_WIRE = frozenset(f"{_MEMBERS} {_ATTRIBUTES} {_PARAMETERS}".split())
"""Members of every record, attributes of the table, and parameters of every list."""

MATCH = re.compile(r"match\d+", re.IGNORECASE)
"""Attributes that hold normalised values of correlated fields."""

RESERVED_GO = frozenset({"Key", "Created", "Updated", "Version", "ID", "Meta", "Metadata"})
"""Members that every record has by embedding the platform's."""

_MACHINERY = "API Batch Client Error Item Message Page Problem Queue Record Request Response Store Table Tenant Worker"
RESERVED_TYPES = frozenset(_MACHINERY.split())
"""Exported names that a feature's package may give to its own machinery."""

RESERVED_PREFIXES = frozenset({"batch", "unique"})
"""Starts of the sort keys of items that are no records: batches, and markers of unique values."""


def designs(model: FeatureModel) -> tuple[EntityDesign, ...]:
    """One design an entity, in the model's order; no two share a type, a path, a list member or a key prefix."""
    made: list[EntityDesign] = []
    for entity in model.entities:
        made.append(_design(entity, made))
    return tuple(made)


def _design(entity: Entity, others: list[EntityDesign]) -> EntityDesign:
    taken = {*(other.prefix.strip("#") for other in others), *RESERVED_PREFIXES}
    prefix = free(squashed(entity.platform or entity.name), taken, "record")
    return EntityDesign(
        entity=entity.name,
        go=free(pascal(entity.name), {*(o.go for o in others), *RESERVED_TYPES}, "Record"),
        path=free(kebab(entity.plural), {o.path for o in others}, "-records"),
        wire_plural=free(camel(entity.plural), {*(o.wire_plural for o in others), "next"}, "Records"),
        prefix=f"#{prefix}#",
        fields=_fields(entity),
    )


def _fields(entity: Entity) -> tuple[FieldDesign, ...]:
    made: list[FieldDesign] = []
    for field in entity.fields:
        go = free(pascal(field.name), {*(m.go for m in made), *RESERVED_GO}, "Value")
        wire = free(camel(field.name), {*(m.wire for m in made), *RESERVED_WIRE}, "Value")
        if MATCH.fullmatch(wire):
            wire = free(f"{wire}Value", {m.wire for m in made}, "Value")
        made.append(FieldDesign(field=field.name, go=go, wire=wire))
    return tuple(made)
