"""The template holds exactly the planned resources and serves exactly the planned routes."""

from collections.abc import Iterator
from typing import Any

from backend_factory.delivery.stack.template import read_template
from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import AskerError
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject

_ROUTE = "AWS::ApiGatewayV2::Route"
_KEPT = "Retain"


async def examine(subject: Subject) -> Examination:
    """Resources by name and type, routes by key, sign-in on each route, data kept on deletion."""
    plan = subject.handed(Plan)
    path = plan.layout.template
    try:
        resources = read_template((subject.checkout / path).read_text(encoding="utf-8"))["Resources"]
    except (OSError, UnicodeDecodeError, AskerError) as error:
        return Examination("no template", (_finding(path, "unreadable", f"the template cannot be read: {error}"),))
    findings = tuple(
        _finding(path, *objection)
        for objection in (*_resources(plan, resources), *_routes(plan, resources), *_data(plan, resources))
    )
    return Examination(
        f"{len(resources)} resources, {len(plan.routes)} routes", findings, figures={"resources_count": len(resources)}
    )


def _finding(path: str, rule: str, message: str) -> Finding:
    return Finding(check=CHECK.id, rule=rule, message=message, file=path, mends=PhaseId.IMPLEMENT)


def _resources(plan: Plan, resources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    planned = {resource.logical_id: resource.type for resource in plan.resources}
    written = {name: resource.get("Type") for name, resource in resources.items()}
    for name in sorted(planned.keys() | written.keys()):
        if planned.get(name) != written.get(name):
            yield "resources-differ", f"{name}: planned as {planned.get(name)}, in the template as {written.get(name)}"


def _routes(plan: Plan, resources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    routes = {name: each.get("Properties", {}) for name, each in resources.items() if each.get("Type") == _ROUTE}
    served = {properties.get("RouteKey") for properties in routes.values()}
    planned = {f"{route.method} {route.path}" for route in plan.routes}
    for key in sorted(planned ^ {key for key in served if isinstance(key, str)}):
        yield "routes-differ", f"the route {key} is {'not served' if key in planned else 'not planned'}"
    for name, properties in routes.items():
        if properties.get("AuthorizationType") != "JWT" or not properties.get("AuthorizerId"):
            yield "open-route", f"{name} can be called without signing in"


def _data(plan: Plan, resources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for planned in plan.resources:
        policies = resources.get(planned.logical_id, {})
        if planned.stateful and {policies.get("DeletionPolicy"), policies.get("UpdateReplacePolicy")} != {_KEPT}:
            yield "data-lost", f"{planned.logical_id} holds data and would be deleted with the stack or when replaced"


CHECK = Check(
    "template-planned", "The template has the planned resources and routes, each behind sign-in", (PhaseId.IMPLEMENT,), examine
)
