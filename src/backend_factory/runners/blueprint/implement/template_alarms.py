"""The alarms: each says what is wrong for users, and the runbook says what to do."""

from collections.abc import Mapping

from backend_factory.domain.deliverable import Plan
from backend_factory.runners.blueprint.implement.template_tags import GetAtt, If, Node, Ref
from backend_factory.runners.blueprint.resources import API, WORKER

PURPOSES = {each.logical_id: each.purpose for each in API + WORKER}

FUNCTION = "AWS/Lambda"
QUEUE = "AWS/SQS"
TABLE = "AWS/DynamoDB"


def alarms(plan: Plan) -> dict[str, Node]:
    """Every alarm by its logical id."""
    api = {"FunctionName": Ref("ApiFunction")}
    gateway = {"ApiId": Ref("HttpApi")}
    table = {"TableName": Ref("Table")}
    found = {
        "ServerErrorsAlarm": _metric("AWS/ApiGateway", "5xx", gateway, {"Statistic": "Sum", "Threshold": 5}, minutes=5),
        "LatencyAlarm": _metric("AWS/ApiGateway", "Latency", gateway, SLOWEST | {"Threshold": 1000}, minutes=5),
        "ApiErrorsAlarm": _metric(FUNCTION, "Errors", api, ANY, minutes=5),
        "ApiThrottlesAlarm": _metric(FUNCTION, "Throttles", api, ANY, minutes=5),
        "ReadThrottlesAlarm": _metric(TABLE, "ReadThrottleEvents", table, ANY, minutes=5),
        "WriteThrottlesAlarm": _metric(TABLE, "WriteThrottleEvents", table, ANY, minutes=5),
    }
    if plan.layout.worker:
        work = {"FunctionName": Ref("WorkerFunction")}
        dead = {"QueueName": GetAtt("DeadLetterQueue.QueueName")}
        queue = {"QueueName": GetAtt("Queue.QueueName")}
        found |= {
            "DeadLettersAlarm": _metric(QUEUE, "ApproximateNumberOfMessagesVisible", dead, MOST | {"Threshold": 0}, minutes=1),
            "QueueAgeAlarm": _metric(QUEUE, "ApproximateAgeOfOldestMessage", queue, MOST | {"Threshold": 900}, minutes=5),
            "WorkerErrorsAlarm": _metric(FUNCTION, "Errors", work, ANY, minutes=5),
            "WorkerThrottlesAlarm": _metric(FUNCTION, "Throttles", work, ANY, minutes=5),
        }
    return {name: _alarm(name, properties) for name, properties in found.items()}


ANY: Node = {"Statistic": "Sum", "Threshold": 0}
MOST: Node = {"Statistic": "Maximum"}
SLOWEST: Node = {"ExtendedStatistic": "p95", "EvaluationPeriods": 3}


def _metric(namespace: str, metric: str, dimensions: Mapping[str, str], rule: Node, *, minutes: int) -> Node:
    return {
        "Namespace": namespace,
        "MetricName": metric,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        "Period": minutes * 60,
        "EvaluationPeriods": 1,
        **rule,
    }


def _alarm(name: str, properties: Node) -> Node:
    told = If(("HasAlarmTopic", [Ref("AlarmTopic")], Ref("AWS::NoValue")))
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": PURPOSES[name],
            **properties,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": told,
            "OKActions": told,
        },
    }
