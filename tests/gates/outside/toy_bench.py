"""The toy feature in front of a check, where a gate would have deployed one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from subjects import Bench
from toy_feature import Toy
from toy_plan import SCENARIOS, TOY, contract, files

from backend_factory.domain.deliverable import Plan, Validation
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.judge import all_checks, judge
from backend_factory.gates.thresholds import THRESHOLDS


async def judged(
    bench: Bench,
    check: str,
    toy: Toy,
    *,
    plan: Plan = TOY,
    scenarios: Validation = SCENARIOS,
    document: dict[str, Any] | None = None,
    **thresholds: Any,
) -> CheckResult:
    """What the check says about the toy, alone."""
    toy.document = document or contract()
    subject = await bench.subject(PhaseId.VALIDATE, earlier=files(toy.document), deliverables=[plan, scenarios])
    subject = replace(subject, thresholds=replace(THRESHOLDS, **thresholds))

    @asynccontextmanager
    async def target() -> AsyncIterator[Toy]:
        yield toy

    async with toy.serving():
        await subject.resources.shared("target", target)
        (result,) = await judge(subject, [c for c in all_checks() if c.id == check], lambda *_: None)
    return result
