"""The API contract is valid OpenAPI 3.1 and has exactly the planned routes."""

import asyncio
from typing import Any

import yaml

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject

_METHODS = {"get", "put", "post", "patch", "delete"}


async def examine(subject: Subject) -> Examination:
    """The contract's file against the specification and the plan."""
    plan = subject.handed(Plan)
    path = plan.layout.contract
    try:
        text = (subject.checkout / path).read_text(encoding="utf-8")
        contract = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return Examination(f"{path} cannot be read", (_finding(path, "unreadable", f"the contract cannot be read: {error}"),))
    problems = await asyncio.to_thread(_problems, contract)
    findings = tuple(_finding(path, "invalid", message) for message in problems[:20]) + _routes(plan, path, contract)
    summary = f"OpenAPI {contract.get('openapi') if isinstance(contract, dict) else '?'}, {len(plan.routes)} operations"
    return Examination(summary, findings, (subject.keep(path, text),), {"operations_count": len(plan.routes)})


def _finding(path: str, rule: str, message: str) -> Finding:
    return Finding(check=CHECK.id, rule=rule, message=message[:500], file=path, mends=PhaseId.PLAN)


def _problems(contract: Any) -> list[str]:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    if not isinstance(contract, dict) or not str(contract.get("openapi", "")).startswith("3.1"):
        return ["it is not an OpenAPI 3.1 document"]
    errors = OpenAPIV31SpecValidator(contract).iter_errors()
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors]


def _routes(plan: Plan, path: str, contract: Any) -> tuple[Finding, ...]:
    paths = contract.get("paths", {}) if isinstance(contract, dict) else {}
    written = {
        (method.upper(), place): operation.get("operationId", "")
        for place, operations in paths.items()
        for method, operation in operations.items()
        if method in _METHODS
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


CHECK = Check("contract-valid", "The API contract is valid OpenAPI 3.1 and has the planned operations", (PhaseId.PLAN,), examine)
