"""The template declares what was planned, allows what the code does, and is sound to CloudFormation's own linter."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from cfnlint.api import lint
from planned_features import ALL, hostile, notes, suppliers, vulnerabilities, windows

from backend_factory.delivery.stack.template import read_template
from backend_factory.domain.assignment import Survey
from backend_factory.domain.deliverable import Plan, Requirements
from backend_factory.errors import InternalError
from backend_factory.gates.policy.rules import broken
from backend_factory.runners.blueprint.implement import permissions
from backend_factory.runners.blueprint.implement.template import render
from backend_factory.runners.blueprint.indexes import indexes
from backend_factory.runners.blueprint.plan.layout import slug
from backend_factory.runners.blueprint.plan.planning import plan

Make = Callable[[], Requirements]
Json = dict[str, Any]


def planned(make: Make) -> Plan:
    requirements = make()
    made = plan(requirements, Survey(module="example.com/shop", go="1.26", files=("go.mod",)), name=slug(requirements))
    assert isinstance(made, Plan)
    return made


def read(make: Make) -> Json:
    return read_template(render(planned(make)))


def resources(make: Make, kind: str) -> dict[str, Json]:
    found = read(make)["Resources"].items()
    return {name: each["Properties"] for name, each in found if each["Type"] == kind}


@pytest.mark.parametrize("make", [vulnerabilities, suppliers, hostile])
def test_the_linter_has_nothing_to_say(make: Make) -> None:
    assert [str(match) for match in lint(render(planned(make)))] == []


@pytest.mark.parametrize("make", ALL)
def test_the_gates_rules_have_nothing_to_say(make: Make) -> None:
    assert [(rule.name, objection) for rule, objection in broken(read(make))] == []


@pytest.mark.parametrize("make", ALL)
def test_it_declares_exactly_the_planned_resources_in_their_order(make: Make) -> None:
    wanted = [(resource.logical_id, resource.type) for resource in planned(make).resources]
    assert [(name, each["Type"]) for name, each in read(make)["Resources"].items()] == wanted


@pytest.mark.parametrize("make", ALL)
def test_it_serves_exactly_the_planned_routes_and_none_without_a_token(make: Make) -> None:
    routes = resources(make, "AWS::ApiGatewayV2::Route").values()
    assert {route["RouteKey"] for route in routes} == {f"{r.method} {r.path}" for r in planned(make).routes}
    assert {route["AuthorizationType"] for route in routes} == {"JWT"}


@pytest.mark.parametrize("make", ALL)
def test_roles_allow_what_the_code_does_and_nothing_more(make: Make) -> None:
    made = planned(make)
    roles = resources(make, "AWS::IAM::Role")
    needed = {"ApiRole": permissions.api(made)} | ({"WorkerRole": permissions.worker(made)} if made.layout.worker else {})
    assert set(roles) == set(needed)
    for name, role in roles.items():
        statements = role["Policies"][0]["PolicyDocument"]["Statement"]
        allowed = {action for statement in statements for action in statement["Action"]}
        assert allowed == {each.action for each in needed[name]} | {"logs:CreateLogStream", "logs:PutLogEvents"}
        assert "*" not in str([statement["Resource"] for statement in statements])


@pytest.mark.parametrize("make", ALL)
def test_data_is_encrypted_recoverable_and_kept(make: Make) -> None:
    table = read(make)["Resources"]["Table"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    named = [index["IndexName"] for index in table["Properties"].get("GlobalSecondaryIndexes", [])]
    assert named == [index.name for index in indexes(planned(make).model)]


@pytest.mark.parametrize("make", ALL)
def test_every_function_has_its_own_log_group_with_an_end(make: Make) -> None:
    functions = resources(make, "AWS::Lambda::Function")
    groups = {group["LogGroupName"]["Fn::Sub"] for group in resources(make, "AWS::Logs::LogGroup").values()}
    for function in functions.values():
        assert f"/aws/lambda/{function['FunctionName']['Fn::Sub']}" in groups
    assert {group["RetentionInDays"] for group in resources(make, "AWS::Logs::LogGroup").values()} == {30}


def test_what_cannot_be_processed_goes_to_a_dead_letter_queue_of_this_queue_alone() -> None:
    queues = resources(vulnerabilities, "AWS::SQS::Queue")
    assert queues["Queue"]["RedrivePolicy"]["maxReceiveCount"] == 3
    assert queues["DeadLetterQueue"]["RedriveAllowPolicy"]["redrivePermission"] == "byQueue"
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())
    worker = resources(vulnerabilities, "AWS::Lambda::Function")["WorkerFunction"]
    assert queues["Queue"]["VisibilityTimeout"] >= 6 * worker["Timeout"]
    source = resources(vulnerabilities, "AWS::Lambda::EventSourceMapping")["WorkerSource"]
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize(("make", "outputs"), [(notes, 2), (vulnerabilities, 4)])
def test_outputs_name_what_others_need(make: Make, outputs: int) -> None:
    names = ["ApiEndpoint", "TableName", "QueueUrl", "DeadLetterQueueUrl"]
    assert list(read(make)["Outputs"]) == names[:outputs]


@pytest.mark.parametrize("make", [windows, suppliers])
def test_a_feature_without_background_work_asks_for_no_worker(make: Make) -> None:
    assert "WorkerArtifactKey" not in read(make)["Parameters"]


def test_every_alarm_tells_the_topic_that_is_given() -> None:
    for alarm in resources(vulnerabilities, "AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}


def test_the_words_of_a_stranger_stay_words() -> None:
    text = render(planned(hostile))
    assert read_template(text)["Description"] == " ".join(hostile().title.split())
    assert (
        sorted(token.value[1] for token in yaml.scan(text) if isinstance(token, yaml.TagToken) and token.value[1] not in TAGS)
        == []
    )


TAGS = {"Ref", "Sub", "GetAtt", "If", "Equals", "Not"}


@pytest.mark.parametrize("make", ALL)
def test_the_same_plan_gives_the_same_bytes(make: Make) -> None:
    assert render(planned(make)) == render(planned(make))


def test_a_plan_whose_resources_cannot_be_met_is_an_error_of_ours() -> None:
    made = planned(notes)
    with pytest.raises(InternalError, match="resources"):
        render(made.model_copy(update={"resources": made.resources[1:]}))
