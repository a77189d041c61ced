"""The six phases on one page. Start reading here.

    1 backend-summarize   Business Analyst           what is wanted       -> Requirements
    2 backend-plan        Solution Architect         how it will be built -> Plan
    3 backend-implement   Senior Backend Developer   the code             -> Implementation
    4 backend-test        Test Engineer              the tests            -> TestSuite
    5 backend-validate    QA Engineer                the proof, deployed  -> Validation
    6 backend-commit      DevOps Engineer            the release          -> Release

Then the delivery: branch, stack, pull request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from backend_factory.domain.deliverable import (
    Deliverable,
    Implementation,
    Plan,
    Release,
    Requirements,
    TestSuite,
    Validation,
)
from backend_factory.domain.phase import PhaseId


@dataclass(frozen=True, slots=True)
class Phase:
    """One row of the line."""

    id: PhaseId
    doing: str
    """What is being done, said when the phase starts; `{title}` is the run's title."""
    purpose: str
    """What the member is assigned for, said at the checkpoint before."""
    writes: bool
    """Whether the phase's lane writes files, so that there is a commit."""
    commit: str = ""
    """Conventional commit type and subject; `{title}` is the run's title."""

    @property
    def member(self) -> str:
        """The team member who does it."""
        return self.id.member


PHASES: Mapping[PhaseId, Phase] = MappingProxyType(
    {
        phase.id: phase
        for phase in (
            Phase(
                PhaseId.SUMMARIZE,
                "analyzing requirements for {title}",
                "requirements analysis",
                writes=False,
            ),
            Phase(
                PhaseId.PLAN,
                "planning data model, contract and infrastructure",
                "technical planning",
                writes=True,
                commit="docs: contract and design of {title}",
            ),
            Phase(
                PhaseId.IMPLEMENT,
                "writing code and infrastructure",
                "implementation",
                writes=True,
                commit="feat: {title}",
            ),
            Phase(
                PhaseId.TEST,
                "writing tests",
                "testing",
                writes=True,
                commit="test: {title}",
            ),
            Phase(
                PhaseId.VALIDATE,
                "designing scenarios for the deployed feature",
                "validation of the deployed feature",
                writes=False,
            ),
            Phase(
                PhaseId.COMMIT,
                "preparing release and deployment",
                "release and deployment",
                writes=True,
                commit="docs: release notes and runbook of {title}",
            ),
        )
    }
)

DELIVERY = ("branch", "stack", "pull_request")
"""Steps after the sixth phase, in order; each leaves a receipt."""


def following(phase: PhaseId) -> Phase | None:
    """The phase after this one; None after the last."""
    return next((PHASES[p] for p in PhaseId if p.number == phase.number + 1), None)


def delivered(deliverable: Deliverable) -> str:
    """What a member handed over, in figures: "7 requirements, 19 acceptance criteria"."""
    match deliverable:
        case Requirements():
            return _count((len(deliverable.requirements), "requirement"), (len(deliverable.criteria), "acceptance criterion"))
        case Plan():
            return _count(
                (len(deliverable.components), "component"),
                (len(deliverable.routes), "route"),
                (len(deliverable.resources), "AWS resource"),
            )
        case Implementation():
            return _count((len(deliverable.files), "file"), (len(deliverable.commands), "function"))
        case TestSuite():
            return _count((len(deliverable.cases), "test case"), (len(deliverable.files), "file"))
        case Validation():
            steps = sum(len(s.steps) for s in deliverable.scenarios)
            return _count((len(deliverable.scenarios), "scenario"), (steps, "step"))
        case Release():
            return _count((len(deliverable.files), "document"), (len(deliverable.rollback), "rollback step"))


def _count(*things: tuple[int, str]) -> str:
    return ", ".join(f"{n} {_plural(noun) if n != 1 else noun}" for n, noun in things)


def _plural(noun: str) -> str:
    return "acceptance criteria" if noun.endswith("criterion") else f"{noun}s"
