"""Roles are taken on only by the services that run what uses them."""

from collections.abc import Iterator

from backend_factory.gates.policy.objection import Objection
from backend_factory.gates.policy.statements import ROLE, elsewhere
from backend_factory.gates.policy.value import as_dict, as_list, references, shown
from backend_factory.gates.policy.world import Resource, World

_RUNS = {
    "AWS::ApiGateway::Account": "apigateway.amazonaws.com",
    "AWS::ApiGatewayV2::Authorizer": "apigateway.amazonaws.com",
    "AWS::ApiGatewayV2::Integration": "apigateway.amazonaws.com",
    "AWS::Events::Rule": "events.amazonaws.com",
    "AWS::KinesisFirehose::DeliveryStream": "firehose.amazonaws.com",
    "AWS::Lambda::Function": "lambda.amazonaws.com",
    "AWS::Pipes::Pipe": "pipes.amazonaws.com",
    "AWS::Scheduler::Schedule": "scheduler.amazonaws.com",
    "AWS::StepFunctions::StateMachine": "states.amazonaws.com",
}
"""The service that takes on the role of a resource of that type, by AWS's service authorization reference."""
_POLICIES = frozenset({"AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy"})


def principals(world: World) -> Iterator[Objection]:
    """Only the services that need a role may take it on, and only to assume it."""
    for role in world.of(ROLE):
        document = as_dict(role.properties.get("AssumeRolePolicyDocument"))
        wanted = _users(world, role)
        for index, statement in enumerate(as_list(document.get("Statement"))):
            said = as_dict(statement)
            at = (*role.at, "AssumeRolePolicyDocument", "Statement", index)
            principal = as_dict(said.get("Principal"))
            trusted = {str(each) for each in as_list(principal.get("Service"))}
            if said.get("Effect") == "Deny":
                continue
            if set(principal) != {"Service"} or not trusted <= wanted or "NotPrincipal" in said:
                yield Objection(
                    at,
                    f"{role.name} can be taken on by others than those that use it",
                    f"Service: {', '.join(sorted(wanted)) or 'nobody, for nothing in the template uses it'}",
                    shown(said.get("Principal") or said.get("NotPrincipal")),
                )
            if as_list(said.get("Action")) != ["sts:AssumeRole"]:
                yield Objection(at, f"{role.name} allows more than to be taken on", "sts:AssumeRole", shown(said.get("Action")))
        missing = wanted - _trusted(document.get("Statement"))
        if missing:
            yield Objection(
                role.at, f"{role.name} cannot be taken on by what uses it", ", ".join(sorted(missing)), "no such principal"
            )


def managed(world: World) -> Iterator[Objection]:
    """What a role may do is written in the template."""
    for role in world.of(ROLE):
        for policy in elsewhere(world, role):
            yield Objection(
                (*role.at, "ManagedPolicyArns"),
                f"{role.name} has permissions that the template does not show",
                "statements in the template",
                shown(policy),
                "write out the actions and resources that the code needs",
            )


def standing(world: World) -> Iterator[Objection]:
    """Whoever acts does so in a role, for an hour; keys of users are for ever."""
    for user in world.of("AWS::IAM::User", "AWS::IAM::AccessKey", "AWS::IAM::Group"):
        yield Objection(user.at, f"{user.name} acts without an end", "a role", user.type)


def _users(world: World, role: Resource) -> set[str]:
    """Who must be able to take the role on."""
    users = (each for each in world.resources.values() if each.type not in _POLICIES)
    return {
        _RUNS[each.type]
        for each in users
        if each.type in _RUNS and any(found.name == role.name for found in references(each.properties))
    }


def _trusted(statements: object) -> set[str]:
    allowed = (as_dict(each) for each in as_list(statements))
    return {
        str(name)
        for each in allowed
        if each.get("Effect") == "Allow"
        for name in as_list(as_dict(each.get("Principal")).get("Service"))
    }
