"""From each acceptance criterion to the code, the tests and the scenarios that answer for it."""

from dataclasses import dataclass
from typing import Literal

from backend_factory.domain.deliverable import (
    Criterion,
    Implementation,
    Requirement,
    Requirements,
    TestCase,
    TestSuite,
    Validation,
)
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.scenario import Scenario
from backend_factory.report.account import Account

Result = Literal["passed", "not passed", "not shown yet"]


@dataclass(frozen=True)
class Trace:
    """One criterion and what shows it."""

    requirement: Requirement
    criterion: Criterion
    files: tuple[str, ...]
    """Code written for the requirement."""
    tests: tuple[TestCase, ...]
    scenarios: tuple[Scenario, ...]
    result: Result


def trace(account: Account) -> tuple[Trace, ...]:
    """One trace for each criterion, in order; empty before the requirements are delivered."""
    requirements = account.delivered(Requirements)
    if requirements is None:
        return ()
    suite, validation = account.delivered(TestSuite), account.delivered(Validation)
    traces = []
    for requirement in requirements.requirements:
        files = _files(account, requirement.id)
        for criterion in requirement.criteria:
            tests = tuple(c for c in suite.cases if c.criterion == criterion.id) if suite else ()
            scenarios = tuple(s for s in validation.scenarios if criterion.id in s.criteria) if validation else ()
            result = _result(account, bool(tests), bool(scenarios))
            traces.append(Trace(requirement, criterion, files, tests, scenarios, result))
    return tuple(traces)


@dataclass(frozen=True)
class Code:
    """The files of the implementation by what they answer for, each path once."""

    shared: tuple[str, ...]
    """For more than one requirement, or for none in particular."""
    own: dict[str, tuple[str, ...]]
    """Requirement -> files that answer for it alone."""


def code_files(account: Account) -> Code:
    """Where to look for the code of a requirement; empty before the implementation is delivered."""
    implementation = account.delivered(Implementation)
    files = implementation.files if implementation else ()
    own: dict[str, tuple[str, ...]] = {}
    for file in files:
        if len(file.requirements) == 1:
            own[file.requirements[0]] = (*own.get(file.requirements[0], ()), file.path)
    return Code(tuple(f.path for f in files if len(f.requirements) != 1), own)


def _files(account: Account, requirement: str) -> tuple[str, ...]:
    implementation = account.delivered(Implementation)
    return tuple(f.path for f in implementation.files if requirement in f.requirements) if implementation else ()


def _result(account: Account, tested: bool, performed: bool) -> Result:
    """A gate passes only when all its tests or scenarios do, so its verdict is the verdict on each of them."""
    phases = [phase for phase, shows in ((PhaseId.TEST, tested), (PhaseId.VALIDATE, performed)) if shows]
    if not phases:
        return "not shown yet"
    if all(account.accepted(phase) for phase in phases):
        return "passed"
    last = {a.phase: a for a in account.attempts if a.judged}
    failed = any(phase in last and not account.accepted(phase) for phase in phases)
    return "not passed" if failed else "not shown yet"
