"""What the Solution Architect owes: places, choices, names, routes, components, resources, tests, and the way there and back."""

from typing import Literal

from backend_factory.domain.feature import Entity, FeatureModel, Operation
from backend_factory.domain.model import Record


class Layout(Record):
    """Where things go in the repository; paths are relative, with forward slashes."""

    module: str
    """Go module path of the repository."""
    package: str
    """Folder of the feature's package: pkg/maintenancewindow"""
    api: str
    """Folder of the API function: cmd/maintenance-window-api"""
    worker: str = ""
    """Folder of the queue worker, empty where there is none."""
    template: str
    """deploy/maintenance-window/template.yaml"""
    contract: str
    """api/maintenance-window/openapi.yaml"""
    design: str
    """docs/maintenance-window/design.md"""
    runbook: str
    """docs/maintenance-window/runbook.md"""
    notes: str
    """docs/maintenance-window/release.md"""
    parameters: str
    """deploy/maintenance-window/parameters.json"""


class Choice(Record):
    """A technology choice and why."""

    topic: str
    choice: str
    reason: str
    rejected: str = ""


class FieldDesign(Record):
    """A field's names in code and on the wire."""

    field: str
    """Name in the feature model."""
    go: str
    """StartsAt"""
    wire: str
    """startsAt: JSON and DynamoDB attribute"""


class EntityDesign(Record):
    """An entity's place in code, on the wire and in the table."""

    entity: str
    """Name in the feature model."""
    go: str
    """Exported Go type: MaintenanceWindow"""
    path: str
    """URL segment, plural kebab-case: maintenance-windows"""
    wire_plural: str
    """Member of a list answer: maintenanceWindows"""
    prefix: str
    """Start of the sort key with both separators: #maintenancewindow#"""
    fields: tuple[FieldDesign, ...]


class Route(Record):
    """An operation of the contract."""

    id: str
    """operationId: createMaintenanceWindow"""
    method: str
    path: str
    """/maintenance-windows/{id}"""
    entity: str
    operation: Operation | Literal["batch", "correlated"]
    """`batch`: state of an ingested batch. `correlated`: records of `other` that belong to one of `entity`."""
    other: str = ""
    success: int
    summary: str


class Component(Record):
    """A piece of code or infrastructure that will exist."""

    id: str
    """C-1..."""
    path: str
    purpose: str
    requirements: tuple[str, ...]


class Resource(Record):
    """An AWS resource in the template."""

    logical_id: str
    type: str
    purpose: str
    stateful: bool = False


class Dependency(Record):
    """A Go module that the feature needs, pinned."""

    module: str
    version: str
    reason: str
    present: bool = False
    """The repository has it already; then its version stays."""


class PlannedTest(Record):
    """How a criterion will be shown."""

    criterion: str
    levels: tuple[Literal["unit", "scenario"], ...]


class Plan(Record):
    """Delivered by the Solution Architect, with the API contract and the design record as files."""

    kind: Literal["plan"] = "plan"
    title: str
    slug: str
    """maintenance-window"""
    summary: str
    layout: Layout
    choices: tuple[Choice, ...]
    model: FeatureModel
    designs: tuple[EntityDesign, ...]
    routes: tuple[Route, ...]
    components: tuple[Component, ...]
    resources: tuple[Resource, ...]
    dependencies: tuple[Dependency, ...]
    reused: tuple[str, ...] = ()
    """Paths in the repository that the feature builds on."""
    tests: tuple[PlannedTest, ...]
    rollout: tuple[str, ...]
    rollback: tuple[str, ...]
    risks: tuple[str, ...] = ()

    def design(self, entity: str) -> EntityDesign:
        """The design of that entity; KeyError if there is none."""
        for each in self.designs:
            if each.entity == entity:
                return each
        raise KeyError(entity)

    def entity(self, name: str) -> Entity:
        """The entity of that name; KeyError if there is none."""
        return self.model.entity(name)
