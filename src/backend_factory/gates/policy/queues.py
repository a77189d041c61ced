"""Messages are given enough time, tried again, and put aside where they cannot be processed."""

from collections.abc import Iterator

from backend_factory.gates.policy.functions import DEFAULT_SECONDS, SOURCE, called_later, functions, is_function, sources
from backend_factory.gates.policy.objection import Objection
from backend_factory.gates.policy.value import Reference, Value, as_dict, as_list, shown
from backend_factory.gates.policy.world import Resource, World

QUEUE = "AWS::SQS::Queue"
_DEFAULT_VISIBILITY, _DEFAULT_RETENTION = 30, 345_600
"""Seconds; https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html"""
_ROOM = 6
"""Visibility timeouts are six times the function's: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""


def queue_at(world: World, arn: Value) -> Resource | None:
    """The queue of that Arn, by reference or by its name."""
    if isinstance(arn, Reference):
        return world.behind(arn, QUEUE) if arn.attribute == "Arn" else None
    named = (each for each in world.of(QUEUE) if each.properties.get("QueueName") is not None)
    return next((each for each in named if str(arn).endswith(f":{each.properties['QueueName']}")), None)


def dead_letter_queues(world: World) -> list[Resource]:
    """Queues in which something puts aside what it could not process."""
    redriven = [as_dict(each.properties.get("RedrivePolicy")).get("deadLetterTargetArn") for each in world.of(QUEUE)]
    lambdas = [as_dict(each.properties.get("DeadLetterConfig")).get("TargetArn") for each in functions(world)]
    failed = [_on_failure(each) for each in world.of(SOURCE, "AWS::Lambda::EventInvokeConfig")]
    targets = [queue_at(world, arn) for arn in (*redriven, *lambdas, *failed) if arn is not None]
    return [each for each in world.of(QUEUE) if each in targets]


def consumed(world: World) -> list[Resource]:
    """Queues from which a function is fed."""
    fed = [queue_at(world, each.properties.get("EventSourceArn")) for each in world.of(SOURCE)]
    return [each for each in world.of(QUEUE) if each in fed]


def dead_letters(world: World) -> Iterator[Objection]:
    """Every queue has a dead-letter queue of the same template, reached after a few tries."""
    aside = dead_letter_queues(world)
    for queue in world.of(QUEUE):
        if queue in aside:
            continue
        policy = as_dict(queue.properties.get("RedrivePolicy"))
        target = queue_at(world, policy.get("deadLetterTargetArn"))
        if target is None or target is queue:
            yield Objection(
                queue.at,
                f"{queue.name} has no dead-letter queue",
                "RedrivePolicy with a queue of this template",
                shown(queue.properties.get("RedrivePolicy")),
            )
            continue
        tries, most = world.numbers(policy.get("maxReceiveCount")), world.thresholds.message_tries
        if tries is None or not 1 <= min(tries) <= max(tries) <= most:
            seen = shown(policy.get("maxReceiveCount"))
            yield Objection(
                (*queue.at, "RedrivePolicy"), f"{queue.name} tries a message too often", f"maxReceiveCount from 1 to {most}", seen
            )


def async_dead_letters(world: World) -> Iterator[Objection]:
    """Events that a function could not process are not lost."""
    for function in functions(world):
        caught = bool(as_dict(function.properties.get("DeadLetterConfig")).get("TargetArn")) or any(
            is_function(each.properties.get("FunctionName"), function) and _on_failure(each)
            for each in world.of("AWS::Lambda::EventInvokeConfig")
        )
        for caller in called_later(world, function):
            if not caught:
                yield Objection(
                    function.at, f"{function.name} loses what {caller.name} sends when it fails", "DeadLetterConfig", "none"
                )
        for source in sources(world, function):
            if queue_at(world, source.properties.get("EventSourceArn")) is None and not _on_failure(source):
                yield Objection(
                    source.at, f"{source.name} loses what {function.name} cannot process", "DestinationConfig.OnFailure", "none"
                )


def visibility(world: World) -> Iterator[Objection]:
    """A message comes back only after its function has surely ended."""
    for function, source, queue in _fed(world):
        timeout = world.numbers(function.properties.get("Timeout", DEFAULT_SECONDS))
        window = world.numbers(source.properties.get("MaximumBatchingWindowInSeconds", 0))
        hidden = world.numbers(queue.properties.get("VisibilityTimeout", _DEFAULT_VISIBILITY))
        needed = None if timeout is None or window is None else _ROOM * max(timeout) + max(window)
        if needed is None or hidden is None or min(hidden) < needed:
            expected = f"at least {'a known number of' if needed is None else f'{needed:g}'} seconds, {_ROOM} x the timeout"
            yield Objection(
                (*queue.at, "VisibilityTimeout"),
                f"{queue.name} shows a message again while {function.name} may still work on it",
                expected,
                shown(queue.properties.get("VisibilityTimeout", _DEFAULT_VISIBILITY)),
            )


def retention(world: World) -> Iterator[Objection]:
    """A dead letter keeps the age that it had: its queue must keep it longer than the first."""
    for queue in world.of(QUEUE):
        aside = queue_at(world, as_dict(queue.properties.get("RedrivePolicy")).get("deadLetterTargetArn"))
        if aside is None:
            continue
        kept, longer = (
            world.numbers(each.properties.get("MessageRetentionPeriod", _DEFAULT_RETENTION)) for each in (queue, aside)
        )
        if kept is None or longer is None or min(longer) <= max(kept):
            yield Objection(
                aside.at,
                f"{aside.name} may drop a message as soon as it arrives",
                f"MessageRetentionPeriod longer than that of {queue.name}",
                shown(aside.properties.get("MessageRetentionPeriod", _DEFAULT_RETENTION)),
            )


def one_by_one(world: World) -> Iterator[Objection]:
    """One bad message does not take the others of its batch with it."""
    for function, source, _ in _fed(world):
        size = world.numbers(source.properties.get("BatchSize", 10))
        reported = as_list(source.properties.get("FunctionResponseTypes"))
        if size != [1] and "ReportBatchItemFailures" not in reported:
            yield Objection(
                source.at,
                f"{source.name} tries a whole batch again when {function.name} fails on one message",
                "FunctionResponseTypes: [ReportBatchItemFailures]",
                shown(reported),
            )


def _fed(world: World) -> Iterator[tuple[Resource, Resource, Resource]]:
    for function in functions(world):
        for source in sources(world, function):
            queue = queue_at(world, source.properties.get("EventSourceArn"))
            if queue is not None:
                yield function, source, queue


def _on_failure(each: Resource) -> Value:
    return as_dict(as_dict(each.properties.get("DestinationConfig")).get("OnFailure")).get("Destination")
