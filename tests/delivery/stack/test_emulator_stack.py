"""The stack port, held to by the emulator's adapter."""

from pathlib import Path

import pytest

from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.emulator_stack import EmulatorStack
from backend_factory.delivery.stack.port import ABSENT, Change, ChangeSet, Stack
from backend_factory.errors import InternalError, OperatorError
from backend_factory.testing.walls import strongest

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEVER_SIGNALLED = """
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
  Never:
    Type: AWS::CloudFormation::WaitCondition
    DependsOn: Jobs
    Properties: {Handle: !Ref Handle, Timeout: "1"}
Outputs:"""


async def test_a_proposal_says_what_it_would_add_and_changes_nothing(stack: Stack, queue_template: str) -> None:
    proposed = await stack.propose("demo", queue_template, {})
    assert proposed.status == "ready"
    assert proposed.changes == (Change(action="Add", logical_id="Jobs", type="AWS::SQS::Queue"),)
    assert not await stack.exists("demo")
    assert (await stack.describe("demo")).resources == ()


async def test_an_executed_proposal_is_a_stack_with_outputs_and_resources(stack: Stack, queue_template: str) -> None:
    state = await stack.execute(await stack.propose("demo", queue_template, {"Seconds": "45"}))
    assert state.complete
    assert state.status == "CREATE_COMPLETE"
    assert state.parameters == {"Seconds": "45"}
    assert state.outputs["QueueUrl"].startswith("http://127.0.0.1:")
    assert [(one.logical_id, one.type) for one in state.resources] == [("Jobs", "AWS::SQS::Queue")]
    assert state.template == queue_template
    assert await stack.exists("demo")
    assert await stack.stacks() == ("demo",)
    assert await stack.describe("demo") == state


async def test_the_same_proposal_again_is_unchanged_and_a_value(stack: Stack, queue_template: str) -> None:
    await stack.execute(await stack.propose("demo", queue_template, {}))
    again = await stack.propose("demo", queue_template, {})
    assert (again.status, again.changes) == ("unchanged", ())
    with pytest.raises(InternalError, match="unchanged"):
        await stack.execute(again)


async def test_proposing_twice_before_executing_is_as_proposing_once(stack: Stack, queue_template: str) -> None:
    await stack.propose("demo", queue_template, {})
    assert (await stack.execute(await stack.propose("demo", queue_template, {}))).complete


async def test_a_changed_parameter_is_a_modification_in_place(stack: Stack, queue_template: str) -> None:
    before = await stack.execute(await stack.propose("demo", queue_template, {}))
    proposed = await stack.propose("demo", queue_template, {"Seconds": "31"})
    assert proposed.changes == (Change(action="Modify", logical_id="Jobs", type="AWS::SQS::Queue", replacement="False"),)
    after = await stack.execute(proposed)
    assert after.status == "UPDATE_COMPLETE"
    assert after.outputs == before.outputs


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("Resources: {A: {Type: 'AWS::Nope::Nope'}}", "AWS::Nope::Nope"),
        ("{nonsense", "Template format error"),
        ("Parameters: {P: {Type: String}}\nResources: {A: {Type: 'AWS::SQS::Queue'}}", "'P'"),
    ],
)
async def test_a_template_that_is_refused_is_a_value_and_leaves_no_stack(stack: Stack, template: str, said: str) -> None:
    proposed = await stack.propose("demo", template, {})
    assert proposed.status == "refused"
    assert said in proposed.reason
    assert await stack.stacks() == ()


async def test_a_parameter_that_the_template_does_not_declare_is_refused_as_on_aws(stack: Stack, queue_template: str) -> None:
    proposed = await stack.propose("demo", queue_template, {"Minutes": "1"})
    assert (proposed.status, proposed.reason) == ("refused", "Parameters: [Minutes] do not exist in the template")


async def test_a_failed_creation_is_rolled_back_and_says_which_resource_and_why(stack: Stack, queue_template: str) -> None:
    template = queue_template.replace("\nOutputs:", NEVER_SIGNALLED)
    state = await stack.execute(await stack.propose("demo", template, {}))
    assert (state.status, state.complete) == ("ROLLBACK_COMPLETE", False)
    assert [one.logical_id for one in state.failures] == ["Never"]
    assert "timed out" in state.failures[0].reason


async def test_failures_are_those_of_the_last_operation(stack: Stack, queue_template: str) -> None:
    await stack.execute(await stack.propose("demo", queue_template, {}))
    failing = queue_template.replace("\nOutputs:", NEVER_SIGNALLED)
    assert (await stack.execute(await stack.propose("demo", failing, {}))).failures
    mended = await stack.execute(await stack.propose("demo", queue_template, {"Seconds": "9"}))
    assert (mended.complete, mended.failures) == (True, ())


async def test_deleting_leaves_nothing_and_may_be_repeated(stack: Stack, queue_template: str) -> None:
    await stack.execute(await stack.propose("demo", queue_template, {}))
    assert (await stack.delete("demo")).status == ABSENT
    assert (await stack.delete("demo")).status == ABSENT
    assert await stack.stacks() == ()
    assert not await stack.exists("demo")


async def test_drift_names_what_was_changed_by_hand(emulator: Emulator, stack: EmulatorStack, queue_template: str) -> None:
    state = await stack.execute(await stack.propose("demo", queue_template, {}))
    assert (await stack.drift("demo")).status == "IN_SYNC"
    emulator.client("sqs").set_queue_attributes(QueueUrl=state.outputs["QueueUrl"], Attributes={"VisibilityTimeout": "7"})
    drift = await stack.drift("demo")
    assert (drift.status, drift.drifted) == ("DRIFTED", ("Jobs",))


async def test_more_resources_than_fit_a_page_are_all_told(stack: Stack) -> None:
    queues = "\n".join(f"  Q{number}: {{Type: AWS::SQS::Queue}}" for number in range(120))
    proposed = await stack.propose("many", f"Resources:\n{queues}\n", {})
    assert len(proposed.changes) == 120
    assert len((await stack.execute(proposed)).resources) == 120


async def test_a_template_too_long_for_a_call_is_deployed_all_the_same(stack: Stack, queue_template: str) -> None:
    long = queue_template + "# a remark\n" * 6000
    state = await stack.execute(await stack.propose("long", long, {}))
    assert state.complete
    assert state.template == long
    assert (await stack.propose("long", long, {})).status == "unchanged"


async def test_a_change_set_that_is_not_ready_is_not_executed(stack: Stack) -> None:
    with pytest.raises(InternalError, match="refused"):
        await stack.execute(ChangeSet(stack="demo", status="refused"))


async def test_an_account_that_has_gone_is_the_operators_trouble(tmp_path: Path) -> None:
    async with Emulator(tmp_path, await strongest()) as emulator:
        gone = EmulatorStack(emulator)
    with pytest.raises(OperatorError, match=r"describe_stacks at http://127\.0\.0\.1:.* got no answer"):
        await gone.exists("demo")
