"""Permissions that a function needs for what AWS does in its name: polling, logging, tracing, dead letters."""

from collections.abc import Iterator
from dataclasses import dataclass

from backend_factory.gates.policy.functions import sources
from backend_factory.gates.policy.queues import QUEUE, queue_at
from backend_factory.gates.policy.value import as_dict
from backend_factory.gates.policy.world import Resource, World

LOGGING = ("logs:CreateLogStream", "logs:PutLogEvents")
POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
_STREAMS = {
    "dynamodb": ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"),
    "kinesis": (
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
        "kinesis:ListStreams",
    ),
}
_NETWORK = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
_ALSO_NETWORK = ("ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses")
_TRACING = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
_SENDING = {QUEUE: "sqs:SendMessage", "AWS::SNS::Topic": "sns:Publish"}


@dataclass(frozen=True, slots=True)
class Service:
    """What AWS does in the function's name."""

    what: str
    """reads Queue for it"""
    actions: tuple[str, ...]
    on: str = ""
    """The logical id of the resource, where it is one of the template."""
    also: tuple[str, ...] = ()
    """May be allowed too."""


def services(world: World, function: Resource) -> Iterator[Service]:
    """All that AWS does for this function."""
    yield Service("writes its log", LOGGING)
    for source in sources(world, function):
        arn = source.properties.get("EventSourceArn")
        queue = queue_at(world, arn)
        if queue is not None:
            yield Service(f"reads {queue.name} for it", POLLING, queue.name, ("sqs:ChangeMessageVisibility",))
        elif stream := _stream(world, source):
            yield Service(f"reads {stream.name} for it", _STREAMS[stream.type.split("::")[1].lower()], stream.name)
        yield from _aside(world, as_dict(as_dict(source.properties.get("DestinationConfig")).get("OnFailure")).get("Destination"))
    yield from _aside(world, as_dict(function.properties.get("DeadLetterConfig")).get("TargetArn"))
    if as_dict(function.properties.get("TracingConfig")).get("Mode") == "Active":
        yield Service("writes its traces", _TRACING)
    if function.properties.get("VpcConfig"):
        yield Service("connects it to its network", _NETWORK, also=_ALSO_NETWORK)


def _stream(world: World, source: Resource) -> Resource | None:
    return world.behind(source.properties.get("EventSourceArn"), "AWS::DynamoDB::Table", "AWS::Kinesis::Stream")


def _aside(world: World, target: object) -> Iterator[Service]:
    found = world.behind(target, *_SENDING) if target is not None else None
    if found is not None:
        yield Service(f"puts aside in {found.name} what it could not process", (_SENDING[found.type],), found.name)


IN_ITS_NAME = frozenset((*LOGGING, *POLLING, *_TRACING, *_NETWORK, *_ALSO_NETWORK, "sqs:ChangeMessageVisibility"))
"""Actions that AWS does in a function's name, and emulators do without asking whether they are allowed."""
