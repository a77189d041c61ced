"""What the account tells about queues."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.observer import Depth, Observer

pytestmark = pytest.mark.asyncio(loop_scope="session")


def queue(emulator: Emulator) -> str:
    made = emulator.client("sqs").create_queue(QueueName=f"jobs-{secrets.token_hex(4)}", Attributes={"VisibilityTimeout": "60"})
    return str(made["QueueUrl"])


async def test_a_queues_depth_counts_what_waits_and_what_is_in_flight(emulator: Emulator) -> None:
    url, sqs, observer = queue(emulator), emulator.client("sqs"), Observer(emulator)
    for body in ("one", "two"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)
    assert await observer.depth(url) == Depth(waiting=1, in_flight=1, delayed=0)
    assert await observer.messages(url) == 2


async def test_waiting_for_messages_that_do_not_come_ends_with_what_there_is(emulator: Emulator) -> None:
    assert await Observer(emulator).wait_for_messages(queue(emulator), 1, timedelta(seconds=0.2)) == 0


async def test_quick_retries_bring_a_message_back_and_the_queue_is_as_before(emulator: Emulator) -> None:
    url, sqs, observer = queue(emulator), emulator.client("sqs"), Observer(emulator)
    async with observer.quick_retries(url):
        sqs.send_message(QueueUrl=url, MessageBody="one")
        assert "Messages" in sqs.receive_message(QueueUrl=url)
        assert "Messages" in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=3)
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    assert attributes == {"VisibilityTimeout": "60"}


async def test_functions_that_did_not_run_have_no_logs(emulator: Emulator) -> None:
    assert await Observer(emulator).logs(since=datetime.now(UTC)) == ()
