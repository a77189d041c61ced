"""Who may do what: the statements of a role, wherever in the template they are written."""

from collections.abc import Iterator
from dataclasses import dataclass

from backend_factory.gates.policy.objection import Path
from backend_factory.gates.policy.value import Value, as_dict, as_list
from backend_factory.gates.policy.world import Resource, World

ROLE = "AWS::IAM::Role"
_BESIDE = ("AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy")
BEYOND = ("NotAction", "NotResource")
"""What makes a statement say the opposite of a list."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy."""

    owner: str
    """The resource in which it is written."""
    at: Path
    effect: Value
    actions: tuple[Value, ...]
    resources: tuple[Value, ...]
    keys: frozenset[str]

    @property
    def allows(self) -> bool:
        """Whatever does not surely deny."""
        return bool(self.effect != "Deny")


def statements(world: World, role: Resource) -> Iterator[Statement]:
    """Those that are about `role`: its own policies, and policies of the template that are attached to it."""
    for index, policy in enumerate(as_list(role.properties.get("Policies"))):
        yield from _of(role, as_dict(policy).get("PolicyDocument"), (*role.at, "Policies", index, "PolicyDocument"))
    for policy in world.of(*_BESIDE):
        if _attached(world, policy, role):
            yield from _of(policy, policy.properties.get("PolicyDocument"), (*policy.at, "PolicyDocument"))


def elsewhere(world: World, role: Resource) -> Iterator[Value]:
    """Policies of the role that are written in no resource of the template."""
    for managed in as_list(role.properties.get("ManagedPolicyArns")):
        if world.behind(managed, "AWS::IAM::ManagedPolicy") is None:
            yield managed


def _attached(world: World, policy: Resource, role: Resource) -> bool:
    names = [*as_list(policy.properties.get("Roles")), *as_list(policy.properties.get("RoleName"))]
    if role.properties.get("RoleName") in names and "RoleName" in role.properties:
        return True
    taken = as_list(role.properties.get("ManagedPolicyArns"))
    return any(world.behind(name, ROLE) is role for name in names) or any(
        world.behind(arn, "AWS::IAM::ManagedPolicy") is policy for arn in taken
    )


def _of(owner: Resource, document: Value, at: Path) -> Iterator[Statement]:
    written = as_dict(document).get("Statement")
    for index, each in enumerate(as_list(written)):
        place = (*at, "Statement", index) if isinstance(written, list) else (*at, "Statement")
        said = as_dict(each)
        yield Statement(
            owner.name,
            place,
            said.get("Effect"),
            tuple(as_list(said.get("Action"))),
            tuple(as_list(said.get("Resource"))),
            frozenset(said),
        )
