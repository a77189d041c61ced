"""All tests pass: shuffled, under the race detector, none skipped."""

import re

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.commands import kept
from backend_factory.gates.subject import Subject
from backend_factory.gates.test_run import test_run

_COMPLAINT = re.compile(r"^\s+(\w+\.go):(\d+): ", re.MULTILINE)


async def examine(subject: Subject) -> Examination:
    """Every package and every test."""
    run = await test_run(subject)
    findings = [
        _finding(subject, package, name, outcome, run.said[package, name])
        for (package, name), outcome in sorted(run.outcomes.items())
        if outcome != "pass"
    ]
    findings += [
        Finding(
            check=CHECK.id,
            rule="broken",
            message=f"{package} does not build, or broke off",
            file=_folder(subject, package),
            seen=run.output[-1500:],
            mends=PhaseId.TEST,
        )
        for package in run.broken
    ]
    if not run.outcomes:
        findings.append(Finding(check=CHECK.id, rule="no-tests", message="there are no tests", mends=PhaseId.TEST))
    if not run.done.ok and not findings:
        findings.append(
            Finding(check=CHECK.id, rule="failed", message="go test failed", seen=run.output[-1500:], mends=PhaseId.TEST)
        )
    count = len(run.outcomes)
    return Examination(
        f"{count} tests, {len(findings)} not passed",
        tuple(findings[:50]),
        (kept(subject, "go test", run.done),),
        {"tests_count": count},
    )


def _finding(subject: Subject, package: str, name: str, outcome: str, said: str) -> Finding:
    """Where the test complained; the package's folder where it named no place."""
    folder, place = _folder(subject, package), _COMPLAINT.search(said)
    return Finding(
        check=CHECK.id,
        rule=outcome,
        message=f"{name} in {package}: {outcome}",
        file=f"{folder}/{place[1]}" if place else folder,
        line=int(place[2]) if place else 0,
        seen=said[-1500:],
        # The tests say what was required; a failing one is the code's fault until the same finding comes back.
        mends=PhaseId.IMPLEMENT if outcome == "fail" else PhaseId.TEST,
    )


def _folder(subject: Subject, package: str) -> str:
    return package.removeprefix(subject.handed(Plan).layout.module).removeprefix("/")


CHECK = Check("go-test", "All tests pass, shuffled and under the race detector", (PhaseId.TEST,), examine)
