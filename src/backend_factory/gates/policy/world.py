"""A template under one outcome of its conditions: resources with their properties read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from backend_factory.errors import AskerError
from backend_factory.gates.policy.conditions import ways
from backend_factory.gates.policy.intrinsics import Reader
from backend_factory.gates.policy.objection import Path
from backend_factory.gates.policy.value import Given, Reference, Value, as_dict
from backend_factory.gates.thresholds import THRESHOLDS, Thresholds


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource that is created in this world."""

    name: str
    type: str
    properties: dict[str, Value]

    @property
    def at(self) -> Path:
        """Where its properties are written."""
        return ("Resources", self.name, "Properties")


@dataclass(frozen=True, slots=True)
class World:
    """What would be deployed."""

    resources: Mapping[str, Resource]
    parameters: Mapping[str, dict[str, Any]]
    thresholds: Thresholds = field(default=THRESHOLDS)

    def of(self, *types: str) -> list[Resource]:
        """The resources of those types."""
        return [each for each in self.resources.values() if each.type in types]

    def behind(self, value: Value, *types: str) -> Resource | None:
        """The resource that a reference names, if it is of one of the types."""
        found = self.resources.get(value.name) if isinstance(value, Reference) else None
        return found if found and found.type in types else None

    def numbers(self, value: Value) -> list[float] | None:
        """Every number that it may be, or its bounds; None where that cannot be known."""
        if isinstance(value, Given):
            given = self.parameters.get(value.name, {})
            allowed = given.get("AllowedValues") or [given.get("MinValue"), given.get("MaxValue")]
            if "AllowedValues" not in given and given.get("Type") != "Number":
                return None
            return None if any(each is None for each in allowed) else self._all(allowed)
        return self._all([value])

    def _all(self, values: list[Any]) -> list[float] | None:
        try:
            return [float(each) for each in values if not isinstance(each, bool) and isinstance(each, int | float | str)] or None
        except ValueError:
            return None


def worlds(template: dict[str, Any], thresholds: Thresholds = THRESHOLDS) -> Iterator[World]:
    """One for every outcome of the conditions. Raises AskerError where the template cannot be read."""
    parameters = {name: as_dict(each) for name, each in as_dict(template.get("Parameters")).items()}
    for outcome in ways(template):
        reader = Reader(template, outcome)
        created = {
            name: each for name, each in template["Resources"].items() if outcome.get(str(as_dict(each).get("Condition")), True)
        }
        yield World({name: _resource(reader, name, each) for name, each in created.items()}, parameters, thresholds)


def _resource(reader: Reader, name: str, node: Any) -> Resource:
    properties = reader.read(as_dict(node).get("Properties") or {})
    if not isinstance(node, dict) or not isinstance(properties, dict):
        raise AskerError(f"the resource {name} cannot be read", hint="check it with cfn-lint")
    return Resource(name, str(node.get("Type")), properties)
