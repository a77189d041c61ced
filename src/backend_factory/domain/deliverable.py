"""What each phase owes: six typed deliverables."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from backend_factory.domain.feature import Entity, FeatureModel, Operation
from backend_factory.domain.model import Record
from backend_factory.domain.scenario import Scenario

# ---------------------------------------------------------------- 1 backend-summarize


class Behaviour(StrEnum):
    """What a criterion observes; tests and scenarios are compiled from it."""

    CREATED = "created"
    DEFAULTED = "defaulted"
    MISSING_REFUSED = "missing_refused"
    VALUE_REFUSED = "value_refused"
    ORDER_REFUSED = "order_refused"
    UNKNOWN_REFUSED = "unknown_refused"
    DUPLICATE_REFUSED = "duplicate_refused"
    CHANGE_REFUSED = "change_refused"
    REFERENCE_REFUSED = "reference_refused"
    READ = "read"
    ABSENT = "absent"
    REPLACED = "replaced"
    UPDATED = "updated"
    STALE_REFUSED = "stale_refused"
    DELETED = "deleted"
    LISTED = "listed"
    FILTERED = "filtered"
    SORTED = "sorted"
    PAGED = "paged"
    ISOLATED = "isolated"
    SIGN_IN_REQUIRED = "sign_in_required"
    INGESTED = "ingested"
    INGEST_REFUSED = "ingest_refused"
    INGESTED_ONCE = "ingested_once"
    DEAD_LETTERED = "dead_lettered"
    CORRELATED = "correlated"
    NOT_CORRELATED = "not_correlated"


class Criterion(Record):
    """An acceptance criterion: measurable, from outside."""

    id: str
    """AC-<requirement number>.<n>"""
    given: str
    when: str
    then: str
    behaviour: Behaviour
    entity: str
    field: str = ""
    """The field that the behaviour is about; for order_refused the `later` field; for correlated the other entity."""


class Requirement(Record):
    """What the feature must do, not how."""

    id: str
    """FR-1, FR-2..."""
    title: str
    statement: str
    demands: tuple[str, ...]
    """Ids of the demands that it answers."""
    criteria: tuple[Criterion, ...]


class Demand(Record):
    """A piece of the request's text and what became of it; together the demands cover the request."""

    id: str
    """D-1, D-2..."""
    quote: str
    """Verbatim from the request."""
    disposition: Literal["required", "frontend", "excluded", "context"]
    """`excluded`: a person said to leave it out. `context`: asks for nothing ("I need", reasons, greetings)."""
    note: str = ""


class Assumption(Record):
    """What the words leave open, and how it was decided."""

    id: str
    """A-1, A-2..."""
    text: str


class SuccessMetric(Record):
    """How one will know that the feature is a success."""

    name: str
    target: str


class Requirements(Record):
    """Delivered by the Business Analyst."""

    kind: Literal["requirements"] = "requirements"
    title: str
    summary: str
    demands: tuple[Demand, ...]
    requirements: tuple[Requirement, ...]
    assumptions: tuple[Assumption, ...]
    metrics: tuple[SuccessMetric, ...]
    frontend: str = ""
    """The part for the frontend team, or empty."""
    model: FeatureModel

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All acceptance criteria, in order."""
        return tuple(c for r in self.requirements for c in r.criteria)


# ---------------------------------------------------------------- 2 backend-plan


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


# ---------------------------------------------------------------- 3 backend-implement


class SourceFile(Record):
    """A file that was written, and why."""

    path: str
    purpose: str
    requirements: tuple[str, ...] = ()


class Implementation(Record):
    """Delivered by the Senior Backend Developer, with code and template as files."""

    kind: Literal["implementation"] = "implementation"
    summary: str
    files: tuple[SourceFile, ...]
    commands: tuple[str, ...]
    """Folders of the Lambda functions: cmd/maintenance-window-api"""
    notes: tuple[str, ...] = ()


# ---------------------------------------------------------------- 4 backend-test


class TestCase(Record):
    """A test that shows a criterion."""

    __test__ = False

    criterion: str
    package: str
    """Folder: pkg/maintenancewindow"""
    name: str
    """As `go test -run` takes it: TestCreate/missing_start"""


class TestSuite(Record):
    """Delivered by the Test Engineer, with the tests as files."""

    __test__ = False

    kind: Literal["test_suite"] = "test_suite"
    summary: str
    files: tuple[SourceFile, ...]
    cases: tuple[TestCase, ...]


# ---------------------------------------------------------------- 5 backend-validate


class Validation(Record):
    """Delivered by the QA Engineer: the scenarios that the factory performs on the deployed feature."""

    kind: Literal["validation"] = "validation"
    summary: str
    scenarios: tuple[Scenario, ...]


# ---------------------------------------------------------------- 6 backend-commit


class Release(Record):
    """Delivered by the DevOps Engineer, with release notes, runbook and parameters as files."""

    kind: Literal["release"] = "release"
    summary: str
    pull_request_title: str
    stack: str
    """Name of the CloudFormation stack."""
    parameters: dict[str, str]
    smoke: tuple[str, ...]
    """Ids of the scenarios that are run after deployment."""
    rollback: tuple[str, ...]
    files: tuple[SourceFile, ...]


Deliverable = Annotated[Requirements | Plan | Implementation | TestSuite | Validation | Release, Field(discriminator="kind")]
