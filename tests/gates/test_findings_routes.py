"""Findings go back, never forward: each check names a phase that has worked already when its gate runs."""

import re
from inspect import getmodule, getsource

import pytest

from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check
from backend_factory.gates.judge import all_checks

WHOSE = {
    "demands-traced": {PhaseId.SUMMARIZE},
    "requirements-complete": {PhaseId.SUMMARIZE},
    "plan-traced": {PhaseId.PLAN},
    "plan-reuses": {PhaseId.PLAN},
    "contract-valid": {PhaseId.PLAN},
    "criteria-exercised": {PhaseId.VALIDATE},
    "mutation-score": {PhaseId.TEST},
    "changed-lines-covered": {PhaseId.TEST},
    "release-complete": {PhaseId.COMMIT},
    "template-planned": {PhaseId.IMPLEMENT},
    "load-held": {PhaseId.IMPLEMENT},
}
"""Who can mend what is not a matter of taste: a missing criterion is the analyst's, a surviving mutant the test engineer's."""


def menders(check: Check) -> set[PhaseId]:
    """The phases that the check's own file names."""
    module = getmodule(check.examine)
    assert module
    return {PhaseId[name] for name in re.findall(r"mends=PhaseId\.(\w+)", getsource(module))}


@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.id)
def test_no_check_sends_work_forward(check: Check) -> None:
    earliest = min((gate.number for gate in check.gates if isinstance(gate, PhaseId)), default=PhaseId.COMMIT.number)

    assert all(phase.number <= earliest for phase in menders(check))


@pytest.mark.parametrize("name", WHOSE)
def test_findings_go_to_who_can_mend_them(name: str) -> None:
    (check,) = (each for each in all_checks() if each.id == name)

    assert menders(check) == WHOSE[name]
