"""Requirements and plan are held to what was asked: measurable, nothing dropped, nothing twice, every way back described."""

import json
from dataclasses import replace

import pytest
import yaml
from subjects import Bench, planned, rules

from backend_factory.domain.assignment import Survey
from backend_factory.domain.deliverable import (
    Component,
    Demand,
    Dependency,
    Implementation,
    Plan,
    Release,
    Requirements,
    Resource,
)
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.policy import Approval, Policy
from backend_factory.gates.checks import (
    contract_valid,
    demands_traced,
    deployment_approved,
    design_recorded,
    files_declared,
    functions_declared,
    plan_reuses,
    plan_traced,
    release_complete,
    requirements_complete,
)
from backend_factory.gates.judge import judge
from backend_factory.testing.story import IMPLEMENTATION, PLAN, RELEASE, REQUIREMENTS
from planting import faults, variants

# ------------------------------------------------------------------ demands-traced: what is set aside


def said(*parts: tuple[str, str], frontend: str = "a page that lists them") -> Requirements:
    listed = tuple(Demand(id=f"D-{n}", quote=q, disposition=d) for n, (q, d) in enumerate(parts, start=1))  # type: ignore[arg-type]
    first = next(demand.id for demand in listed if demand.disposition == "required")
    answering = tuple(r.model_copy(update={"demands": (first,)}) for r in REQUIREMENTS.requirements)
    return REQUIREMENTS.model_copy(update={"demands": listed, "requirements": answering, "frontend": frontend})


API = "I need an API for windows"


async def traced(bench: Bench, *parts: tuple[str, str], text: str = "") -> CheckResult:
    whole = text or " ".join(quote for quote, _ in parts)
    return await bench.judged(demands_traced.CHECK, deliverables=[said(*parts)], text=whole)


@pytest.mark.parametrize(
    ("quote", "disposition", "rule"),
    faults(
        "demands-traced",
        {
            "a field called context": ("with a status", "context", "set-aside"),
            "a rule called context": ("The end must be after the start.", "context", "set-aside"),
            "an operation called context": ("Delete them after thirty days.", "context", "set-aside"),
            "a limit inside a reason, called context": ("so that only admins can change them", "context", "set-aside"),
            "a statement of a field, called context": ("The owner is an e-mail address.", "context", "set-aside"),
            "an order called context": ("Please send reminders.", "context", "set-aside"),
            "correlation called context": ("and correlates with assets", "context", "set-aside"),
            "a backend demand handed to the frontend team": ("with an owner", "frontend", "not-frontend"),
            "a demand called out of scope by nobody": ("with an owner later than now", "excluded", "left-out"),
        },
    ),
)
async def test_a_demand_cannot_be_dropped_under_another_name(bench: Bench, quote: str, disposition: str, rule: str) -> None:
    result = await traced(bench, (API, "required"), (quote, disposition))

    assert rules(result) == {rule}
    assert {finding.mends for finding in result.findings} == {PhaseId.SUMMARIZE}


@pytest.mark.parametrize(
    ("quote",),
    variants(
        "demands-traced",
        [
            ("Thanks a lot, and have a nice morning!",),
            ("so that people can find a free room.",),
            ("because we lose track of them today",),
            ("Currently we keep them in spreadsheets.",),
            ("As a facility manager",),
            ("It should be fast.",),
            ("CHAR-77: windows",),
        ],
        "context: {0}",
    ),
)
async def test_what_asks_for_nothing_may_be_set_aside(bench: Bench, quote: str) -> None:
    text = f"{quote}\n{API}"

    result = await traced(bench, (quote, "context"), (API, "required"), text=text)

    assert result.status == "passed", result.findings


@pytest.mark.variant("demands-traced", "background under its heading")
async def test_what_stands_under_a_background_heading_is_background(bench: Bench) -> None:
    text = f"{API}\nBackground:\nOur hosts must be patched by hand."
    parts = ((API, "required"), ("Background:", "context"), ("Our hosts must be patched by hand.", "context"))

    assert (await traced(bench, *parts, text=text)).status == "passed"


@pytest.mark.variant("demands-traced", "what the request itself says is out of scope")
async def test_the_request_itself_may_leave_something_out(bench: Bench) -> None:
    text = f"{API}\nOut of scope:\n- reports as PDF"
    parts = ((API, "required"), ("Out of scope:", "context"), ("- reports as PDF", "excluded"))

    assert (await traced(bench, *parts, text=text)).status == "passed"


@pytest.mark.variant("demands-traced", "the part that detection gave to the frontend team")
async def test_the_frontend_part_is_handed_over(bench: Bench) -> None:
    assert (await traced(bench, (API, "required"), (", and a page that lists them.", "frontend"))).status == "passed"


# ------------------------------------------------------------------ requirements-complete: measurable


def outcome(**changed: str) -> Requirements:
    first, *others = REQUIREMENTS.requirements
    criteria = (first.criteria[0].model_copy(update=changed), *first.criteria[1:])
    return REQUIREMENTS.model_copy(update={"requirements": (first.model_copy(update={"criteria": criteria}), *others)})


@pytest.mark.parametrize(
    ("delivered", "rule"),
    faults(
        "requirements-complete",
        {
            "an outcome that nobody could see": (outcome(then="the system has understood it"), "not-observable"),
            "an outcome that works correctly": (outcome(then="it is stored correctly"), "not-measurable"),
            "an outcome that is its own premise": (outcome(then="a maintenance window is sent"), "says-it-twice"),
            "two criteria that say the same": (
                outcome(then=REQUIREMENTS.criteria[1].then, when=REQUIREMENTS.criteria[1].when),
                "same-criterion",
            ),
            "a success metric without a figure": (
                REQUIREMENTS.model_copy(
                    update={"metrics": (REQUIREMENTS.metrics[0].model_copy(update={"target": "users like it"}),)}
                ),
                "not-measurable",
            ),
            "a requirement that chooses the storage": (outcome(then="it is found in the NoSQL table"), "how-not-what"),
        },
    ),
)
async def test_a_criterion_that_cannot_be_measured_is_found(bench: Bench, delivered: Requirements, rule: str) -> None:
    result = await bench.judged(requirements_complete.CHECK, deliverables=[delivered])

    assert rule in rules(result), result
    assert all(f.mends is PhaseId.SUMMARIZE and f.hint for f in result.findings)


@pytest.mark.parametrize(
    ("then", "text"),
    variants(
        "requirements-complete",
        {
            "an outcome that is the value of a field": ("its owner is the one who sent it", "windows"),
            "an outcome in figures": ("3 of 3 within 2 seconds", "windows"),
            "technology that the request itself asks for": (
                "it is answered once the Kafka topic has it",
                "read windows from Kafka",
            ),
        },
    ),
)
async def test_other_ways_to_be_measurable_pass(bench: Bench, then: str, text: str) -> None:
    result = await bench.judged(requirements_complete.CHECK, deliverables=[outcome(then=then)], text=text)

    assert result.status == "passed", result.findings


# ------------------------------------------------------------------ plan-traced: the way back, the resources

TESTS = tuple(PLAN.tests[0].model_copy(update={"criterion": c.id}) for c in REQUIREMENTS.criteria)
ENTITY = PLAN.model.entities[0].model_copy(update={"operations": (PLAN.routes[0].operation,)})
MODEL = PLAN.model.model_copy(update={"entities": (ENTITY,)})
NEEDED = REQUIREMENTS.model_copy(update={"model": MODEL})


def built(**changed: object) -> Plan:
    return planned(**{"tests": TESTS, "model": MODEL, **changed})


@pytest.mark.parametrize(
    ("plan", "rule"),
    faults(
        "plan-traced",
        {
            "a rollback that does nothing": (built(rollback=("tell the team",)), "no-rollback"),
            "a rollback that forgets the data": (built(rollback=("deploy the former version again",)), "no-rollback"),
            "a table planned as if it held no data": (
                built(resources=(PLAN.resources[0].model_copy(update={"stateful": False}),)),
                "stateful",
            ),
            "two resources of one name": (built(resources=PLAN.resources * 2), "duplicate-resource"),
            "a resource without a purpose": (
                built(resources=(PLAN.resources[0].model_copy(update={"purpose": " "}),)),
                "unnamed-resource",
            ),
            "a component that builds nothing": (
                built(components=(*PLAN.components, Component(id="C-9", path="pkg/extra", purpose="extra", requirements=()))),
                "no-purpose",
            ),
            "a test of no criterion": (
                built(tests=(*TESTS, TESTS[0].model_copy(update={"criterion": "AC-9.9"}))),
                "unknown-criterion",
            ),
            "a component outside the repository": (
                built(components=(*PLAN.components, Component(id="C-9", path="../x", purpose="x", requirements=("FR-1",)))),
                "bad-path",
            ),
        },
    ),
)
async def test_a_plan_without_a_way_back_or_with_loose_ends_is_found(bench: Bench, plan: Plan, rule: str) -> None:
    result = await bench.judged(plan_traced.CHECK, deliverables=[plan, NEEDED])

    assert rules(result) == {rule}


@pytest.mark.variant("plan-traced", "a way back without the word rollback, and a plan that keeps no data")
async def test_a_plan_without_data_needs_no_word_on_it(bench: Bench) -> None:
    function = Resource(logical_id="Api", type="AWS::Lambda::Function", purpose="answers")
    plan = built(resources=(function,), rollback=("deploy the last good artefact again",))

    assert (await bench.judged(plan_traced.CHECK, deliverables=[plan, NEEDED])).status == "passed"


# ------------------------------------------------------------------ plan-reuses

SDK = Dependency(module="github.com/aws/aws-lambda-go", version="v1.55.1", reason="the runtime loop of Lambda")
HELD = Survey(
    module="example.com/chariot",
    requires={"github.com/google/uuid": "v1.6.0", "github.com/aws/aws-lambda-go": "v1.55.1"},
    files=("go.mod", "pkg/platform/page/page.go", "pkg/reports/report.go"),
)


def depending(**changed: object) -> Plan:
    return planned(dependencies=(SDK.model_copy(update={"present": True}), SDK.model_copy(update={"module": "x.y/z", **changed})))


def placed(path: str, *reused: str) -> Plan:
    component = Component(id="C-1", path=path, purpose="shared", requirements=("FR-1",))
    return planned(components=(component,), dependencies=(), reused=reused)


@pytest.mark.parametrize(
    ("plan", "rule"),
    faults(
        "plan-reuses",
        {
            "a module without a reason": (depending(reason=" "), "unjustified"),
            "a module because it is needed": (depending(reason="this library is needed"), "unjustified"),
            "a module whose reason is its own name": (depending(module="x.y/yaml", reason="yaml"), "unjustified"),
            "a module without an exact version": (depending(version="latest"), "not-pinned"),
            "a module planned as if it were there": (depending(present=True), "not-there"),
            "a module that is there, planned as new": (planned(dependencies=(SDK,)), "already-there"),
            "a second module for what one is there for": (
                depending(module="github.com/gofrs/uuid/v5", reason="random ids"),
                "another-module",
            ),
            "another major version of a module that is there": (
                depending(module="github.com/google/uuid/v2", reason="random ids"),
                "another-module",
            ),
            "one module twice": (planned(dependencies=(SDK.model_copy(update={"present": True}),) * 2), "duplicate-module"),
            "a path to reuse that does not exist": (placed("pkg/new", "pkg/nowhere.go"), "not-there"),
            "a package that exists, planned as new": (placed("pkg/platform"), "not-reused"),
            "a package that exists, planned again under another name": (placed("internal/report-utils"), "planned-again"),
        },
    ),
)
async def test_what_exists_is_not_planned_again(bench: Bench, plan: Plan, rule: str) -> None:
    result = await bench.judged(plan_reuses.CHECK, deliverables=[plan], survey=HELD)

    assert rules(result) == {rule}, result.findings
    assert all(f.mends is PhaseId.PLAN and f.hint for f in result.findings)


@pytest.mark.parametrize(
    ("plan",),
    variants(
        "plan-reuses",
        {
            "a new module of another kind": (depending(reason="parses CSV uploads"),),
            "what is there is reused by its folder": (placed("pkg/platform", "pkg/platform"),),
            "what is there is reused by its files": (placed("pkg/platform", "pkg/platform/page/page.go"),),
            "a new package beside what is there": (placed("pkg/reporting"),),
        },
    ),
)
async def test_reuse_in_other_words_passes(bench: Bench, plan: Plan) -> None:
    result = await bench.judged(plan_reuses.CHECK, deliverables=[plan], survey=HELD)

    assert result.status == "passed", result.findings


# ------------------------------------------------------------------ design-recorded, contract-valid

DESIGN = "FR-1 and FR-2 are built on Table with github.com/aws/aws-lambda-go.\n\n1. delete the stack; the table is kept\n"


@pytest.mark.parametrize(
    ("text", "rule"),
    faults(
        "design-recorded",
        {
            "a record without the way back": (DESIGN.partition("1.")[0], "no-rollback"),
            "a record that hides a new module": (DESIGN.replace("github.com/aws/aws-lambda-go", "a library"), "not-named"),
        },
    ),
)
async def test_a_design_record_that_hides_something_is_found(bench: Bench, text: str, rule: str) -> None:
    assert rules(await bench.judged(design_recorded.CHECK, after={PLAN.layout.design: text})) == {rule}


@pytest.mark.variant("design-recorded", "the way back as bold code")
async def test_markdown_around_the_words_of_a_record_does_not_matter(bench: Bench) -> None:
    text = DESIGN.replace("the table is kept", "**the `table` is kept**")

    assert (await bench.judged(design_recorded.CHECK, after={PLAN.layout.design: text})).status == "passed"


def contract(security: object = None, **responses: object) -> str:
    answers = {"201": {"description": "created"}, "401": {"description": "who?"}, **responses}
    operation = {"operationId": "createMaintenanceWindow", "responses": {k.lstrip("_"): v for k, v in answers.items() if v}}
    return yaml.safe_dump(
        {
            "openapi": "3.1.0",
            "info": {"title": "Windows", "version": "1"},
            "paths": {"/maintenance-windows": {"post": operation}},
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            **({"security": security} if security is not None else {}),
        }
    )


@pytest.mark.parametrize(
    ("text", "rule"),
    faults(
        "contract-valid",
        {
            "a contract that lets everybody in": (contract(), "open"),
            "a contract with a sign-in that one may leave out": (contract([{"token": []}, {}]), "open"),
            "an operation that does not say what success is": (
                contract([{"token": []}], **{"201": None, "200": {"description": "ok"}}),
                "no-answer",
            ),
            "an operation that does not say how it refuses": (contract([{"token": []}], **{"401": None}), "no-answer"),
        },
    ),
)
async def test_a_contract_that_says_too_little_is_found(bench: Bench, text: str, rule: str) -> None:
    assert rules(await bench.judged(contract_valid.CHECK, after={PLAN.layout.contract: text})) == {rule}


# ------------------------------------------------------------------ functions-declared, files-declared

MAIN = {"cmd/maintenance-window-api/main.go": "package main\n\nfunc main() {}\n"}


def implemented(*commands: str) -> Implementation:
    return IMPLEMENTATION.model_copy(update={"commands": commands})


@pytest.mark.parametrize(
    ("commands", "files", "rule"),
    faults(
        "functions-declared",
        {
            "a planned function that is not named": ((), MAIN, "no-command"),
            "a function that nobody planned": (("cmd/maintenance-window-api", "cmd/miner"), MAIN, "unplanned-command"),
            "a function that is no program": (
                ("cmd/maintenance-window-api",),
                {"cmd/maintenance-window-api/main.go": "package api\n"},
                "no-program",
            ),
            "a function that is not there": (("cmd/maintenance-window-api",), {"x.md": "x\n"}, "no-program"),
        },
    ),
)
async def test_a_function_that_is_not_what_was_planned_is_found(
    bench: Bench, commands: tuple[str, ...], files: dict[str, str | bytes | None], rule: str
) -> None:
    result = await bench.judged(functions_declared.CHECK, after=files, deliverables=[implemented(*commands)])

    assert rules(result) == {rule}


@pytest.mark.variant("functions-declared", "a program whose main is in a file of another name")
async def test_a_program_may_have_any_files(bench: Bench) -> None:
    files = {"cmd/maintenance-window-api/start.go": '// Starts.\npackage main\n\nimport "os"\n\nfunc main() {\n\tos.Exit(0)\n}\n'}
    result = await bench.judged(functions_declared.CHECK, after=files, deliverables=[implemented("cmd/maintenance-window-api")])

    assert result.status == "passed", result.findings


@pytest.mark.fault("files-declared", "a file said to serve a requirement that does not exist")
async def test_a_file_cannot_serve_an_invented_requirement(bench: Bench) -> None:
    file = IMPLEMENTATION.files[0].model_copy(update={"requirements": ("FR-9",)})
    delivered = IMPLEMENTATION.model_copy(update={"files": (file,)})

    result = await bench.judged(files_declared.CHECK, after={file.path: "package x\n"}, deliverables=[delivered])

    assert rules(result) == {"unknown-requirement"}


# ------------------------------------------------------------------ release-complete: parameters and stack

STAGE = {"Type": "String", "AllowedValues": ["demo", "live"]}
RELEASED: dict[str, str | bytes | None] = {
    PLAN.layout.notes: "FR-1, FR-2\n",
    PLAN.layout.runbook: "Errors: roll back\n",
    PLAN.layout.parameters: json.dumps([{"ParameterKey": "Stage", "ParameterValue": "demo"}]),
    PLAN.layout.template: json.dumps({"Parameters": {"Stage": STAGE}, "Resources": {}}),
}


def released(**changed: object) -> Release:
    return RELEASE.model_copy(update=changed)


@pytest.mark.parametrize(
    ("release", "parameters", "rule"),
    faults(
        "release-complete",
        {
            "a release that names another value than the file": (
                released(parameters={"Stage": "live"}),
                "demo",
                "parameters-differ",
            ),
            "a release that names no parameter": (released(parameters={}), "demo", "parameters-differ"),
            "a release with a parameter that the template has not": (
                released(parameters={"Stage": "demo", "Debug": "1"}),
                "demo",
                "unknown-parameter",
            ),
            "a value that the template does not allow": (released(parameters={"Stage": "prod"}), "prod", "bad-value"),
            "a stack that was not planned": (released(stack="another"), "demo", "other-stack"),
        },
    ),
)
async def test_what_the_release_says_is_what_the_files_say(bench: Bench, release: Release, parameters: str, rule: str) -> None:
    written = json.dumps([{"ParameterKey": "Stage", "ParameterValue": parameters}])
    plan = planned(resources=())
    result = await bench.judged(
        release_complete.CHECK, after={**RELEASED, PLAN.layout.parameters: written}, deliverables=[plan, release]
    )

    assert rules(result) == {rule}


@pytest.mark.variant("release-complete", "a pattern that only CloudFormation can read")
async def test_a_pattern_of_another_dialect_is_left_to_cloudformation(bench: Bench) -> None:
    stage = {"Type": "String", "AllowedPattern": "[a-z&&[^x]]++(?<!y"}
    template = json.dumps({"Parameters": {"Stage": stage}, "Resources": {}})
    result = await bench.judged(
        release_complete.CHECK, after={**RELEASED, PLAN.layout.template: template}, deliverables=[planned(resources=())]
    )

    assert result.status == "passed", result.findings


# ------------------------------------------------------------------ deployment-approved

NAMED = Approval(approvers=("ada@example.com",), deploy=("grace@example.com",))


async def approval(bench: Bench, policy: Approval, *, by: str, unattended: bool, requester: str = "") -> CheckResult:
    subject = await bench.subject(PhaseId.COMMIT)
    asked = {"policy": Policy(approval=policy), "unattended": unattended, "by": requester}
    run = subject.run.model_copy(update={"approved": by, "requested": subject.run.requested.model_copy(update=asked)})
    (result,) = await judge(replace(subject, run=run), [deployment_approved.CHECK], lambda *_: None)
    return result


@pytest.mark.parametrize(
    ("policy", "by", "unattended"),
    faults(
        "deployment-approved",
        {
            "an attended run that nobody approved": (Approval(), "", False),
            "an unattended run where the repository names who approves": (NAMED, "", True),
            "an approval by somebody without the right": (NAMED, "ada@example.com", False),
            "an approval by who asked for the run, where a second person is wanted": (
                Approval(second_person=True),
                "bob@example.com",
                False,
            ),
        },
    ),
)
async def test_a_deployment_without_a_right_approval_is_found(bench: Bench, policy: Approval, by: str, unattended: bool) -> None:
    result = await approval(bench, policy, by=by, unattended=unattended, requester="bob@example.com")

    assert rules(result) == {"not-approved"}


@pytest.mark.parametrize(
    ("policy", "by", "unattended"),
    variants(
        "deployment-approved",
        {
            "--yes where nobody is named": (Approval(), "", True),
            "--yes where the repository leaves it to that": (NAMED.model_copy(update={"unattended": True}), "", True),
            "an approver by another spelling": (NAMED, "Grace@Example.com", False),
            "anybody where nobody is named": (Approval(), "bob@example.com", False),
        },
    ),
)
async def test_a_right_approval_passes_and_is_told(bench: Bench, policy: Approval, by: str, unattended: bool) -> None:
    result = await approval(bench, policy, by=by, unattended=unattended)

    assert result.status == "passed", result.findings
    assert "approved" in result.summary


# ------------------------------------------------------------------ without what they read


@pytest.mark.parametrize("check", [plan_reuses.CHECK, functions_declared.CHECK], ids=lambda check: check.id)
async def test_what_cannot_be_read_is_not_passed(bench: Bench, check: object) -> None:
    result = await bench.judged(check, without=[Plan])  # type: ignore[arg-type]

    assert result.status == "unavailable"
