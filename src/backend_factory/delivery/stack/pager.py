"""Who is told when an alarm goes off: a topic to be told by, and somebody who listens to it."""

import asyncio
import json
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from backend_factory.delivery.stack.call import ask, attempt
from backend_factory.delivery.stack.emulator import Emulator

_TOPIC, _PAGER = "on-call", "pager"


async def topic(emulator: Emulator) -> str:
    """The ARN of the topic of who is on call; made when first asked for. Raises OperatorError if it is refused."""
    return str((await ask(emulator.client("sns"), "create_topic", Name=_TOPIC))["TopicArn"])


async def told(emulator: Emulator, alarms: Iterable[str], topics: Iterable[str], within: timedelta) -> frozenset[str]:
    """Sets each alarm off, as CloudWatch would, and listens to the topics: the names of those that were heard of.

    A topic that does not exist is one that nobody hears. Raises OperatorError if an alarm cannot be set off.
    """
    sqs, waiting = emulator.client("sqs"), set(alarms)
    queue = await _listening(emulator, sorted(set(topics)))
    for name in sorted(waiting):
        await ask(emulator.client("cloudwatch"), "set_alarm_state", AlarmName=name, StateValue="ALARM", StateReason="rehearsal")
    heard: set[str] = set()
    deadline = time.monotonic() + within.total_seconds()
    while waiting - heard and time.monotonic() < deadline:
        got = await ask(sqs, "receive_message", QueueUrl=queue, MaxNumberOfMessages=10)
        heard |= {_alarm(message) for message in got.get("Messages", ())}
        for message in got.get("Messages", ()):
            await ask(sqs, "delete_message", QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        if not got.get("Messages"):
            await asyncio.sleep(0.05)
    await ask(sqs, "delete_queue", QueueUrl=queue)
    return frozenset(waiting & heard)


async def _listening(emulator: Emulator, topics: list[str]) -> str:
    """The address of a queue that the topics write to."""
    sqs = emulator.client("sqs")
    queue = str((await ask(sqs, "create_queue", QueueName=_PAGER))["QueueUrl"])
    arn = (await ask(sqs, "get_queue_attributes", QueueUrl=queue, AttributeNames=["QueueArn"]))["Attributes"]["QueueArn"]
    may = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topics}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
    await ask(sqs, "set_queue_attributes", QueueUrl=queue, Attributes={"Policy": policy})
    for topic_arn in topics:
        # Where there is no such topic nobody is told, which shows.
        await attempt(emulator.client("sns"), "subscribe", TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)
    return queue


def _alarm(message: dict[str, Any]) -> str:
    try:
        return str(json.loads(json.loads(message["Body"])["Message"])["AlarmName"])
    except (ValueError, KeyError, TypeError):
        return ""
