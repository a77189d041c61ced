"""A small whole run as events, for tests of everything that reads runs: screens, reports, metrics."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from backend_factory.domain.assignment import Blocked, Finding, Survey
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
from backend_factory.domain.event import (
    Answered,
    Asked,
    Event,
    Finished,
    PhaseBlocked,
    PhaseDelivered,
    PhaseJudged,
    Prepared,
    Requested,
    StepDelivered,
    StepFailed,
)
from backend_factory.domain.feature import Entity, FeatureModel, Field, FieldType, Operation
from backend_factory.domain.gate import CheckResult, Evidence, Verdict
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.scenario import Call, Scenario

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXT = "I need an API for maintenance windows with a start and an owner, and a page that lists them"

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

_CHECKS = {
    PhaseId.SUMMARIZE: ("traceability", "Every demand is traced", "3 demands", {}),
    PhaseId.PLAN: ("openapi", "The contract is valid OpenAPI 3.1", "1 route", {}),
    PhaseId.IMPLEMENT: ("go-build", "Builds for both architectures", "2 packages", {}),
    PhaseId.TEST: ("go-coverage", "Changed lines are covered", "94.1 % of changed lines", {"coverage_percent": 94.1}),
    PhaseId.VALIDATE: ("scenarios", "Each criterion holds from outside", "2 scenarios", {"mean_ms": 12.5}),
    PhaseId.COMMIT: ("change-set", "Nothing stateful is replaced", "4 resources added", {}),
}

COMPILER_OUTPUT = b"pkg/maintenancewindow/create.go:12: undefined: startsAt\n"

FINDING = Finding(
    check="go-build",
    rule="compiles",
    message="undefined: startsAt",
    file="pkg/maintenancewindow/create.go",
    line=12,
    expected="a program that builds",
    seen="exit status 1",
    hint="declare it",
    mends=PhaseId.IMPLEMENT,
)


@dataclass
class Story:
    """Tells a run event by event; each call adds one and lets `seconds` pass."""

    start: datetime = START
    events: list[Event] = field(default_factory=list)
    evidence: dict[str, bytes] = field(default_factory=dict)
    seconds: float = 2.0

    @property
    def now(self) -> datetime:
        """When the next event happens."""
        return self.start + timedelta(seconds=self.seconds * len(self.events))

    def requested(self, text: str = TEXT, *, unattended: bool = False) -> "Story":
        """The request, and the worktree."""
        self.events += [
            Requested(
                at=self.now,
                text=text,
                ticket="CHAR-123",
                detection=DETECTION,
                repository="/home/ada/chariot",
                base_branch="main",
                base_commit="0" * 40,
                branch="feature/CHAR-123-maintenance-window",
                unattended=unattended,
            )
        ]
        self.events += [Prepared(at=self.now, worktree="/state/worktree", survey=Survey())]
        return self

    def delivered(self, phase: PhaseId, attempt: int = 1) -> "Story":
        """The member delivers, its files in a commit."""
        writes = phase not in (PhaseId.SUMMARIZE, PhaseId.VALIDATE)
        self.events.append(
            PhaseDelivered(
                at=self.now,
                phase=phase,
                attempt=attempt,
                runner="blueprint",
                deliverable=DELIVERABLES[phase],
                commit=f"{phase.number}{attempt}" + "a" * 38 if writes else "",
                seconds=1.0,
            )
        )
        return self

    def passed(self, phase: PhaseId, attempt: int = 1) -> "Story":
        """The gate passes."""
        self._judged(phase, attempt, "passed", ())
        return self

    def failed(self, phase: PhaseId, attempt: int = 1) -> "Story":
        """The gate sends back with a finding."""
        self._judged(phase, attempt, "rework", (FINDING,))
        return self

    def _judged(self, phase: PhaseId, attempt: int, verdict: str, findings: tuple[Finding, ...]) -> None:
        name, title, summary, figures = _CHECKS[phase]
        output = COMPILER_OUTPUT if findings else b"ok\n"
        digest = hashlib.sha256(output).hexdigest()
        self.evidence[digest] = output
        check = CheckResult(
            check=name,
            title=title,
            status="failed" if findings else "passed",
            summary=summary,
            findings=findings,
            evidence=(Evidence(title="output", sha256=digest, media_type="text/plain", bytes=len(output)),),
            figures=figures,
            duration=timedelta(seconds=0.5),
        )
        self.events.append(
            PhaseJudged(
                at=self.now,
                phase=phase,
                attempt=attempt,
                checks=(check,),
                verdict=Verdict(kind=verdict, phase=phase, findings=findings),
                seconds=0.5,
            )
        )

    def asked(self, phase: PhaseId, question: str = "Ready to assign Solution Architect for technical planning?") -> "Story":
        """The run waits at a checkpoint."""
        self.events.append(Asked(at=self.now, about="checkpoint", phase=phase, question=question))
        return self

    def blocked(self, phase: PhaseId, demand: str = "with pigeons") -> "Story":
        """The member cannot go on, and a person is asked."""
        blocked = Blocked(
            reason="unsupported_demand",
            demand=demand,
            needed="a carrier that has an API",
            tried=("looked for a known pattern",),
            question=f"Leave out “{demand}”?",
        )
        self.events.append(PhaseBlocked(at=self.now, phase=phase, attempt=1, runner="blueprint", blocked=blocked))
        self.events.append(
            Asked(
                at=self.now,
                about="escalation",
                phase=phase,
                question=blocked.question,
                tried=blocked.tried,
                needed=blocked.needed,
                demand=demand,
            )
        )
        return self

    def answered(self, answer: str = "go_on", *, by: str = "ada", remark: str = "") -> "Story":
        """A person answers."""
        self.events.append(Answered(at=self.now, answer=answer, by=by, remark=remark))
        return self

    def step(self, step: str, receipt: dict[str, str]) -> "Story":
        """A step of the delivery is done."""
        self.events.append(StepDelivered(at=self.now, step=step, receipt=receipt, seconds=3.0))
        return self

    def step_failed(self, step: str, reason: str = "the change set was refused") -> "Story":
        """A step of the delivery did not succeed."""
        self.events.append(StepFailed(at=self.now, step=step, reason=reason, seconds=3.0))
        return self

    def finished(self, outcome: str = "delivered", reason: str = "") -> "Story":
        """The run ends."""
        self.events.append(Finished(at=self.now, outcome=outcome, reason=reason))
        return self


def to_delivery(story: Story, *phases: PhaseId) -> Story:
    """Each of `phases` (all six if none is named) is delivered and passes at once."""
    for phase in phases or tuple(PhaseId):
        story.delivered(phase).passed(phase)
    return story


def delivered_run(*, start: datetime = START, text: str = TEXT) -> Story:
    """A run that was approved once, sent back once by a gate, and delivered."""
    story = Story(start=start).requested(text)
    story.delivered(PhaseId.SUMMARIZE).passed(PhaseId.SUMMARIZE).asked(PhaseId.SUMMARIZE).answered()
    to_delivery(story, PhaseId.PLAN)
    story.delivered(PhaseId.IMPLEMENT).failed(PhaseId.IMPLEMENT)
    story.delivered(PhaseId.IMPLEMENT, 2).passed(PhaseId.IMPLEMENT, 2)
    to_delivery(story, PhaseId.TEST, PhaseId.VALIDATE, PhaseId.COMMIT)
    story.step("branch", {"branch": "feature/CHAR-123-maintenance-window", "commit": "6" * 40})
    story.step("stack", {"stack": "maintenance-window", "status": "CREATE_COMPLETE", "rollback": "proven"})
    story.step("pull_request", {"number": "1", "title": "feat: Maintenance Window API"})
    return story.finished()


_FREE_TEXT = frozenset(
    {"text", "title", "summary", "statement", "quote", "note", "reason", "message", "hint", "expected", "seen", "question"}
    | {"needed", "tried", "remark", "by", "given", "when", "then", "frontend", "purpose", "choice", "topic", "rejected"}
    | {"risks", "rollout", "rollback", "name", "path", "file", "package", "ticket", "branch", "receipt", "rule", "target"}
    | {"runbook", "contract", "design", "smoke", "runner", "demand", "files", "logical_id", "type_", "base_branch"}
)


def hostile(story: Story, poison: str) -> Story:
    """The same run with `poison` in every text that a stranger can choose."""
    events = [type(event).model_validate(_poisoned(event.model_dump(mode="json"), poison)) for event in story.events]
    return Story(start=story.start, events=events, evidence=story.evidence, seconds=story.seconds)


def _poisoned(value: object, poison: str, name: str = "") -> object:
    match value:
        case dict():
            return {key: _poisoned(each, poison, name if name == "receipt" else key) for key, each in value.items()}
        case list():
            return [_poisoned(each, poison, name) for each in value]
        case str() if value and name in _FREE_TEXT:
            return value + poison
        case _:
            return value
