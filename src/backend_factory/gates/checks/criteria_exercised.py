"""Each acceptance criterion has a scenario, and the scenarios can be told apart."""

import re
from collections import Counter
from collections.abc import Iterator

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan, Requirements, Validation
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.scenario import Call
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """The scenarios against the requirements."""
    validation, wanted = subject.handed(Validation), subject.handed(Requirements)
    findings = tuple(
        Finding(check=CHECK.id, rule=rule, message=message, mends=PhaseId.VALIDATE)
        for rule, message in (*_objections(validation, wanted), *_elsewhere(validation, subject.handed(Plan)))
    )
    steps = sum(len(scenario.steps) for scenario in validation.scenarios)
    evidence = subject.keep("scenarios", validation.model_dump_json(indent=2))
    summary = f"{len(validation.scenarios)} scenarios with {steps} steps for {len(wanted.criteria)} criteria"
    return Examination(summary, findings, (evidence,), {"scenarios_count": len(validation.scenarios)})


def _objections(validation: Validation, wanted: Requirements) -> Iterator[tuple[str, str]]:
    exercised = {criterion for scenario in validation.scenarios for criterion in scenario.criteria}
    known = {criterion.id for criterion in wanted.criteria}
    for name in sorted(known - exercised):
        yield "not-exercised", f"no scenario exercises {name}"
    for name in sorted(exercised - known):
        yield "unknown-criterion", f"{name} is no criterion"
    for name, times in Counter(scenario.id for scenario in validation.scenarios).items():
        if times > 1:
            yield "duplicate-id", f"{times} scenarios are called {name}"
    for scenario in validation.scenarios:
        if not any(isinstance(step, Call) for step in scenario.steps):
            yield "no-call", f"{scenario.id} never calls the API"


def _elsewhere(validation: Validation, plan: Plan) -> Iterator[tuple[str, str]]:
    served = [(route.method, re.compile(re.sub(r"\\{[^/]*?\\}", "[^/]+", re.escape(route.path)))) for route in plan.routes]
    for scenario in validation.scenarios:
        calls = [step for step in scenario.steps if isinstance(step, Call)]
        reached = (method == call.method and path.fullmatch(call.path) for call in calls for method, path in served)
        if calls and not any(reached):
            yield "elsewhere", f"{scenario.id} calls nothing that was planned"


CHECK = Check("criteria-exercised", "Each acceptance criterion has a scenario", (PhaseId.VALIDATE,), examine)
