"""What a role allows against what its function needs."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from backend_factory.gates.permissions.around import Service, services
from backend_factory.gates.permissions.needed import needed
from backend_factory.gates.permissions.sdk_calls import SdkCall
from backend_factory.gates.policy.functions import functions, role_of, sources
from backend_factory.gates.policy.objection import Objection
from backend_factory.gates.policy.statements import Statement, statements
from backend_factory.gates.policy.value import Given, Reference, Value, as_dict, parts_of, references
from backend_factory.gates.policy.world import Resource, World

_ADDRESSED = {
    "AWS::DynamoDB::Table": ("dynamodb", "TableName"),
    "AWS::S3::Bucket": ("s3", "BucketName"),
    "AWS::SNS::Topic": ("sns", "TopicName"),
    "AWS::SQS::Queue": ("sqs", "QueueName"),
    "AWS::SecretsManager::Secret": ("secretsmanager", "Name"),
    "AWS::StepFunctions::StateMachine": ("states", "StateMachineName"),
}
"""Type -> prefix of its actions, and the property that names it: what code can use only if it is told where it is."""


def objections(world: World, calls: Mapping[str, frozenset[SdkCall]]) -> Iterator[tuple[str, Objection]]:
    """(rule, objection) for each function; `calls` of each program go by the parameter that is the key of its zip."""
    for function in functions(world):
        code = as_dict(function.properties.get("Code")).get("S3Key")
        role = role_of(world, function)
        if not isinstance(code, Given) or code.name not in calls:
            expected = f"S3Key: !Ref {' or '.join(calls)}"
            yield "unknown-code", Objection(function.at, f"{function.name} runs no planned command", expected, str(code))
        elif role is None:
            yield (
                "no-role",
                Objection(function.at, f"{function.name} has no role of this template", "Role: !GetAtt ...Arn", "none"),
            )
        else:
            yield from _compared(world, function, role, calls[code.name])
            yield from _shared(world, function, role)


def _shared(world: World, function: Resource, role: Resource) -> Iterator[tuple[str, Objection]]:
    others = [each.name for each in functions(world) if each is not function and role_of(world, each) is role]
    if others and function.name < min(others):
        names = ", ".join([function.name, *others])
        yield "shared-role", Objection(role.at, f"{role.name} is the role of several functions", "a role for each", names)


def _compared(world: World, function: Resource, role: Resource, calls: frozenset[SdkCall]) -> Iterator[tuple[str, Objection]]:
    """Each permission too few, too many, or on what the function does not use."""
    said = [each for each in statements(world, role) if each.allows]
    around = tuple(services(world, function))
    yield from _too_few(world, function, role, said, calls, around)
    yield from _too_many(function, said, calls, around)
    yield from _unused(world, function, said, around)


def _too_few(
    world: World,
    function: Resource,
    role: Resource,
    said: list[Statement],
    calls: frozenset[SdkCall],
    around: tuple[Service, ...],
) -> Iterator[tuple[str, Objection]]:
    for call in sorted(calls):
        for actions in needed(call):
            if not any(_allowed(world, action, said) for action in actions):
                message = f"{function.name} calls {call.service}.{call.operation}, which {role.name} does not allow"
                yield "too-few", Objection(role.at, message, " or ".join(sorted(actions)), "not allowed")
    for service in around:
        for action in service.actions:
            if not _allowed(world, action, said, service.on):
                message = f"AWS {service.what} in the name of {function.name}, which {role.name} does not allow"
                expected = f"{action} on {service.on}" if service.on else action
                yield "too-few", Objection(role.at, message, expected, "not allowed")


def _too_many(
    function: Resource, said: list[Statement], calls: frozenset[SdkCall], around: tuple[Service, ...]
) -> Iterator[tuple[str, Objection]]:
    used = {action for call in calls for actions in needed(call) for action in actions}
    used |= {action for service in around for action in (*service.actions, *service.also)}
    for statement in said:
        for action in statement.actions:
            if not any(_covers(action, each) for each in used) and not _of_key(action):
                yield (
                    "too-many",
                    Objection(
                        (*statement.at, "Action"),
                        f"{statement.owner} allows {action}, which {function.name} cannot call",
                        f"only {', '.join(sorted(used))}",
                        str(action),
                        "take it away, or make the call",
                    ),
                )


def _unused(
    world: World, function: Resource, said: list[Statement], around: tuple[Service, ...]
) -> Iterator[tuple[str, Objection]]:
    """A permission on something that the function was never told of."""
    told = {each.name for each in references(as_dict(function.properties.get("Environment")))}
    variables = list(as_dict(as_dict(function.properties.get("Environment")).get("Variables")).values())
    told |= {each.on for each in around} | {
        each.name for source in sources(world, function) for each in references(source.properties)
    }
    for statement in said:
        for resource in statement.resources:
            target = _target(world, resource)
            if target is None or target.type not in _ADDRESSED or target.name in told:
                continue
            if target.properties.get(_ADDRESSED[target.type][1], _NOBODY) not in variables:
                message = f"{statement.owner} allows {function.name} to use {target.name}, of which it does not know"
                yield (
                    "unused",
                    Objection((*statement.at, "Resource"), message, "resources named in its environment", str(resource)),
                )


_NOBODY = object()


def _allowed(world: World, action: str, said: list[Statement], on: str = "") -> bool:
    return any(
        any(_covers(each, action) for each in statement.actions)
        and any(_fits(world, action, resource, on) for resource in statement.resources)
        for statement in said
    )


def _covers(pattern: Value, action: str) -> bool:
    return isinstance(pattern, str) and fnmatchcase(action.lower(), pattern.lower())


def _of_key(action: Value) -> bool:
    """Use of a key, which AWS makes when what is encrypted with it is used."""
    return action in ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey")


def _fits(world: World, action: str, resource: Value, on: str) -> bool:
    """Whether the action is about a resource of that kind; `on` is the one that it has to be."""
    target = _target(world, resource)
    if on:
        named = world.resources[on].properties.get("QueueName")
        return (target is not None and target.name == on) or (named is not None and str(resource).endswith(f":{named}"))
    if target is not None and target.type in _ADDRESSED:
        return _ADDRESSED[target.type][0] == action.split(":")[0]
    return True


def _target(world: World, resource: Value) -> Resource | None:
    """The resource with whose Arn it begins."""
    first = next(iter(parts_of(resource)), None)
    return world.resources.get(first.name) if isinstance(first, Reference) else None
