"""Each acceptance criterion has its test, and that test ran and passed."""

import re
from collections.abc import Iterator

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan, Requirements, TestCase, TestSuite
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject
from backend_factory.gates.test_run import TestRun, test_run


async def examine(subject: Subject) -> Examination:
    """Declared cases against the criteria, the plan's levels and what `go test` ran."""
    suite, run = subject.handed(TestSuite), await test_run(subject)
    findings = tuple(
        Finding(check=CHECK.id, rule=rule, message=message, mends=PhaseId.TEST)
        for rule, message in (*_missing(subject, suite), *_not_run(subject, suite, run))
    )
    criteria = {case.criterion for case in suite.cases}
    return Examination(
        f"{len(suite.cases)} test cases for {len(criteria)} criteria", findings, figures={"cases_count": len(suite.cases)}
    )


def _missing(subject: Subject, suite: TestSuite) -> Iterator[tuple[str, str]]:
    tested = {case.criterion for case in suite.cases}
    known = {criterion.id for criterion in subject.handed(Requirements).criteria}
    for test in subject.handed(Plan).tests:
        if "unit" in test.levels and test.criterion not in tested:
            yield "no-test", f"{test.criterion} has no test, though one was planned"
    for name in sorted(tested - known):
        yield "unknown-criterion", f"{name} is no criterion"


def _not_run(subject: Subject, suite: TestSuite, run: TestRun) -> Iterator[tuple[str, str]]:
    module = subject.handed(Plan).layout.module
    for case in suite.cases:
        outcome = run.outcomes.get((f"{module}/{case.package}", case.name))
        if outcome != "pass":
            yield "not-run", f"{case.criterion}: {case.name} in {case.package} {'did not run' if outcome is None else outcome}"
        elif not _is_written(subject, case):
            yield "not-written", f"{case.criterion}: {case.name} passed, but no file of {case.package} has such a test"


def _is_written(subject: Subject, case: TestCase) -> bool:
    """Whether there is such a test function: a test can print whatever `go test` would print for another."""
    function = re.compile(rf"^func {re.escape(case.name.partition('/')[0])}\(", re.MULTILINE)
    files = (subject.checkout / case.package).glob("*_test.go")
    return any(function.search(file.read_text(encoding="utf-8", errors="replace")) for file in files)


CHECK = Check(
    "criteria-tested", "Each acceptance criterion has a test that ran and passed", (PhaseId.TEST,), examine, after=("go-test",)
)
