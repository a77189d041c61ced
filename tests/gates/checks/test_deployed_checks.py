"""Checks on the deployed feature: the real binary on the emulator passes, each planted fault is found for the right reason."""

import json
import os
import re
import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from subjects import Bench, Files, only, planned, rules

from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.emulator_stack import EmulatorStack
from backend_factory.delivery.stack.identity import Identity
from backend_factory.delivery.stack.port import Change, ChangeSet, StackState
from backend_factory.delivery.stack.template import read_template
from backend_factory.domain.deliverable import Plan, Release, Resource, Validation
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.scenario import Call, Depth, Expectation, Scenario, Send
from backend_factory.gates.check import Gate
from backend_factory.gates.checks import change_set_reviewed, rollback_proven
from backend_factory.gates.judge import all_checks, gate_of, judge
from backend_factory.gates.rehearsal import Rehearsal, account
from backend_factory.gates.scenario.target import users
from backend_factory.gates.upgrade import Upgrade, rehearsed_upgrade
from backend_factory.testing.story import PLAN, RELEASE, REQUIREMENTS, VALIDATION
from backend_factory.workspace.golang import GoToolchain
from planting import faults, variants

Touch = Callable[[Upgrade], Upgrade]

FIXTURES = Path(__file__).parents[2] / "delivery" / "stack" / "fixtures"
TEMPLATE = (FIXTURES / "template.yaml").read_text().replace("ArtifactKey", "ApiArtifactKey")
FILES: Files = {
    "go.mod": (FIXTURES / "probe" / "go.mod").read_bytes(),
    "go.sum": (FIXTURES / "probe" / "go.sum").read_bytes(),
    "cmd/probe-api/main.go": (FIXTURES / "probe" / "main.go").read_bytes(),
    "deploy/probe/template.yaml": TEMPLATE,
}
RESOURCES = read_template(TEMPLATE)["Resources"]
ROUTE = PLAN.routes[0]
PROBE = planned(
    slug="probe",
    layout=PLAN.layout.model_copy(update={"api": "cmd/probe-api", "template": "deploy/probe/template.yaml"}),
    resources=tuple(Resource(logical_id=name, type=each["Type"], purpose="x") for name, each in RESOURCES.items()),
    routes=tuple(ROUTE.model_copy(update={"method": m, "path": "/items/{id}"}) for m in ("PUT", "GET")),
)
PUT = Call(method="PUT", path="/items/1", body={"name": "one"}, status=201, save={"id": "/id"})
GET = Call(method="GET", path="/items/{id}", status=200, expect=(Expectation(at="/name", test="equals", value="one"),))
STORY = Scenario(id="S-1", title="An item is kept", criteria=("AC-1.1", "AC-1.2"), steps=(PUT, GET))
APART = Scenario(
    id="S-2",
    title="Tenants are apart",
    criteria=("AC-2.1",),
    steps=(
        PUT.model_copy(update={"path": "/items/2"}),
        GET.model_copy(update={"tenant": "other", "status": 404, "expect": ()}),
        GET.model_copy(update={"tenant": "", "status": 401, "expect": ()}),
        GET.model_copy(update={"tenant": "!tampered", "status": 401, "expect": ()}),
    ),
)
POISON = Scenario(
    id="S-3",
    title="Poison is put aside",
    criteria=("AC-1.2",),
    steps=(
        PUT.model_copy(update={"path": "/items/3"}),
        Send(queue="QueueUrl", message='{"Tenant": "acme", "Body": "poison"}'),
        Depth(queue="DeadLetterQueueUrl", at_least=1),
    ),
)


def scenarios(*wanted: Scenario) -> Validation:
    return VALIDATION.model_copy(update={"scenarios": wanted})


@pytest.fixture(scope="session")
def modules(toolchain: GoToolchain) -> None:
    """The probe's modules, which a gate never fetches."""
    subprocess.run([str(toolchain.program), "mod", "download"], cwd=FIXTURES / "probe", check=True, env={**os.environ})


@pytest.fixture
def deployed(bench: Bench, modules: None) -> "Deployed":
    return Deployed(bench)


class Deployed:
    """Runs a gate's deployed checks on the probe."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def judged(
        self,
        gate: Gate,
        *,
        files: Files | None = None,
        plan: Plan = PROBE,
        validation: Validation | None = None,
        release: Release = RELEASE,
        only_checks: Sequence[str] = (),
    ) -> dict[str, CheckResult]:
        subject = await self._bench.subject(
            gate if isinstance(gate, PhaseId) else PhaseId.COMMIT,
            earlier={**FILES, **(files or {})},
            deliverables=[plan, validation or scenarios(STORY, APART), release, REQUIREMENTS],
        )
        wanted = [check for check in gate_of(gate, all_checks()) if not only_checks or check.id in only_checks]
        return {result.check: result for result in await judge(subject, wanted, lambda *_: None)}


def statuses(results: dict[str, CheckResult]) -> dict[str, str]:
    return {name: result.status for name, result in results.items()}


pytestmark = pytest.mark.go


@pytest.mark.variant("scenarios-hold", "a service of one file, in another style than the factory's")
async def test_a_feature_that_works_passes_its_validation(deployed: Deployed, bench: Bench) -> None:
    wanted = ["criteria-exercised", "lane", "scenarios-hold", "stack-created"]
    results = await deployed.judged(PhaseId.VALIDATE, validation=scenarios(STORY, APART, POISON), only_checks=wanted)

    assert statuses(results) == {
        "criteria-exercised": "passed",
        "lane": "passed",
        "scenarios-hold": "passed",
        "stack-created": "passed",
    }, results
    assert results["scenarios-hold"].figures["scenarios_passed_count"] == 3
    assert results["scenarios-hold"].figures["request_max_ms"] > 0
    assert "S-3" in bench.kept.texts["scenarios performed"]
    assert len(bench.kept.said) == 4


@pytest.mark.variant("change-set-reviewed", "a service of one file, in another style than the factory's")
@pytest.mark.variant("rollback-proven", "a service of one file, in another style than the factory's")
@pytest.mark.variant("smoke", "a service of one file, in another style than the factory's")
@pytest.mark.variant("stack-created", "a service of one file, in another style than the factory's")
async def test_a_feature_that_works_is_deployed_and_its_way_back_is_proven(deployed: Deployed, bench: Bench) -> None:
    results = await deployed.judged("stack")

    assert set(statuses(results).values()) == {"passed"}, results
    assert {"alarms-wired", "change-set-reviewed", "rollback-proven", "smoke", "stack-created"} <= results.keys()
    assert "UPDATE_ROLLBACK_COMPLETE" in bench.kept.texts["rollback"]
    assert results["stack-created"].figures["stack_resources_count"] == len(RESOURCES)


DENIED = TEMPLATE.replace("dynamodb:PutItem, ", "")
WRONG = str(FILES["cmd/probe-api/main.go"], "utf-8").replace('"name": name.Value}', '"name": name.Value + "!"}')  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("files", "validation", "told"),
    faults(
        "scenarios-hold",
        {
            "a scenario that expects another status": (
                {},
                scenarios(STORY.model_copy(update={"steps": (PUT.model_copy(update={"status": 200}),)}), APART),
                "S-1",
            ),
            "code that stores another name than it was given": (
                {"cmd/probe-api/main.go": WRONG},
                scenarios(STORY, APART),
                "step 2",
            ),
            "a role that allows too little": ({"deploy/probe/template.yaml": DENIED}, scenarios(STORY, APART), "step 1"),
        },
    ),
)
async def test_a_feature_that_answers_otherwise_is_found(
    deployed: Deployed, files: Files, validation: Validation, told: str
) -> None:
    results = await deployed.judged(PhaseId.VALIDATE, files=files, validation=validation)

    result = results["scenarios-hold"]
    assert results["stack-created"].status == "passed", results
    assert any(f.rule == "other-than-expected" and told in f.message and f.mends == PhaseId.IMPLEMENT for f in result.findings)
    assert all(f.expected and f.seen for f in result.findings)


@pytest.mark.fault("smoke", "code that stores another name than it was given")
async def test_a_failing_smoke_test_is_found_and_nothing_is_rolled_back_after_it(deployed: Deployed) -> None:
    results = await deployed.judged("stack", files={"cmd/probe-api/main.go": WRONG})

    assert (results["smoke"].status, results["rollback-proven"].status) == ("failed", "unavailable")
    assert rules(results["smoke"]) == {"other-than-expected"}


@pytest.mark.fault("smoke", "a smoke test that is no scenario")
async def test_a_smoke_test_that_does_not_exist_is_not_passed(deployed: Deployed) -> None:
    release = RELEASE.model_copy(update={"smoke": ("S-9",)})
    results = await deployed.judged("stack", release=release, only_checks=["smoke"])

    assert statuses(results) == {"smoke": "unavailable"}


@pytest.mark.fault("scenarios-hold", "no scenario at all")
async def test_no_scenario_at_all_is_not_passed(deployed: Deployed) -> None:
    results = await deployed.judged(PhaseId.VALIDATE, validation=scenarios(), only_checks=["scenarios-hold"])

    assert statuses(results) == {"scenarios-hold": "unavailable"}


def adding(resource: str) -> Files:
    return {"deploy/probe/template.yaml": TEMPLATE.replace("\nOutputs:", f"\n  Extra: {resource}\n\nOutputs:")}


@pytest.mark.fault("stack-created", "a resource type that the account does not know")
@pytest.mark.fault("change-set-reviewed", "a change set that the account refuses")
async def test_a_template_that_the_account_refuses_is_found(deployed: Deployed) -> None:
    results = await deployed.judged("stack", files=adding("{Type: AWS::No::Such}"))

    assert rules(results["stack-created"]) == {"refused"}
    assert "refused" in rules(results["change-set-reviewed"])
    assert (results["smoke"].status, results["rollback-proven"].status) == ("unavailable", "unavailable")


@pytest.mark.fault("stack-created", "a resource that never gets ready")
async def test_a_resource_that_cannot_be_created_is_found(deployed: Deployed) -> None:
    handle = "\n  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}\n\nOutputs:"
    extra = "{Type: AWS::CloudFormation::WaitCondition, Properties: {Handle: !Ref Handle, Timeout: '1', Count: 1}}"
    text = str(adding(extra)["deploy/probe/template.yaml"]).replace("\nOutputs:", handle)
    results = await deployed.judged(PhaseId.VALIDATE, files={"deploy/probe/template.yaml": text})

    result = results["stack-created"]
    assert result.status == "failed", result
    assert [(f.rule, f.mends) for f in result.findings] == [("not-created", PhaseId.IMPLEMENT)]
    assert "Extra" in result.findings[0].message
    assert results["scenarios-hold"].status == "unavailable"


@pytest.mark.fault("change-set-reviewed", "a queue that nobody planned")
async def test_a_change_set_with_something_unplanned_is_found(deployed: Deployed) -> None:
    results = await deployed.judged("stack", files=adding("{Type: AWS::SQS::Queue}"), only_checks=["change-set-reviewed"])

    assert (only(results["change-set-reviewed"]).rule, "Extra" in only(results["change-set-reviewed"]).message) == (
        "unplanned",
        True,
    )


@pytest.mark.fault("rollback-proven", "a stack on which a failed update changes nothing")
async def test_a_way_back_that_shows_nothing_is_not_proven(deployed: Deployed) -> None:
    queue = {"deploy/probe/template.yaml": "Resources:\n  Jobs: {Type: AWS::SQS::Queue}\n"}
    parameters = "Parameters:\n" + "".join(
        f"  {name}: {{Type: String}}\n" for name in ("Issuer", "Audience", "TenantClaim", "ArtifactBucket", "ApiArtifactKey")
    )
    files = {path: f"{parameters}{text}" for path, text in queue.items()}
    results = await deployed.judged("stack", files=files, only_checks=["stack-created", "rollback-proven"])

    assert results["stack-created"].status == "passed", results
    assert (only(results["rollback-proven"]).rule, only(results["rollback-proven"]).mends) == ("not-restored", PhaseId.IMPLEMENT)


@pytest.mark.parametrize(
    "files", [{"cmd/probe-api/main.go": "package main\n\nfunc {\n"}, {"deploy/probe/template.yaml": b"\xff\xfe"}]
)
async def test_what_cannot_be_deployed_at_all_is_not_passed(deployed: Deployed, files: Files) -> None:
    results = await deployed.judged("stack", files=files)

    del results["deployment-approved"]  # which looks at people, not at what is deployed
    assert set(statuses(results).values()) == {"unavailable"}


async def test_a_template_without_resources_is_refused_and_so_the_developers(deployed: Deployed) -> None:
    files = {"deploy/probe/template.yaml": "Description: nothing\n"}
    results = await deployed.judged("stack", files=files, only_checks=["change-set-reviewed"])

    assert only(results["change-set-reviewed"]).rule == "refused"


# ------------------------------------------------------------------ change-set-reviewed, on a stack that is there already


async def reviewed(bench: Bench, change: Change, *, stateful: bool) -> CheckResult:
    resource = Resource(logical_id="Store", type=change.type, purpose="x", stateful=stateful)
    subject = await bench.subject(PhaseId.COMMIT, deliverables=[planned(resources=(resource,))])
    proposal = ChangeSet(stack="probe", id="1", status="ready", changes=(change,))

    @asynccontextmanager
    async def account() -> AsyncIterator[Rehearsal]:
        emulator = Emulator(subject.scratch / "emulator", subject.sandbox)
        yield Rehearsal(emulator, EmulatorStack(emulator), Identity("", "", {}, {}, {}, {}), "probe", "", {}, proposal)

    await subject.resources.shared("account", account)
    (result,) = await judge(subject, [change_set_reviewed.CHECK], lambda *_: None)
    return result


@pytest.mark.parametrize(
    ("action", "replacement"),
    faults(
        "change-set-reviewed",
        {
            "data that is removed": ("Remove", ""),
            "data that is replaced": ("Modify", "True"),
            "data that may be replaced": ("Modify", "Conditional"),
            "data that is changed, nobody says how": ("Modify", ""),
            "data whose change is decided later": ("Dynamic", ""),
            "data that is imported": ("Import", ""),
        },
    ),
)
@pytest.mark.parametrize(("kind", "stateful"), [("AWS::DynamoDB::Table", False), ("AWS::SQS::Queue", True)])
async def test_data_that_would_be_lost_is_found_whatever_the_plan_calls_stateful(
    bench: Bench, action: str, replacement: str, kind: str, stateful: bool
) -> None:
    change = Change(action=action, logical_id="Store", type=kind, replacement=replacement)  # type: ignore[arg-type]

    assert only(await reviewed(bench, change, stateful=stateful)).rule == "data-lost"


@pytest.mark.parametrize(
    ("action", "replacement"),
    variants(
        "change-set-reviewed",
        [
            ("Add", ""),
            ("Modify", "False"),
        ],
        "{0} of a table, in place",
    ),
)
async def test_data_that_stays_may_be_changed_around(bench: Bench, action: str, replacement: str) -> None:
    change = Change(action=action, logical_id="Store", type="AWS::DynamoDB::Table", replacement=replacement)  # type: ignore[arg-type]

    assert (await reviewed(bench, change, stateful=True)).status == "passed"


# ------------------------------------------------------------------ permissions-needed

JOB = Scenario(
    id="S-4",
    title="A job is done in the background",
    criteria=("AC-2.1",),
    steps=(
        PUT.model_copy(update={"method": "POST", "path": "/jobs", "body": "fine", "status": 202, "save": {}}),
        GET.model_copy(update={"path": "/items/job", "expect": (), "within": 10.0}),
    ),
)
NEEDED = TEMPLATE.replace("dynamodb:PutItem, dynamodb:Query]", "dynamodb:PutItem]")
CODE = str(FILES["cmd/probe-api/main.go"], "utf-8")  # type: ignore[arg-type]
LOOK = '_, _ = a.table.Query(ctx, &dynamodb.QueryInput{TableName: aws.String(os.Getenv("TABLE_NAME"))})'
READ = "	out, err := a.table.GetItem(ctx,"
CARELESS = CODE.replace(READ, f"	{LOOK}\n{READ}", 1)


async def mutated(deployed: Deployed, template: str, *told: Scenario, code: str = CODE) -> CheckResult:
    results = await deployed.judged(
        PhaseId.VALIDATE,
        files={"deploy/probe/template.yaml": template, "cmd/probe-api/main.go": code},
        validation=scenarios(*told),
        only_checks=["permissions-needed"],
    )
    return results["permissions-needed"]


def in_managed_policies(template: str) -> str:
    """ServeRole's statements in a managed policy of the template."""
    read = read_template(template)
    (policy,) = read["Resources"]["ServeRole"]["Properties"].pop("Policies")
    read["Resources"]["ServePolicy"] = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"PolicyDocument": policy["PolicyDocument"]},
    }
    read["Resources"]["ServeRole"]["Properties"]["ManagedPolicyArns"] = [{"Ref": "ServePolicy"}]
    return json.dumps(read)


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(NEEDED, marks=pytest.mark.variant("permissions-needed", "permissions in roles")),
        pytest.param(
            in_managed_policies(NEEDED), marks=pytest.mark.variant("permissions-needed", "permissions in a managed policy")
        ),
    ],
)
async def test_permissions_that_somebody_misses_pass(deployed: Deployed, bench: Bench, template: str) -> None:
    result = await mutated(deployed, template, STORY, APART, JOB)

    assert result.status == "passed", result
    assert result.figures["permissions_missed_count"] == 4
    told = bench.kept.texts["permissions taken away"]
    assert "dynamodb:GetItem on table/Table of ServeRole: missed by S-1" in told
    assert "sqs:SendMessage on Jobs of ServeRole: missed by S-4" in told
    assert "dynamodb:PutItem on table/Table of WorkRole: missed by S-4" in told


@pytest.mark.parametrize(
    ("template", "code", "rule"),
    [
        pytest.param(
            TEMPLATE,
            CODE,
            "not-used",
            marks=pytest.mark.fault("permissions-needed", "a permission that the running feature never uses"),
        ),
        pytest.param(
            TEMPLATE,
            CARELESS,
            "not-missed",
            marks=pytest.mark.fault("permissions-needed", "a permission whose refusal the code swallows"),
        ),
    ],
)
async def test_a_permission_that_nobody_misses_is_found(deployed: Deployed, template: str, code: str, rule: str) -> None:
    found = only(await mutated(deployed, template, STORY, APART, JOB, code=code))

    assert (found.rule, found.message) == (rule, "nobody misses dynamodb:Query on table/Table of ServeRole")
    assert template.splitlines()[found.line - 1] == "  ServeRole:"


@pytest.mark.fault("permissions-needed", "scenarios that fail with all permissions, so that none can be missed")
async def test_mutants_of_what_does_not_work_anyway_are_not_passed(deployed: Deployed) -> None:
    wrong = STORY.model_copy(update={"steps": (PUT.model_copy(update={"status": 200}),)})

    assert (await mutated(deployed, NEEDED, wrong)).status == "unavailable"


# ------------------------------------------------------------------ alarms-wired

TOLD = "      AlarmActions: !If [SomebodyIsTold, [!Ref AlarmTopic], !Ref AWS::NoValue]\n"
QUEUE_NAME = "{Name: QueueName, Value: !GetAtt DeadLetters.QueueName}"


async def wired(deployed: Deployed, template: str) -> CheckResult:
    files = {"deploy/probe/template.yaml": template}
    return (await deployed.judged("stack", files=files, only_checks=["alarms-wired"]))["alarms-wired"]


def without_alarms() -> str:
    read = read_template(TEMPLATE)
    del read["Resources"]["DeadLettersAlarm"]
    return json.dumps(read)


@pytest.mark.parametrize(
    ("rule", "template"),
    [
        pytest.param(rule, template, marks=pytest.mark.fault("alarms-wired", planted))
        for rule, planted, template in (
            (
                "nothing-watched",
                "an alarm on a queue that does not exist",
                TEMPLATE.replace(QUEUE_NAME, "{Name: QueueName, Value: jobs-dead}"),
            ),
            (
                "nothing-watched",
                "an alarm on a queue by its address, which no metric has",
                TEMPLATE.replace(QUEUE_NAME, "{Name: QueueName, Value: !Ref DeadLetters}"),
            ),
            (
                "no-such-dimension",
                "an alarm with a misspelt dimension",
                TEMPLATE.replace(QUEUE_NAME, QUEUE_NAME.replace("QueueName,", "Queue,")),
            ),
            (
                "no-such-metric",
                "an alarm on a metric that AWS has not",
                TEMPLATE.replace("MetricName: Approx", "MetricName: Aprox"),
            ),
            ("not-heard", "an alarm that tells nobody", TEMPLATE.replace(TOLD, "")),
            ("not-heard", "an alarm that is switched off", TEMPLATE.replace(TOLD, f"{TOLD}      ActionsEnabled: false\n")),
            (
                "not-heard",
                "an alarm that tells a topic that does not exist",
                TEMPLATE.replace(TOLD, "      AlarmActions: [!Sub 'arn:aws:sns:${AWS::Region}:${AWS::AccountId}:nobody']\n"),
            ),
            ("no-alarm", "a stack without alarms", without_alarms()),
        )
    ],
)
async def test_an_alarm_that_watches_nothing_or_that_nobody_hears_is_found(deployed: Deployed, rule: str, template: str) -> None:
    assert only(await wired(deployed, template)).rule == rule


@pytest.mark.variant("alarms-wired", "a topic of the stack itself")
async def test_an_alarm_may_tell_a_topic_of_the_stack(deployed: Deployed) -> None:
    own = TEMPLATE.replace(TOLD, "      AlarmActions: [!Ref News]\n").replace(
        "\nOutputs:", "\n  News: {Type: AWS::SNS::Topic}\n\nOutputs:"
    )
    result = await wired(deployed, own)

    assert (result.status, result.figures) == ("passed", {"alarms_heard_count": 1})


# ------------------------------------------------------------------ rollback-proven, in an account that does not keep its word


class Forgetful(EmulatorStack):
    """Loses the table's items whenever it executes a change set."""

    async def execute(self, change_set: ChangeSet) -> StackState:
        state = await super().execute(change_set)
        client = self._emulator.client("dynamodb")
        for item in client.scan(TableName=state.outputs["TableName"])["Items"]:
            client.delete_item(TableName=state.outputs["TableName"], Key={name: item[name] for name in ("username", "key")})
        return state


class Withholding(EmulatorStack):
    """Takes the functions' permissions away whenever an update fails."""

    async def execute(self, change_set: ChangeSet) -> StackState:
        state = await super().execute(change_set)
        if "ROLLBACK" in state.status:
            denied = {"Effect": "Deny", "Action": "*", "Resource": "*"}
            document = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
            for role in (each.physical_id for each in state.resources if each.type == "AWS::IAM::Role"):
                self._emulator.client("iam").put_role_policy(RoleName=role, PolicyName="no", PolicyDocument=document)
        return state


@pytest.mark.parametrize(
    ("kind", "rule", "told"),
    [
        pytest.param(
            Forgetful, "data-lost", "Table", marks=pytest.mark.fault("rollback-proven", "a rollback after which items are gone")
        ),
        pytest.param(
            Withholding,
            "not-answering",
            "S-1",
            marks=pytest.mark.fault("rollback-proven", "a rollback after which the API does not answer"),
        ),
    ],
)
async def test_a_rollback_that_loses_data_or_leaves_the_api_silent_is_found(
    bench: Bench, modules: None, kind: type[EmulatorStack], rule: str, told: str
) -> None:
    given = [PROBE, scenarios(STORY, APART), RELEASE, REQUIREMENTS]
    subject = await bench.subject(PhaseId.COMMIT, earlier=FILES, deliverables=given)

    @asynccontextmanager
    async def unreliable() -> AsyncIterator[Rehearsal]:
        async with account(subject, "emulator", users([STORY, APART])) as at:
            yield replace(at, stack=kind(at.emulator))

    await subject.resources.shared("account", unreliable)
    (result,) = await judge(subject, [rollback_proven.CHECK], lambda *_: None)

    assert (only(result).rule, told in only(result).message) == (rule, True), result


# ------------------------------------------------------------------ change-set-reviewed, where the base branch has the stack


async def updated(bench: Bench, template: str, base: str = TEMPLATE, touch: Touch | None = None) -> CheckResult:
    """What is said about an update of the base's stack; `touch` may play with it once it is there."""
    written = read_template(template)["Resources"].items()
    plan = PROBE.model_copy(
        update={"resources": tuple(Resource(logical_id=name, type=each["Type"], purpose="x") for name, each in written)}
    )
    path = PROBE.layout.template
    subject = await bench.subject(PhaseId.COMMIT, before={path: base}, after={path: template}, deliverables=[plan])

    @asynccontextmanager
    async def touched() -> AsyncIterator[Upgrade]:
        async with rehearsed_upgrade(subject, base) as update:
            yield touch(update) if touch else update

    if touch:
        await subject.resources.shared("upgrade", touched)
    (result,) = await judge(subject, [change_set_reviewed.CHECK], lambda *_: None)
    return result


TABLE_NAMED = TEMPLATE.replace("      BillingMode:", "      TableName: items\n      BillingMode:", 1)
OTHER_KEYS = TEMPLATE.replace("{AttributeName: key, KeyType: RANGE}", "{AttributeName: sort, KeyType: RANGE}", 1).replace(
    "{AttributeName: key, AttributeType: S}", "{AttributeName: sort, AttributeType: S}", 1
)
RENAMED = re.sub(r"\bTable\b(?=[:.\n}])", "Store", TEMPLATE).replace("DynamoDB::Store", "DynamoDB::Table")
WITH_INDEX = TEMPLATE.replace(
    "      PointInTimeRecovery",
    """      GlobalSecondaryIndexes:
        - IndexName: by-key
          KeySchema: [{AttributeName: key, KeyType: HASH}]
          Projection: {ProjectionType: ALL}
      PointInTimeRecovery""",
    1,
)
STUCK = TEMPLATE.replace(
    "\nOutputs:",
    """
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
  Stuck: {Type: AWS::CloudFormation::WaitCondition, Properties: {Handle: !Ref Handle, Timeout: '1', Count: 1}}

Outputs:""",
)


@pytest.mark.parametrize(
    ("rule", "template"),
    [
        pytest.param(rule, template, marks=pytest.mark.fault("change-set-reviewed", planted))
        for rule, planted, template in (
            ("data-lost", "an update that gives the table other keys", OTHER_KEYS),
            ("data-lost", "an update that gives the table a name, and so makes it anew", TABLE_NAMED),
            ("data-lost", "an update that calls the table otherwise in the template", RENAMED),
            ("update-failed", "an update that cannot be finished", STUCK),
        )
    ],
)
async def test_an_update_that_loses_data_or_fails_is_found(bench: Bench, rule: str, template: str) -> None:
    result = await updated(bench, template)

    assert rules(result) == {rule}, result
    assert "which the base branch has" in result.summary


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(template, marks=pytest.mark.variant("change-set-reviewed", differs))
        for differs, template in (
            ("an update of nothing but code", TEMPLATE),
            ("an update that adds an index to a table with data", WITH_INDEX),
            ("an update of a function's timeout", TEMPLATE.replace("Timeout: 10", "Timeout: 9")),
            ("an update that takes a route away", re.sub(r"(?ms)^  PanicRoute:\n.*?(?=^  \w|^\w)", "", TEMPLATE)),
        )
    ],
)
async def test_an_update_that_keeps_the_data_passes(bench: Bench, template: str) -> None:
    result = await updated(bench, template)

    assert (result.status, result.findings) == ("passed", ()), result
    assert result.summary.endswith("2 items are as before")


@pytest.mark.fault("change-set-reviewed", "an update after which data is gone, though no change set said so")
async def test_data_that_is_gone_after_an_update_is_found_whatever_was_announced(bench: Bench) -> None:
    result = await updated(bench, TEMPLATE, touch=lambda update: replace(update, stack=Forgetful(update.emulator)))

    assert (only(result).rule, "Table held 1 items" in only(result).message) == ("data-lost", True)


@pytest.mark.parametrize(
    "base",
    [
        "Resources: {Table: {Type: AWS::No::Such}}\n",
        TEMPLATE.replace("Parameters:\n", "Parameters:\n  Colour: {Type: String}\n"),
    ],
)
async def test_a_base_that_cannot_be_deployed_is_not_passed(bench: Bench, base: str) -> None:
    assert (await updated(bench, TEMPLATE, base)).status == "unavailable"
