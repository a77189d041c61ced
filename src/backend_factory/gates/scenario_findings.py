"""Scenario results as a check's examination."""

import json
from collections.abc import Sequence

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.scenario import Scenario
from backend_factory.gates.check import Examination, Unreadable
from backend_factory.gates.deployed_target import reached
from backend_factory.gates.scenario import ScenarioResult, perform_scenarios
from backend_factory.gates.subject import Subject


async def performed(subject: Subject, check: str, scenarios: Sequence[Scenario]) -> Examination:
    """Perform `scenarios` on the deployed feature and say what was other than expected."""
    if not scenarios:
        raise Unreadable("there is no scenario to perform")
    done = 0

    def ended(result: ScenarioResult) -> None:
        nonlocal done
        done += 1
        subject.say(f"{'✓' if result.passed else '✗'} {result.scenario} {result.title} ({done} of {len(scenarios)})")

    target = await reached(subject)
    async with target.hurried():
        results = await perform_scenarios(
            scenarios, target, subject.thresholds.scenarios_at_a_time, ended, scenario_seconds=subject.thresholds.scenario_seconds
        )
    if len(results) != len(scenarios):
        raise Unreadable(f"{len(results)} of {len(scenarios)} scenarios were performed")
    findings = tuple(finding for result in results for finding in _findings(check, result))
    trace = json.dumps([result.model_dump() for result in results], indent=2, ensure_ascii=False)
    return Examination(
        f"{sum(r.passed for r in results)} of {len(results)} scenarios, {sum(len(r.steps) for r in results)} steps",
        findings,
        (subject.keep("scenarios performed", trace),),
        _figures(results),
    )


def _findings(check: str, result: ScenarioResult) -> list[Finding]:
    return [
        Finding(
            check=check,
            rule="other-than-expected",
            message=f"{result.scenario} ({', '.join(result.criteria)}) step {mismatch.step}: {mismatch.line}",
            expected=mismatch.expected[:500],
            seen=mismatch.seen[:500],
            hint=mismatch.log[-1000:],
            mends=PhaseId.IMPLEMENT,
        )
        for mismatch in result.mismatches
    ] or ([] if result.passed else [Finding(check=check, rule="not-performed", message=result.title, mends=PhaseId.IMPLEMENT)])


def _figures(results: Sequence[ScenarioResult]) -> dict[str, float]:
    times = sorted(step.ms for result in results for step in result.steps if step.status is not None)
    passed = {"scenarios_passed_count": sum(r.passed for r in results), "scenarios_count": len(results)}
    if not times:
        return dict(passed)
    return {**passed, "request_median_ms": times[len(times) // 2], "request_max_ms": times[-1], "requests_count": len(times)}
