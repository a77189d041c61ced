"""The deployed feature answers invented requests as its contract says, those that break the contract too."""

import sys
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.outside.fuzzer import Deviation, Order, Report
from backend_factory.gates.outside.ground import Ground, Made, NotMade
from backend_factory.gates.outside.port import FUZZER
from backend_factory.gates.outside.reach import grounded
from backend_factory.gates.subject import Subject
from backend_factory.workspace.process import run

_SEED = 1
_MOST = 25


async def examine(subject: Subject) -> Examination:
    """schemathesis, in a process of its own, with the token of a tenant of its own."""
    async with grounded(subject) as ground:
        known = await _known(ground)
        order = Order(
            document=ground.contract.document,
            base_url=ground.target.base_url,
            token=await ground.target.token(FUZZER),
            examples=subject.thresholds.fuzz_examples,
            seed=_SEED,
            ids={path: made.id for path, made in known.items()},
            fixed={path: _fixed(ground, made) for path, made in known.items()},
        )
        report = await _fuzzed(subject, order)
    if report.unreached or not report.requests:
        raise Unreadable(f"no request could be invented for {', '.join(report.unreached) or 'any operation'}")
    findings = tuple(_finding(each) for each in report.deviations[:_MOST])
    return Examination(
        f"{report.requests} requests to {report.operations} operations, {len(report.deviations) or 'no'} deviations",
        findings,
        (subject.keep("fuzzing", report.model_dump_json(indent=2)),),
        {"fuzz_requests_count": report.requests},
    )


async def _known(ground: Ground) -> dict[str, Made]:
    """Path of the contract -> a record that is there, so that not every answer is a 404."""
    found = {}
    for route in ground.routes():
        if "{" in route.path and route.operation != "batch":
            try:
                found[route.path] = await ground.made(FUZZER, ground.plan.entity(route.entity))
            except NotMade:
                continue
    return found


def _fixed(ground: Ground, made: Made) -> dict[str, Any]:
    return {name: made.body[name] for name in ground.fixed(made.entity) if name in made.body}


async def _fuzzed(subject: Subject, order: Order) -> Report:
    command = [sys.executable, "-W", "ignore", "-m", "backend_factory.gates.outside.fuzzer"]
    within = timedelta(seconds=subject.thresholds.fuzz_seconds)
    env = {"PATH": "/usr/bin:/bin", "HOME": str(subject.scratch), "LANG": "C.UTF-8", "TMPDIR": str(subject.scratch)}
    done = await run(
        command, cwd=subject.scratch, env=env, timeout=within, stdin=order.model_dump_json().encode(), supervised=True
    )
    if done.timed_out:
        raise Unreadable(f"the fuzzing did not end within {within.total_seconds():g} seconds")
    try:
        return Report.model_validate_json(done.stdout)
    except ValidationError as error:
        raise Unreadable(f"the fuzzing broke: {done.stderr[-1000:].replace(order.token, '[token]')}") from error


def _finding(deviation: Deviation) -> Finding:
    return Finding(
        check=CHECK.id,
        rule=deviation.rule,
        message=f"{deviation.operation}: {deviation.line}"[:500],
        expected=deviation.expected,
        seen=deviation.seen,
        mends=PhaseId.IMPLEMENT,
    )


CHECK = Check(
    "contract-fuzzed",
    "Invented requests are answered as the contract says",
    (PhaseId.VALIDATE,),
    examine,
)
"""After nothing: it takes longest, so it waits for the stack itself, and is the first to go on when that is there."""
