"""What the account tells about queues."""

from datetime import timedelta

from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.observer import Depth, Observer


def queue(emulator: Emulator) -> str:
    url: str = emulator.client("sqs").create_queue(QueueName="jobs", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    return url


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


async def test_an_account_without_functions_has_no_logs(emulator: Emulator) -> None:
    assert await Observer(emulator).logs() == ()
