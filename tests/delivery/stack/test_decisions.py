"""What IAM decides about a role's calls is written down, and a batch needs the permission of one message, as on AWS."""

import json
from typing import Any

import pytest

from backend_factory.delivery.stack.account import REGION
from backend_factory.delivery.stack.call import Refusal, attempt
from backend_factory.delivery.stack.emulator import Decision, Emulator

ROLE = "arn:aws:iam::000000000000:role/sender"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:letters"


def acting(emulator: Emulator) -> Any:
    """The queue's client of somebody who may send one message, and nothing else."""
    import boto3

    allowed = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    iam = emulator.client("iam")
    iam.create_role(RoleName="sender", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(RoleName="sender", PolicyName="send", PolicyDocument=document)
    keys = emulator.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="one")["Credentials"]
    return boto3.client(
        "sqs",
        endpoint_url=emulator.endpoint,
        region_name=REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


@pytest.mark.asyncio(loop_scope="session")
async def test_what_is_allowed_and_what_is_refused_is_written_down(emulator: Emulator) -> None:
    queue = emulator.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    sender = acting(emulator)
    before = len(emulator.decisions())

    sent = await attempt(sender, "send_message_batch", QueueUrl=queue, Entries=[{"Id": "a", "MessageBody": "a"}])
    taken = await attempt(sender, "receive_message", QueueUrl=queue)

    assert (isinstance(sent, Refusal), isinstance(taken, Refusal)) == (False, True)
    principal = "arn:aws:sts::000000000000:assumed-role/sender/one"
    assert emulator.decisions()[before:] == (
        Decision(principal, "sqs:SendMessage", QUEUE, True),
        Decision(principal, "sqs:ReceiveMessage", QUEUE, False),
    )
