"""Functions are called only by what the template connects to them."""

from collections.abc import Iterator

from backend_factory.gates.policy.functions import INTEGRATION, called_later, calls, functions, is_function
from backend_factory.gates.policy.objection import Objection
from backend_factory.gates.policy.value import Given, Reference, Text, Value, parts_of, references, shown
from backend_factory.gates.policy.world import Resource, World

PERMISSION = "AWS::Lambda::Permission"
_SPEAKS_FOR = {
    "AWS::ApiGateway::RestApi": "apigateway.amazonaws.com",
    "AWS::ApiGatewayV2::Api": "apigateway.amazonaws.com",
    "AWS::Cognito::UserPool": "cognito-idp.amazonaws.com",
    "AWS::Events::Rule": "events.amazonaws.com",
    "AWS::Logs::LogGroup": "logs.amazonaws.com",
    "AWS::S3::Bucket": "s3.amazonaws.com",
    "AWS::SNS::Subscription": "sns.amazonaws.com",
    "AWS::SNS::Topic": "sns.amazonaws.com",
}
"""The principal with which a resource of that type calls a function."""


def principals(world: World) -> Iterator[Objection]:
    """The principal is the service of the resource that the permission names as its source."""
    for permission in world.of(PERMISSION):
        sources = [world.resources[each.name] for each in references(permission.properties.get("SourceArn"))]
        wanted = {_SPEAKS_FOR[each.type] for each in sources if each.type in _SPEAKS_FOR}
        seen = permission.properties.get("Principal")
        if seen not in (wanted or _SPEAKS_FOR.values()):
            expected = ", ".join(sorted(wanted)) or "the service that calls"
            yield Objection((*permission.at, "Principal"), f"{permission.name} lets in {shown(seen)}", expected, shown(seen))


def source_arns(world: World) -> Iterator[Objection]:
    """Whoever else uses the service must not be able to call the function."""
    for permission in world.of(PERMISSION):
        arn = permission.properties.get("SourceArn")
        if not _is_ours(world, arn):
            yield Objection(
                (*permission.at, "SourceArn") if arn is not None else permission.at,
                f"{permission.name} lets in every customer of {shown(permission.properties.get('Principal'))}",
                "the ARN of a resource of this template",
                shown(arn),
            )


def actions(world: World) -> Iterator[Objection]:
    """A permission allows to invoke, and nothing else."""
    for permission in world.of(PERMISSION):
        seen = permission.properties.get("Action")
        if seen not in ("lambda:InvokeFunction", "lambda:InvokeFunctionUrl"):
            yield Objection(
                (*permission.at, "Action"), f"{permission.name} allows more than to invoke", "lambda:InvokeFunction", shown(seen)
            )


def missing(world: World) -> Iterator[Objection]:
    """What the template connects to a function may call it."""
    for function in functions(world):
        apis = {
            each.name
            for integration in world.of(INTEGRATION)
            if calls(integration.properties.get("IntegrationUri"), function)
            for each in references(integration.properties.get("ApiId"))
        }
        later = (each for each in called_later(world, function) if each.type in _SPEAKS_FOR)
        for caller in [*(world.resources[name] for name in sorted(apis)), *later]:
            if not any(_lets(permission, function, caller) for permission in world.of(PERMISSION)):
                yield Objection(
                    function.at, f"{caller.name} may not call {function.name}", f"a permission for {caller.name}", "none"
                )


def _lets(permission: Resource, function: Resource, caller: Resource) -> bool:
    named = {each.name for each in references(permission.properties.get("SourceArn"))}
    sources = {caller.name, *(each.name for each in references(caller.properties.get("TopicArn")))}
    # One that names no source lets in everybody, this caller too: that is another rule's objection.
    return is_function(permission.properties.get("FunctionName"), function) and (not named or bool(named & sources))


def _is_ours(world: World, arn: Value) -> bool:
    """Whether it is a resource of this template, in this account, and nothing before its name is left open."""
    if isinstance(arn, Reference):
        return True
    parts = parts_of(arn)
    if not isinstance(arn, Text) or not any(isinstance(part, Reference) for part in parts):
        return False
    first = next(index for index, part in enumerate(parts) if isinstance(part, Reference))
    if any(isinstance(part, str) and "*" in part for part in parts[:first]):
        return False
    named = {part.name for part in parts if isinstance(part, Given)}
    target = world.resources[parts[first].name]  # type: ignore[union-attr]
    return target.type not in _OF_ACCOUNT or "AWS::AccountId" in named


_OF_ACCOUNT = frozenset({"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"})
"""Their ARNs are put together, and so could leave out the account."""
