"""Every function writes to a log group that is declared, ends, and is its own."""

from collections.abc import Iterator

from backend_factory.gates.policy.functions import GROUP, functions, log_groups, role_of
from backend_factory.gates.policy.objection import Objection
from backend_factory.gates.policy.statements import ROLE, Statement, statements
from backend_factory.gates.policy.value import Reference, Text, Value, joined, shown
from backend_factory.gates.policy.world import Resource, World


def declared(world: World) -> Iterator[Objection]:
    """Lambda makes a group that is kept for ever where the template has none."""
    for function in functions(world):
        if not any(log_groups(world, function)):
            yield Objection(
                function.at, f"{function.name} writes to a log group that nobody declared", "a log group of its name", "none"
            )


def retention(world: World) -> Iterator[Objection]:
    """Log lines are kept long enough, and not for ever."""
    for group in world.of(GROUP):
        days = world.numbers(group.properties.get("RetentionInDays"))
        if not days or min(days) < world.thresholds.log_days:
            yield Objection(
                group.at,
                f"{group.name} is kept {'for ever' if not days else 'too short'}",
                f"RetentionInDays, at least {world.thresholds.log_days}",
                shown(group.properties.get("RetentionInDays")),
            )


def permissions(world: World) -> Iterator[Objection]:
    """A function that can write to the logs of others can forge them."""
    for role in world.of(ROLE):
        used = [each for each in functions(world) if role_of(world, each) is role]
        own = [group for each in used for group in log_groups(world, each)]
        for statement in statements(world, role) if own else ():
            if statement.allows and _about_logs(statement):
                for resource in statement.resources:
                    if not any(_is(resource, group) for group in own):
                        yield Objection(
                            (*statement.at, "Resource"),
                            f"{statement.owner} lets its function write to logs that are not its own",
                            ", ".join(f"${{{group.name}.Arn}}" for group in own) or "the function's log group",
                            shown(resource),
                        )


def _about_logs(statement: Statement) -> bool:
    return any(isinstance(action, str) and action.startswith("logs:") for action in statement.actions)


def _is(resource: Value, group: Resource) -> bool:
    """The group, or its streams: by !GetAtt, or by the ARN written out."""
    arn = Reference(group.name, "Arn")
    name = group.properties.get("LogGroupName")
    if resource == arn or (isinstance(resource, Text) and resource.parts[0] == arn):
        return True
    ends = ("", ":*", ":log-stream:*")
    return isinstance(resource, Text) and any(
        _ends(resource, joined([":log-group:", each, end])) for each in (name, Reference(group.name)) if each for end in ends
    )


def _ends(text: Text, end: Value) -> bool:
    return str(text).endswith(str(end))
