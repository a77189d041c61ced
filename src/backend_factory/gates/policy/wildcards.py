"""Permissions name what they allow, and on what."""

from collections.abc import Iterator

from backend_factory.gates.policy.objection import Objection
from backend_factory.gates.policy.statements import BEYOND, ROLE, Statement, statements
from backend_factory.gates.policy.value import Given, Reference, Unknown, Value, parts_of, shown
from backend_factory.gates.policy.world import World

NOWHERE_NARROWER = {
    "cloudwatch:PutMetricData": "metrics have no ARN; narrow it by the condition cloudwatch:namespace",
    "ec2:CreateNetworkInterface": "Lambda makes interfaces in a VPC before they have an ARN",
    "ec2:DeleteNetworkInterface": "Lambda asks for it on everything, at creation",
    "ec2:DescribeNetworkInterfaces": "describing has no resource",
    "ec2:DescribeSubnets": "describing has no resource",
    "ec2:AssignPrivateIpAddresses": "Lambda asks for it on everything, at creation",
    "ec2:UnassignPrivateIpAddresses": "Lambda asks for it on everything, at creation",
    "xray:PutTelemetryRecords": "traces have no ARN",
    "xray:PutTraceSegments": "traces have no ARN",
}
"""Actions for which AWS allows no resource but *, and why (service authorization reference)."""
_WILD = ("*", "?")
_STACK = Given("AWS::StackName")
"""What begins with the stack's name is the stack's own, as a resource of the template is."""


def actions(world: World) -> Iterator[Objection]:
    """Each action by its name."""
    for statement in _allowed(world):
        for action in statement.actions:
            if not isinstance(action, str) or any(sign in action for sign in _WILD):
                yield Objection(
                    (*statement.at, "Action"),
                    f"{statement.owner} allows actions that it does not name",
                    "actions by name",
                    shown(action),
                )


def resources(world: World) -> Iterator[Objection]:
    """Each resource by its ARN; a star only within a resource of this template."""
    for statement in _allowed(world):
        free = bool(statement.actions) and all(action in NOWHERE_NARROWER for action in statement.actions)
        for resource in statement.resources or (None,):
            if not (free and resource == "*") and not _bounded(resource):
                yield Objection(
                    (*statement.at, "Resource"),
                    f"{statement.owner} allows {shown(list(statement.actions))} on what it does not name",
                    "ARNs of resources, with * only below one of this template",
                    shown(resource),
                )


def opposites(world: World) -> Iterator[Objection]:
    """NotAction and NotResource allow everything that nobody thought of."""
    for statement in _allowed(world):
        for key in BEYOND:
            if key in statement.keys:
                yield Objection((*statement.at, key), f"{statement.owner} allows all but a list", "Action and Resource", key)


def _allowed(world: World) -> Iterator[Statement]:
    for role in world.of(ROLE):
        yield from (each for each in statements(world, role) if each.allows)


def _bounded(resource: Value) -> bool:
    parts = parts_of(resource)
    if not parts or any(isinstance(part, Unknown) for part in parts):
        return False
    if any(isinstance(part, Given) and not part.name.startswith("AWS::") for part in parts):
        return False
    own = next((index for index, part in enumerate(parts) if isinstance(part, Reference) or part == _STACK), len(parts))
    return not any(isinstance(part, str) and any(sign in part for sign in _WILD) for part in parts[:own])
