"""The proof that a failed update is taken back; with a function in Python, for nothing has to be compiled."""

import json
from functools import partial

import pytest

from backend_factory.delivery.stack.contents import Held, contents, leave_mark
from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.emulator_stack import EmulatorStack
from backend_factory.delivery.stack.port import ChangeSet, StackState
from backend_factory.delivery.stack.rollback import RollbackProof, failing, prove_rollback

in_the_session = pytest.mark.asyncio(loop_scope="session")

TEMPLATE = """
Parameters:
  Seconds: {Type: Number, Default: 3}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
  Work:
    Type: AWS::Lambda::Function
    Properties:
      Description: Works
      Runtime: python3.12
      Handler: index.handler
      Timeout: !Ref Seconds
      Role: !GetAtt Role.Arn
      Code: {ZipFile: "def handler(event, context): return {}"}
Outputs:
  Work: {Value: !GetAtt Work.Arn}
"""


async def nothing(state: StackState) -> tuple[Held, ...]:
    """A stack that holds no data."""
    return ()


async def deploy(stack: EmulatorStack, template: str) -> StackState:
    state = await stack.execute(await stack.propose("demo", template, {}))
    assert state.complete, state.failures
    return state


@in_the_session
async def test_a_stack_that_comes_back_is_proof(emulator: Emulator, stack: EmulatorStack) -> None:
    before = await deploy(stack, TEMPLATE)
    proof = await prove_rollback(stack, "demo", TEMPLATE, {"Seconds": "3"}, partial(contents, emulator))
    assert proof.proven
    assert [change.logical_id for change in proof.changed] == ["Work"]
    assert "timed out" in proof.cause
    after = await stack.describe("demo")
    assert (after.outputs, after.parameters, after.template) == (before.outputs, before.parameters, before.template)
    function = emulator.client("lambda").get_function_configuration(FunctionName=before.outputs["Work"])
    assert function["Description"] == "Works"
    assert RollbackProof.model_validate_json(proof.model_dump_json()) == proof


@in_the_session
async def test_an_update_that_changes_nothing_before_it_fails_proves_nothing(stack: EmulatorStack, queue_template: str) -> None:
    await deploy(stack, queue_template)
    proof = await prove_rollback(stack, "demo", queue_template, {}, nothing)
    assert proof.status == "UPDATE_ROLLBACK_COMPLETE"
    assert not proof.proven


@in_the_session
async def test_an_update_that_is_refused_proves_nothing_and_says_why(stack: EmulatorStack, queue_template: str) -> None:
    await deploy(stack, queue_template)
    proof = await prove_rollback(stack, "demo", TEMPLATE.replace("AWS::IAM::Role", "AWS::Nope::Nope"), {}, nothing)
    assert (proof.status, proof.proven) == ("CREATE_COMPLETE", False)
    assert "AWS::Nope::Nope" in proof.cause


class Forgetful(EmulatorStack):
    """An account that says it rolled back and did not."""

    async def execute(self, change_set: ChangeSet) -> StackState:
        state = await super().execute(change_set)
        self._emulator.client("lambda").update_function_configuration(
            FunctionName=state.outputs["Work"], Description="something else"
        )
        return state


@in_the_session
async def test_a_rollback_that_left_something_changed_is_no_proof(emulator: Emulator, stack: EmulatorStack) -> None:
    await deploy(stack, TEMPLATE)
    proof = await prove_rollback(Forgetful(emulator), "demo", TEMPLATE, {}, nothing)
    assert not proof.proven
    assert proof.drift.drifted == ("Work",)


KEEPING = TEMPLATE.replace(
    "Outputs:",
    """
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: owner, AttributeType: S}, {AttributeName: number, AttributeType: N}]
      KeySchema: [{AttributeName: owner, KeyType: HASH}, {AttributeName: number, KeyType: RANGE}]
  Files: {Type: AWS::S3::Bucket}
Outputs:""",
)


@in_the_session
async def test_data_that_was_there_before_is_there_after(emulator: Emulator, stack: EmulatorStack) -> None:
    state = await deploy(stack, KEEPING)
    assert await leave_mark(emulator, state) == 2
    proof = await prove_rollback(stack, "demo", KEEPING, {}, partial(contents, emulator))
    assert proof.proven
    assert [(held.logical_id, held.count) for held in proof.data_after] == [("Files", 1), ("Table", 1)]


@in_the_session
@pytest.mark.parametrize("lost", ["Table", "Files"])
async def test_a_rollback_that_lost_data_is_no_proof(emulator: Emulator, stack: EmulatorStack, lost: str) -> None:
    state = await deploy(stack, KEEPING)
    await leave_mark(emulator, state)
    names = {each.logical_id: each.physical_id for each in state.resources}

    class Losing(EmulatorStack):
        async def execute(self, change_set: ChangeSet) -> StackState:
            if lost == "Table":
                (item,) = emulator.client("dynamodb").scan(TableName=names[lost])["Items"]
                emulator.client("dynamodb").delete_item(TableName=names[lost], Key=item)
            else:
                emulator.client("s3").put_object(Bucket=names[lost], Key="kept-through-the-update", Body=b"other")
            return await super().execute(change_set)

    proof = await prove_rollback(Losing(emulator), "demo", KEEPING, {}, partial(contents, emulator))
    assert (proof.status, proof.drift.status, proof.proven) == ("UPDATE_ROLLBACK_COMPLETE", "IN_SYNC", False)
    assert [held for held in proof.data_after if held not in proof.data_before]


def test_the_failing_template_keeps_all_that_was_there() -> None:
    made = json.loads(failing(TEMPLATE))
    assert made["Parameters"] == {"Seconds": {"Type": "Number", "Default": 3}}
    assert made["Resources"]["Role"]["Properties"]["AssumeRolePolicyDocument"]["Version"] == "2012-10-17"
    assert made["Resources"]["Work"]["Properties"]["Timeout"] == {"Ref": "Seconds"}
    assert set(made["Resources"]) == {"Role", "Work", "RollbackProbe", "RollbackProbeHandle"}


def test_a_failing_template_can_be_made_of_one_without_functions(queue_template: str) -> None:
    assert json.loads(failing(queue_template))["Resources"]["RollbackProbe"]["DependsOn"] == ["Jobs"]


@pytest.mark.parametrize("form", [TEMPLATE, failing(TEMPLATE)])
def test_yaml_and_json_are_read_alike(form: str) -> None:
    assert "RollbackProbe" in json.loads(failing(form))["Resources"]
