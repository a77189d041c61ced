"""Assignments for the Business Analyst, as the factory would write them."""

from backend_factory.domain.assignment import Assignment, Blocked, Finding, Lane
from backend_factory.domain.deliverable import Requirements
from backend_factory.domain.detection import Detection
from backend_factory.domain.phase import PhaseId
from backend_factory.runners.blueprint.summarize import requirements


def assignment(
    text: str,
    title: str = "",
    frontend: str = "",
    excluded: tuple[str, ...] = (),
    remark: str = "",
    findings: tuple[Finding, ...] = (),
) -> Assignment:
    """Phase 1 for `text`."""
    found = Detection(verdict="backend", title=title, patterns=(), entities=(), frontend=frontend, reason="A test asks.")
    return Assignment(
        run="run-1",
        phase=PhaseId.SUMMARIZE,
        attempt=1,
        request=text,
        detection=found,
        excluded=excluded,
        remark=remark,
        findings=findings,
        lane=Lane(writes=(), never=()),
    )


def delivered(text: str, **more: object) -> Requirements:
    """The requirements of a text that can be compiled."""
    outcome = requirements(assignment(text, **more))  # type: ignore[arg-type]
    assert isinstance(outcome, Requirements), outcome
    return outcome


def blocked(text: str, **more: object) -> Blocked:
    """The refusal of a text that cannot."""
    outcome = requirements(assignment(text, **more))  # type: ignore[arg-type]
    assert isinstance(outcome, Blocked), outcome
    return outcome
