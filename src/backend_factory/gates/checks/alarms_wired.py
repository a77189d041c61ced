"""Each alarm watches something that was really created, and somebody hears it when it goes off."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from backend_factory.delivery.stack.call import ask
from backend_factory.delivery.stack.pager import told
from backend_factory.delivery.stack.port import Resource, StackState
from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.rehearsal import deployed, rehearsal
from backend_factory.gates.subject import Subject

_ALARM = "AWS::CloudWatch::Alarm"
_PATIENCE = timedelta(seconds=5)
_INVOKED = frozenset(
    {"Errors", "Throttles", "Duration", "Invocations", "ConcurrentExecutions", "DeadLetterErrors", "IteratorAge"}
)
_QUEUED = frozenset(
    {
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesVisible",
        "NumberOfEmptyReceives",
        "NumberOfMessagesDeleted",
        "NumberOfMessagesReceived",
        "NumberOfMessagesSent",
        "SentMessageSize",
    }
)
_STORED = frozenset(
    {
        "ConsumedReadCapacityUnits",
        "ConsumedWriteCapacityUnits",
        "ReadThrottleEvents",
        "WriteThrottleEvents",
        "SuccessfulRequestLatency",
        "SystemErrors",
        "ThrottledRequests",
        "ConditionalCheckFailedRequests",
    }
)
_SERVED = frozenset({"4xx", "5xx", "Count", "DataProcessed", "IntegrationLatency", "Latency"})
_NOTIFIED = frozenset({"NumberOfMessagesPublished", "NumberOfNotificationsDelivered", "NumberOfNotificationsFailed"})

METRICS: dict[str, tuple[frozenset[str], str, str, frozenset[str]]] = {
    "AWS/ApiGateway": (_SERVED, "ApiId", "AWS::ApiGatewayV2::Api", frozenset({"Stage", "Method", "Resource"})),
    "AWS/DynamoDB": (_STORED, "TableName", "AWS::DynamoDB::Table", frozenset({"GlobalSecondaryIndexName", "Operation"})),
    "AWS/Lambda": (_INVOKED, "FunctionName", "AWS::Lambda::Function", frozenset({"Resource"})),
    "AWS/SNS": (_NOTIFIED, "TopicName", "AWS::SNS::Topic", frozenset()),
    "AWS/SQS": (_QUEUED, "QueueName", "AWS::SQS::Queue", frozenset()),
}
"""Namespace -> its metrics, the dimension that names the resource, the resource's type, and further dimensions.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
"""


async def examine(subject: Subject) -> Examination:
    """The alarms in the account against the resources in it; then each is set off, and heard of or not."""
    state, at = await deployed(subject), await rehearsal(subject)
    ids = {each.physical_id: each.logical_id for each in state.resources if each.type == _ALARM}
    client = at.emulator.client("cloudwatch")
    described = await ask(client, "describe_alarms", AlarmNames=list(ids)) if ids else {}
    alarms = {ids[each["AlarmName"]]: each for each in described.get("MetricAlarms", ()) if each["AlarmName"] in ids}
    path = subject.handed(Plan).layout.template
    objections = [*_missing(ids, alarms), *(each for name, alarm in alarms.items() for each in _blind(name, alarm, state))]
    topics = [action for alarm in alarms.values() for action in alarm.get("AlarmActions", ()) if ":sns:" in action]
    heard = await told(
        at.emulator, [alarm["AlarmName"] for alarm in alarms.values()], topics, _PATIENCE if topics else timedelta()
    )
    for name, alarm in sorted(alarms.items()):
        if alarm["AlarmName"] not in heard:
            actions = ", ".join(alarm.get("AlarmActions", ())) or "no action"
            objections.append(("not-heard", f"nobody hears {name}", "a message on a topic when it goes off", actions))
    findings = tuple(
        Finding(check=CHECK.id, rule=rule, message=message, file=path, expected=expected, seen=seen, mends=PhaseId.IMPLEMENT)
        for rule, message, expected, seen in objections
    )
    return Examination(
        f"{len(heard)} of {len(ids)} alarms set off and heard", findings, figures={"alarms_heard_count": len(heard)}
    )


Objected = tuple[str, str, str, str]


def _missing(ids: dict[str, str], alarms: dict[str, Any]) -> Iterator[Objected]:
    if not ids:
        yield "no-alarm", "the stack has no alarm", "alarms for functions and queues", "none"
    for name in sorted(set(ids.values()) - alarms.keys()):
        yield "not-created", f"{name} is not in the account", "an alarm", "none"


def _blind(name: str, alarm: dict[str, Any], state: StackState) -> Iterator[Objected]:
    """What AWS never reports, of what does not exist."""
    namespace, metric = alarm.get("Namespace", ""), alarm.get("MetricName", "")
    if not namespace.startswith("AWS/"):
        return  # the feature's own metrics, or metric math
    known, dimension, kind, further = METRICS.get(namespace, (frozenset(), "", "", frozenset()))
    if metric not in known:
        yield "no-such-metric", f"{name} watches {namespace} {metric}", ", ".join(sorted(known)) or "a known namespace", metric
        return
    dimensions = {each["Name"]: each["Value"] for each in alarm.get("Dimensions", ())}
    if dimension not in dimensions or not dimensions.keys() - {dimension} <= further:
        yield (
            "no-such-dimension",
            f"{name} never sees a value",
            f"the dimension {dimension}",
            ", ".join(sorted(dimensions)) or "none",
        )
        return
    created = {_called(each) for each in state.resources if each.type == kind}
    if dimensions[dimension] not in created:
        yield "nothing-watched", f"{name} watches what does not exist", ", ".join(sorted(created)), dimensions[dimension]


def _called(resource: Resource) -> str:
    """What metrics call it: queues and topics by the end of their address."""
    return resource.physical_id.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


CHECK = Check("alarms-wired", "Each alarm watches what exists, and is heard", ("stack",), examine, after=("stack-created",))
