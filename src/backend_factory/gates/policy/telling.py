"""Alarms: what can go wrong with functions and queues is told to somebody."""

from collections.abc import Iterator
from dataclasses import dataclass

from backend_factory.gates.policy.functions import functions, is_function
from backend_factory.gates.policy.objection import Objection
from backend_factory.gates.policy.queues import consumed, dead_letter_queues
from backend_factory.gates.policy.value import Reference, Value, as_dict, as_list, shown, truth
from backend_factory.gates.policy.world import Resource, World

ALARM = "AWS::CloudWatch::Alarm"
_OF_FUNCTIONS = ("Errors", "Throttles")
_AGE = "ApproximateAgeOfOldestMessage"
_DEPTH = "ApproximateNumberOfMessagesVisible"
_COUNTED = frozenset({*_OF_FUNCTIONS, _DEPTH})


@dataclass(frozen=True, slots=True)
class Watch:
    """A metric that an alarm watches."""

    alarm: Resource
    namespace: Value
    metric: Value
    dimensions: dict[str, Value]


def watches(world: World) -> Iterator[Watch]:
    """Every metric that the template's alarms watch, those of metric math too."""
    for alarm in world.of(ALARM):
        inner = (as_dict(as_dict(each).get("MetricStat")).get("Metric") for each in as_list(alarm.properties.get("Metrics")))
        for metric in [alarm.properties, *map(as_dict, inner)]:
            named = {str(as_dict(each).get("Name")): as_dict(each).get("Value") for each in as_list(metric.get("Dimensions"))}
            if metric.get("MetricName") is not None:
                yield Watch(alarm, metric.get("Namespace"), metric["MetricName"], named)


def of_functions(world: World) -> Iterator[Objection]:
    """Failures and throttles of each function."""
    watched = list(watches(world))
    for function in functions(world):
        for metric in _OF_FUNCTIONS:
            if not any(_watches_function(each, metric, function) for each in watched):
                yield _unwatched(function, metric, f"an alarm on AWS/Lambda {metric}, FunctionName: !Ref {function.name}")


def of_queues(world: World) -> Iterator[Objection]:
    """Messages that wait too long, and messages that were given up."""
    watched = list(watches(world))
    dead = {each.name: each for each in dead_letter_queues(world)}
    working = {each.name: each for each in consumed(world) if each.name not in dead}
    for metric, queues in ((_AGE, working), (_DEPTH, dead)):
        for queue in queues.values():
            if not any(_watches_queue(each, metric, queue) for each in watched):
                yield _unwatched(queue, metric, f"an alarm on AWS/SQS {metric}, QueueName: !GetAtt {queue.name}.QueueName")


def blind(world: World) -> Iterator[Objection]:
    """An alarm that cannot go off in time, or at all."""
    limits = world.thresholds
    for alarm in world.of(ALARM):
        said = alarm.properties
        if "ActionsEnabled" in said and not truth(said["ActionsEnabled"]):
            yield Objection((*alarm.at, "ActionsEnabled"), f"{alarm.name} tells nobody", "true", shown(said["ActionsEnabled"]))
        if said.get("MetricName") not in (*_COUNTED, _AGE):
            continue
        if not str(said.get("ComparisonOperator")).startswith("GreaterThan"):
            seen = shown(said.get("ComparisonOperator"))
            yield Objection((*alarm.at, "ComparisonOperator"), f"{alarm.name} goes off when all is well", "GreaterThan...", seen)
        count = world.numbers(said.get("Threshold"))
        if said.get("MetricName") in _COUNTED and (count is None or max(count) > limits.alarm_count):
            most = f"at most {limits.alarm_count}"
            yield Objection((*alarm.at, "Threshold"), f"{alarm.name} goes off too late", most, shown(said.get("Threshold")))
        periods = [world.numbers(said.get(name, 1)) for name in ("Period", "EvaluationPeriods")]
        seconds = None if None in periods else max(periods[0] or [0]) * max(periods[1] or [0])
        if seconds is None or seconds > limits.alarm_seconds:
            seen = "cannot be read" if seconds is None else f"{seconds:g} seconds"
            yield Objection(
                (*alarm.at, "Period"), f"{alarm.name} goes off too late", f"within {limits.alarm_seconds} seconds", seen
            )


def silent(world: World) -> Iterator[Objection]:
    """An alarm that nobody can be told of, however it is deployed."""
    for alarm in world.of(ALARM):
        if not as_list(alarm.properties.get("AlarmActions")):
            yield Objection(alarm.at, f"{alarm.name} tells nobody", "AlarmActions", "none")


def _unwatched(resource: Resource, metric: str, expected: str) -> Objection:
    return Objection(resource.at, f"nobody is told of {metric} of {resource.name}", expected, "no such alarm")


def _watches_function(watch: Watch, metric: str, function: Resource) -> bool:
    if (watch.namespace, watch.metric, set(watch.dimensions)) != ("AWS/Lambda", metric, {"FunctionName"}):
        return False
    value = watch.dimensions["FunctionName"]
    # The Arn names the function elsewhere; a metric knows its name only.
    return is_function(value, function) and value != Reference(function.name, "Arn")


def _watches_queue(watch: Watch, metric: str, queue: Resource) -> bool:
    if (watch.namespace, watch.metric, set(watch.dimensions)) != ("AWS/SQS", metric, {"QueueName"}):
        return False
    value, name = watch.dimensions["QueueName"], queue.properties.get("QueueName")
    return value == Reference(queue.name, "QueueName") or (name is not None and value == name)
