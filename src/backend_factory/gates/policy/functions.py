"""Functions of a template with what belongs to them: role, log group, and what calls them."""

from collections.abc import Iterator

from backend_factory.gates.policy.statements import ROLE
from backend_factory.gates.policy.value import Reference, Value, as_dict, as_list, joined, references
from backend_factory.gates.policy.world import Resource, World

FUNCTION = "AWS::Lambda::Function"
GROUP = "AWS::Logs::LogGroup"
SOURCE = "AWS::Lambda::EventSourceMapping"
INTEGRATION = "AWS::ApiGatewayV2::Integration"
DEFAULT_SECONDS, DEFAULT_MEGABYTES = 3, 128
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html"""


def functions(world: World) -> list[Resource]:
    """All functions."""
    return world.of(FUNCTION)


def role_of(world: World, function: Resource) -> Resource | None:
    """The function's role, if the template has it."""
    return world.behind(function.properties.get("Role"), ROLE)


def is_function(value: Value, function: Resource) -> bool:
    """Whether the value names the function: by reference, by its Arn, or by the name that it was given."""
    if isinstance(value, Reference):
        return value in (Reference(function.name), Reference(function.name, "Arn"))
    name = function.properties.get("FunctionName")
    return name is not None and value == name


def calls(value: Value, function: Resource) -> bool:
    """Whether a target (an integration's address, too) leads to the function."""
    return is_function(value, function) or any(is_function(each, function) for each in references(value))


def log_groups(world: World, function: Resource) -> Iterator[Resource]:
    """The declared log groups to which the function writes."""
    own = as_dict(function.properties.get("LoggingConfig")).get("LogGroup")
    wanted = [
        joined(["/aws/lambda/", name]) for name in (function.properties.get("FunctionName"), Reference(function.name)) if name
    ]
    for group in world.of(GROUP):
        name = group.properties.get("LogGroupName")
        if own is not None:
            if own == Reference(group.name) or (name is not None and own == name):
                yield group
        elif name is not None and name in wanted:
            yield group


def sources(world: World, function: Resource) -> list[Resource]:
    """The event source mappings that feed the function."""
    return [each for each in world.of(SOURCE) if is_function(each.properties.get("FunctionName"), function)]


def answers_http(world: World, function: Resource) -> bool:
    """Whether an HTTP API waits for the function."""
    return any(calls(each.properties.get("IntegrationUri"), function) for each in world.of(INTEGRATION))


def called_later(world: World, function: Resource) -> list[Resource]:
    """What invokes the function without waiting: events, notifications, schedules."""
    found = []
    for each in world.of("AWS::Events::Rule"):
        targets = [as_dict(target).get("Arn") for target in as_list(each.properties.get("Targets"))]
        found += [each] if any(is_function(target, function) for target in targets) else []
    for each in world.of("AWS::SNS::Subscription"):
        found += [each] if is_function(each.properties.get("Endpoint"), function) else []
    for each in world.of("AWS::Scheduler::Schedule"):
        found += [each] if is_function(as_dict(each.properties.get("Target")).get("Arn"), function) else []
    for each in world.of("AWS::S3::Bucket"):
        told = as_list(as_dict(each.properties.get("NotificationConfiguration")).get("LambdaConfigurations"))
        found += [each] if any(is_function(as_dict(one).get("Function"), function) for one in told) else []
    return found
