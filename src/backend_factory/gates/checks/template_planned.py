"""The template holds exactly the planned resources and serves exactly the planned routes."""

from collections.abc import Iterator
from typing import Any

from backend_factory.delivery.stack.template import read_template
from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import AskerError
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.reading import NotText, text_of
from backend_factory.gates.stateful import TYPES
from backend_factory.gates.subject import Subject

_API, _ROUTE, _AUTHORIZER = (f"AWS::ApiGatewayV2::{name}" for name in ("Api", "Route", "Authorizer"))
_URL = "AWS::Lambda::Url"
_KEPT = "Retain"


async def examine(subject: Subject) -> Examination:
    """Resources by name and type, routes by key, sign-in on each route, data kept on deletion."""
    plan = subject.handed(Plan)
    path = plan.layout.template
    try:
        template = read_template(text_of(subject, path))
    except (NotText, RecursionError, AskerError) as error:
        return Examination("no template", (_finding(path, "unreadable", f"the template cannot be read: {error}"),))
    resources = template["Resources"]
    if strange := sorted(str(name) for name, each in resources.items() if not _is_resource(each)):
        return Examination("no template", (_finding(path, "unreadable", f"no resources: {', '.join(strange)}"),))
    findings = tuple(
        _finding(path, *objection)
        for objection in (
            *_hidden(template),
            *_resources(plan, resources),
            *_routes(plan, resources),
            *_doors(resources),
            *_data(plan, resources),
        )
    )
    return Examination(
        f"{len(resources)} resources, {len(plan.routes)} routes", findings, figures={"resources_count": len(resources)}
    )


def _finding(path: str, rule: str, message: str) -> Finding:
    return Finding(check=CHECK.id, rule=rule, message=message, file=path, mends=PhaseId.IMPLEMENT)


def _is_resource(each: Any) -> bool:
    return isinstance(each, dict) and isinstance(each.get("Properties", {}), dict)


def _hidden(template: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is deployed has to be what was read."""
    if "Transform" in template:
        yield "macro", "a macro rewrites the template after it was checked"
    for name, resource in template["Resources"].items():
        if "Condition" in resource:
            yield "conditional", f"{name} is created under a condition only"
        if "Fn::Transform" in resource.get("Properties", {}):
            yield "macro", f"a macro rewrites {name} after it was checked"


def _resources(plan: Plan, resources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    planned = {resource.logical_id: resource.type for resource in plan.resources}
    written = {name: resource.get("Type") for name, resource in resources.items()}
    for name in sorted(planned.keys() | written.keys()):
        if planned.get(name) != written.get(name):
            yield "resources-differ", f"{name}: planned as {planned.get(name)}, in the template as {written.get(name)}"


def _routes(plan: Plan, resources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    routes = {name: each.get("Properties", {}) for name, each in resources.items() if each.get("Type") == _ROUTE}
    served = {properties.get("RouteKey") for properties in routes.values() if isinstance(properties.get("RouteKey"), str)}
    planned = {f"{route.method} {route.path}" for route in plan.routes}
    for key in sorted(planned ^ served):
        yield "routes-differ", f"the route {key} is {'not served' if key in planned else 'not planned'}"
    for name, properties in routes.items():
        if not isinstance(properties.get("RouteKey"), str):
            yield "routes-differ", f"the key of the route {name} is not written out"
        authorizer = properties.get("AuthorizerId")
        named = resources.get(str(authorizer.get("Ref")), {}) if isinstance(authorizer, dict) else {}
        signed = named.get("Type") == _AUTHORIZER and named.get("Properties", {}).get("AuthorizerType") == "JWT"
        if properties.get("AuthorizationType") != "JWT" or not signed:
            yield "open-route", f"{name} can be called without signing in"


def _doors(resources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Ways in past the routes."""
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        if resource.get("Type") == _API and {"Target", "RouteKey", "Body", "BodyS3Location"} & properties.keys():
            yield "open-route", f"{name} brings routes of its own, which nobody has to sign in for"
        if resource.get("Type") == _URL and properties.get("AuthType") != "AWS_IAM":
            yield "open-route", f"{name} can be called without signing in"


def _data(plan: Plan, resources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    stateful = {each.logical_id for each in plan.resources if each.stateful}
    for name, resource in resources.items():
        kept = resource.get("DeletionPolicy") == resource.get("UpdateReplacePolicy") == _KEPT
        if (name in stateful or resource.get("Type") in TYPES) and not kept:
            yield "data-lost", f"{name} holds data and would be deleted with the stack or when replaced"


CHECK = Check(
    "template-planned", "The template has the planned resources and routes, each behind sign-in", (PhaseId.IMPLEMENT,), examine
)
