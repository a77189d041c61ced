"""The API contract is valid OpenAPI 3.1 and has exactly the planned routes."""

import asyncio
from collections.abc import Iterator
from typing import Any

import yaml

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.reading import NotText, text_of
from backend_factory.gates.subject import Subject

_OPERATIONS = {"get", "put", "post", "patch", "delete", "head", "options", "trace", "$ref"}
"""What makes a path answer; a path item that is elsewhere counts as an operation that nobody planned."""
_REFERENCES = {"$ref", "$dynamicRef", "operationRef", "$id"}


class _Loader(yaml.SafeLoader):
    """YAML as a reader sees it: no alias that unfolds into gigabytes, no key whose first value is overruled by a second."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias, which could unfold into gigabytes")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if twice := {str(key) for key in keys if keys.count(key) > 1}:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: {', '.join(sorted(twice))} is there twice")
        return super().construct_mapping(node, deep)


async def examine(subject: Subject) -> Examination:
    """The contract's file against the specification and the plan."""
    plan = subject.handed(Plan)
    path = plan.layout.contract
    try:
        text = text_of(subject, path)
        contract = await asyncio.to_thread(yaml.load, text, _Loader)
    except (NotText, ValueError, RecursionError, yaml.YAMLError) as error:
        return Examination("no contract", (_finding(path, "unreadable", f"the contract cannot be read: {error}"),))
    problems = await asyncio.to_thread(_problems, contract)
    findings = (
        tuple(_finding(path, "invalid", message) for message in problems[:20])
        + _routes(plan, path, contract)
        + _answers(plan, path, contract)
    )
    summary = f"OpenAPI {contract.get('openapi') if isinstance(contract, dict) else '?'}, {len(plan.routes)} operations"
    return Examination(summary, findings, (subject.keep(path, text),), {"operations_count": len(plan.routes)})


def _finding(path: str, rule: str, message: str) -> Finding:
    return Finding(check=CHECK.id, rule=rule, message=message[:500], file=path, mends=PhaseId.PLAN)


def _problems(contract: Any) -> list[str]:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    if not isinstance(contract, dict) or not str(contract.get("openapi", "")).startswith("3.1"):
        return ["it is not an OpenAPI 3.1 document"]
    # The validator would fetch them, from wherever they say.
    if elsewhere := [name for name in _references(contract) if not name.startswith("#")]:
        return [f"{name} is outside the document" for name in elsewhere]
    try:
        errors = tuple(OpenAPIV31SpecValidator(contract).iter_errors())
    except Exception as error:  # noqa: BLE001 - it expects some of the shapes that it is there to check
        return [f"it is not shaped like OpenAPI: {type(error).__name__} {error}"]
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _references(each)
    if isinstance(value, dict):
        for name, each in value.items():
            if name in _REFERENCES and isinstance(each, str):
                yield each
            yield from _references(each)


def _routes(plan: Plan, path: str, contract: Any) -> tuple[Finding, ...]:
    paths = contract.get("paths") if isinstance(contract, dict) else None
    written = {
        (method.upper(), str(place)): operation.get("operationId", "") if isinstance(operation, dict) else ""
        for place, operations in (paths if isinstance(paths, dict) else {}).items()
        for method, operation in (operations if isinstance(operations, dict) else {}).items()
        if isinstance(method, str) and method in _OPERATIONS
    }
    planned = {(route.method, route.path): route.id for route in plan.routes}
    return tuple(
        _finding(
            path,
            "routes-differ",
            f"{' '.join(route)}: planned as {planned.get(route)!r}, in the contract as {written.get(route)!r}",
        )
        for route in sorted(planned.keys() | written.keys())
        if planned.get(route) != written.get(route)
    )


def _answers(plan: Plan, path: str, contract: Any) -> tuple[Finding, ...]:
    """Each planned operation says how it answers when all is well and when it is not, and wants a sign-in."""
    paths = contract.get("paths") if isinstance(contract, dict) else None
    found = []
    for route in plan.routes:
        place = paths.get(route.path) if isinstance(paths, dict) else None
        operation = place.get(route.method.lower()) if isinstance(place, dict) else None
        if not isinstance(operation, dict):
            continue
        answers = {str(status) for status in operation.get("responses") or ()}
        wanted = [status for status in (str(route.success), "401") if status not in answers]
        found += [("no-answer", f"{route.method} {route.path} does not say how it answers {status}") for status in wanted]
        if not _signed(operation.get("security", contract.get("security"))):
            found.append(("open", f"{route.method} {route.path} can be called without signing in"))
    return tuple(_finding(path, rule, message) for rule, message in found)


def _signed(security: Any) -> bool:
    """Whether every alternative asks for something: `{}` among them, or no list at all, lets everybody in."""
    return isinstance(security, list) and bool(security) and all(isinstance(each, dict) and each for each in security)


CHECK = Check("contract-valid", "The API contract is valid OpenAPI 3.1 and has the planned operations", (PhaseId.PLAN,), examine)
