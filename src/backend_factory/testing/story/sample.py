"""The deliverables of a small run: maintenance windows with a start and an owner."""

from backend_factory.domain.deliverable import (
    Assumption,
    Behaviour,
    Choice,
    Component,
    Criterion,
    Deliverable,
    Demand,
    Dependency,
    EntityDesign,
    FieldDesign,
    Implementation,
    Layout,
    Plan,
    PlannedTest,
    Release,
    Requirement,
    Requirements,
    Resource,
    Route,
    SourceFile,
    SuccessMetric,
    TestCase,
    TestSuite,
    Validation,
)
from backend_factory.domain.detection import Detection, Pattern
from backend_factory.domain.feature import Entity, FeatureModel, Field, FieldType, Operation
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.scenario import Call, Scenario

TEXT = "I need an API for maintenance windows with a start and an owner, and a page that lists them"
"""The request."""

DETECTION = Detection(
    verdict="backend",
    title="Maintenance Window API",
    patterns=(Pattern.REST_API,),
    entities=("maintenance window",),
    frontend="a page that lists them",
    reason="It asks for an API.",
)

_WINDOW = Entity(
    name="maintenance_window",
    label="maintenance window",
    plural="maintenance windows",
    fields=(
        Field(name="starts_at", label="start", type=FieldType.TIMESTAMP, required=True),
        Field(name="owner", label="owner", type=FieldType.EMAIL, required=True),
    ),
)
_MODEL = FeatureModel(name="maintenance_window", entities=(_WINDOW,))


def _criterion(number: str, then: str, behaviour: Behaviour) -> Criterion:
    return Criterion(
        id=f"AC-{number}",
        given="a signed-in tenant",
        when="a maintenance window is sent",
        then=then,
        behaviour=behaviour,
        entity="maintenance_window",
    )


REQUIREMENTS = Requirements(
    title="Maintenance Window API",
    summary="Maintenance windows are kept, and found again by their owner.",
    demands=(
        Demand(id="D-1", quote="an API for maintenance windows with a start and an owner", disposition="required"),
        Demand(id="D-2", quote="a page that lists them", disposition="frontend", note="for the frontend team"),
        Demand(id="D-3", quote="I need", disposition="context"),
    ),
    requirements=(
        Requirement(
            id="FR-1",
            title="Create a window",
            statement="A tenant records a maintenance window.",
            demands=("D-1",),
            criteria=(
                _criterion("1.1", "it is created and answered with its id", Behaviour.CREATED),
                _criterion("1.2", "one without a start is refused", Behaviour.MISSING_REFUSED),
            ),
        ),
        Requirement(
            id="FR-2",
            title="Keep tenants apart",
            statement="A tenant never sees the windows of another.",
            demands=("D-1",),
            criteria=(_criterion("2.1", "another tenant does not find it", Behaviour.ISOLATED),),
        ),
    ),
    assumptions=(Assumption(id="A-1", text="An owner is an e-mail address."),),
    metrics=(SuccessMetric(name="answer time", target="mean below 500 ms"),),
    frontend="a page that lists them",
    model=_MODEL,
)

PLAN = Plan(
    title="Maintenance Window API",
    slug="maintenance-window",
    summary="One Lambda function behind an HTTP API, one table.",
    layout=Layout(
        module="example.com/chariot",
        package="pkg/maintenancewindow",
        api="cmd/maintenance-window-api",
        template="deploy/maintenance-window/template.yaml",
        contract="api/maintenance-window/openapi.yaml",
        design="docs/maintenance-window/design.md",
        runbook="docs/maintenance-window/runbook.md",
        notes="docs/maintenance-window/release.md",
        parameters="deploy/maintenance-window/parameters.json",
    ),
    choices=(Choice(topic="storage", choice="DynamoDB", reason="keyed by tenant", rejected="Aurora: idle cost"),),
    model=_MODEL,
    designs=(
        EntityDesign(
            entity="maintenance_window",
            go="MaintenanceWindow",
            path="maintenance-windows",
            wire_plural="maintenanceWindows",
            prefix="#maintenancewindow#",
            fields=(FieldDesign(field="starts_at", go="StartsAt", wire="startsAt"),),
        ),
    ),
    routes=(
        Route(
            id="createMaintenanceWindow",
            method="POST",
            path="/maintenance-windows",
            entity="maintenance_window",
            operation=Operation.CREATE,
            success=201,
            summary="Create a maintenance window",
        ),
    ),
    components=(
        Component(id="C-1", path="pkg/maintenancewindow", purpose="rules and storage", requirements=("FR-1", "FR-2")),
        Component(id="C-2", path="cmd/maintenance-window-api", purpose="HTTP", requirements=("FR-1",)),
    ),
    resources=(Resource(logical_id="Table", type="AWS::DynamoDB::Table", purpose="records", stateful=True),),
    dependencies=(Dependency(module="github.com/aws/aws-lambda-go", version="v1.50.0", reason="Lambda"),),
    tests=(PlannedTest(criterion="AC-1.1", levels=("unit", "scenario")),),
    rollout=("create the stack by change set",),
    rollback=("delete the stack; the table is kept",),
    risks=("a table that is kept must be removed by hand",),
)

IMPLEMENTATION = Implementation(
    summary="Code and template.",
    files=(
        SourceFile(path="pkg/maintenancewindow/create.go", purpose="creation", requirements=("FR-1",)),
        SourceFile(path="pkg/maintenancewindow/store.go", purpose="storage", requirements=("FR-1", "FR-2")),
        SourceFile(path="deploy/maintenance-window/template.yaml", purpose="infrastructure"),
    ),
    commands=("cmd/maintenance-window-api",),
)

TESTS = TestSuite(
    summary="Table-driven tests.",
    files=(SourceFile(path="pkg/maintenancewindow/create_test.go", purpose="creation"),),
    cases=(
        TestCase(criterion="AC-1.1", package="pkg/maintenancewindow", name="TestCreate/created"),
        TestCase(criterion="AC-1.2", package="pkg/maintenancewindow", name="TestCreate/missing_start"),
        TestCase(criterion="AC-2.1", package="pkg/maintenancewindow", name="TestIsolation"),
    ),
)

VALIDATION = Validation(
    summary="Two stories.",
    scenarios=(
        Scenario(
            id="S-1",
            title="A window is created",
            criteria=("AC-1.1", "AC-1.2"),
            steps=(Call(method="POST", path="/maintenance-windows", status=201),),
        ),
        Scenario(
            id="S-2",
            title="Tenants are apart",
            criteria=("AC-2.1",),
            steps=(Call(method="GET", path="/maintenance-windows/1", tenant="other", status=404),),
        ),
    ),
)

RELEASE = Release(
    summary="Notes and runbook.",
    pull_request_title="feat: Maintenance Window API",
    stack="maintenance-window",
    parameters={"Stage": "demo"},
    smoke=("S-1",),
    rollback=("backend-factory cancel",),
    files=(SourceFile(path="docs/maintenance-window/release.md", purpose="notes"),),
)

DELIVERABLES: dict[PhaseId, Deliverable] = {
    PhaseId.SUMMARIZE: REQUIREMENTS,
    PhaseId.PLAN: PLAN,
    PhaseId.IMPLEMENT: IMPLEMENTATION,
    PhaseId.TEST: TESTS,
    PhaseId.VALIDATE: VALIDATION,
    PhaseId.COMMIT: RELEASE,
}
