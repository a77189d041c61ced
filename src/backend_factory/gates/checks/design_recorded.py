"""The design record is there and names every requirement, every AWS resource and every new Go module, and says the way back."""

import re

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
    wanted += [dependency.module for dependency in plan.dependencies if not dependency.present]
    findings = tuple(
        _finding(path, "not-named", f"the design record does not name {name}") for name in wanted if not names(text, name)
    )
    flat = _flat(text)
    findings += tuple(
        _finding(path, "no-rollback", f"the design record does not say how to roll back: {step}"[:300])
        for step in plan.rollback
        if _flat(step) not in flat
    )
    return Examination(f"{len(text.splitlines())} lines, {len(wanted)} names looked for", findings, (subject.keep(path, text),))


def _flat(text: str) -> str:
    """Without what Markdown adds, and in one line."""
    return " ".join(re.sub(r"[\\`*_]", "", text).split())


def _finding(path: str, rule: str, message: str) -> Finding:
    return Finding(check=CHECK.id, rule=rule, message=message, file=path, mends=PhaseId.PLAN)


CHECK = Check(
    "design-recorded", "The design record names requirements, resources and modules, and the way back", (PhaseId.PLAN,), examine
)
