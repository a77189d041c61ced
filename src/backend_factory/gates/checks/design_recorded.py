"""The design record is there and names every requirement and every AWS resource."""

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan, Requirements
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.reading import NotText, names, text_of
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """The record's text against requirements and plan."""
    plan = subject.handed(Plan)
    path = plan.layout.design
    try:
        text = text_of(subject, path)
    except NotText as error:
        return Examination("no design record", (_finding(path, "unreadable", f"the design record cannot be read: {error}"),))
    wanted = [r.id for r in subject.handed(Requirements).requirements] + [r.logical_id for r in plan.resources]
    findings = tuple(
        _finding(path, "not-named", f"the design record does not name {name}") for name in wanted if not names(text, name)
    )
    return Examination(f"{len(text.splitlines())} lines, {len(wanted)} names looked for", findings, (subject.keep(path, text),))


def _finding(path: str, rule: str, message: str) -> Finding:
    return Finding(check=CHECK.id, rule=rule, message=message, file=path, mends=PhaseId.PLAN)


CHECK = Check("design-recorded", "The design record names every requirement and every AWS resource", (PhaseId.PLAN,), examine)
