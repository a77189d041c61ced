"""Each acceptance criterion has its test, and that test ran and passed."""

from collections.abc import Iterator

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan, Requirements, TestSuite
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


CHECK = Check(
    "criteria-tested", "Each acceptance criterion has a test that ran and passed", (PhaseId.TEST,), examine, after=("go-test",)
)
