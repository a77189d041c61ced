"""Runs a gate: its checks, in parallel where they do not need each other, and the verdict that follows from them."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal

from backend_factory.domain.assignment import Finding
from backend_factory.domain.gate import CheckResult, Verdict
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import InternalError, OperatorError
from backend_factory.gates import checks
from backend_factory.gates.acceptance import NEVER
from backend_factory.gates.check import Check, Gate, Unreadable
from backend_factory.gates.subject import Subject
from backend_factory.workspace.machine import blamed

Observer = Callable[[Check, CheckResult | None], None]
"""Told when a check starts (None) and when it has ended."""


def all_checks() -> tuple[Check, ...]:
    """Every check there is: the `CHECK` of each module in `checks/`, in the order of their file names."""
    names = sorted(module.name for module in iter_modules(checks.__path__))
    return tuple(import_module(f"{checks.__name__}.{name}").CHECK for name in names)


def gate_of(gate: Gate, every: Sequence[Check]) -> tuple[Check, ...]:
    """The checks of one gate."""
    return tuple(check for check in every if gate in check.gates)


async def judge(subject: Subject, gate: Sequence[Check], observe: Observer) -> tuple[CheckResult, ...]:
    """Run the checks of `gate` on `subject`; results in the order of `gate`.

    Raises OperatorError where the machine, not the work, is at fault: then nothing is judged. InternalError where two checks
    have one id, or wait for each other.
    """
    waits = _waits(gate)
    slots = asyncio.Semaphore(subject.thresholds.parallel_checks)
    running: dict[str, asyncio.Task[CheckResult]] = {}
    try:
        async with asyncio.TaskGroup() as group:
            for check in gate:
                running[check.id] = group.create_task(_in_turn(check, waits[check.id], subject, running, slots, observe))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures
    finally:
        await subject.resources.close()
    return tuple(running[check.id].result() for check in gate)


def _waits(gate: Sequence[Check]) -> dict[str, tuple[str, ...]]:
    """The checks that each one waits for.

    Of two checks with one id one result would be lost; checks that wait for each other would wait for ever: InternalError.
    """
    first = tuple(check.id for check in gate if check.first)
    waits = {check.id: check.after if check.first else (*first, *check.after) for check in gate}
    if len(waits) != len(gate):
        raise InternalError(f"two checks of one gate have the same id: {', '.join(sorted(check.id for check in gate))}")
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        raise InternalError(f"checks wait for each other: {', '.join(error.args[1])}") from error
    return waits


def verdict(phase: PhaseId, results: Sequence[CheckResult]) -> Verdict:
    """Passed only if every check is that this machine can run and for which no person answers.

    Findings go to the earliest phase that can mend one of them.
    """
    against = [result for result in results if result.in_the_way]
    if not against and any(result.status == "passed" for result in results):
        return Verdict(kind="passed", phase=phase)
    findings = tuple(finding for result in against for finding in result.findings)
    if not findings:
        broken = ", ".join(f"{r.check}: {r.summary}" for r in against) or "the gate has no checks"
        return Verdict(kind="escalate", phase=phase, reason=f"a check could not be run ({broken})")
    return Verdict(kind="rework", phase=_mender(phase, findings), findings=findings)


def _mender(phase: PhaseId, findings: Sequence[Finding]) -> PhaseId:
    earliest = min((finding.mends for finding in findings), key=lambda p: p.number)
    return earliest if earliest.number <= phase.number else phase


async def _in_turn(
    check: Check,
    waits: Sequence[str],
    subject: Subject,
    running: Mapping[str, asyncio.Task[CheckResult]],
    slots: asyncio.Semaphore,
    observe: Observer,
) -> CheckResult:
    if check.missing and (lacks := check.missing(subject)):
        left_out = _ended(check, "left-out", lacks)
        observe(check, left_out)
        return left_out
    for needed in waits:
        if needed in running and (await running[needed]).in_the_way:
            skipped = _answered_for(_ended(check, "unavailable", f"not run: {needed} did not pass"), subject)
            observe(check, skipped)
            return skipped
    async with slots:
        observe(check, None)
        result = _answered_for(await _examine(check, subject, subject.thresholds.check_seconds), subject)
    observe(check, result)
    return result


def _answered_for(result: CheckResult, subject: Subject) -> CheckResult:
    """The result as it is, with the risk under which the gate goes on without a pass, where a person accepted it."""
    risk = None if result.check in NEVER else subject.accepted.get(result.check)
    return result.model_copy(update={"accepted": risk}) if risk and result.in_the_way else result


async def _examine(check: Check, subject: Subject, seconds: float) -> CheckResult:
    started = time.monotonic()
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            with blamed():
                seen = await check.examine(subject)
    except OperatorError:
        raise
    except Unreadable as error:
        return _ended(check, "unavailable", str(error), time.monotonic() - started)
    except Exception as error:  # noqa: BLE001 - a check that breaks has not passed, whatever broke it
        reason = f"not ended after {seconds:g} seconds" if limit.expired() else f"{type(error).__name__}: {error}"
        return _ended(check, "unavailable", reason, time.monotonic() - started)
    return CheckResult(
        check=check.id,
        title=check.title,
        status="failed" if seen.findings else "passed",
        summary=seen.summary,
        findings=seen.findings,
        evidence=seen.evidence,
        figures=dict(seen.figures),
        duration=timedelta(seconds=time.monotonic() - started),
    )


def _ended(check: Check, status: Literal["unavailable", "left-out"], reason: str, seconds: float = 0.0) -> CheckResult:
    return CheckResult(
        check=check.id,
        title=check.title,
        status=status,
        summary=reason[:500],
        duration=timedelta(seconds=seconds),
    )
