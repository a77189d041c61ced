"""The functions that the implementation names are the planned ones, and each is a program in the tree."""

import re
from collections.abc import Iterator
from contextlib import suppress

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Implementation, Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.reading import NotText, text_of
from backend_factory.gates.subject import Subject

_MAIN = re.compile(r"^package main\b(?:.*\n)*^func main\(\)", re.MULTILINE)


async def examine(subject: Subject) -> Examination:
    """Declared commands against plan and tree."""
    deliverable = subject.handed(Implementation)
    findings = tuple(
        Finding(check=CHECK.id, rule=rule, message=message, file=folder, mends=PhaseId.IMPLEMENT)
        for rule, folder, message in _objections(subject, deliverable)
    )
    count = len(deliverable.commands)
    return Examination(f"{count} functions: {', '.join(deliverable.commands)}", findings, figures={"functions_count": count})


def _objections(subject: Subject, deliverable: Implementation) -> Iterator[tuple[str, str, str]]:
    """The functions that are said to be there: the planned ones, each a program in the tree."""
    layout = subject.handed(Plan).layout
    planned = {folder for folder in (layout.api, layout.worker) if folder}
    for folder in sorted(planned - set(deliverable.commands)):
        yield "no-command", folder, f"{folder} is a planned function and is not among the commands"
    for folder in sorted(set(deliverable.commands) - planned):
        yield "unplanned-command", folder, f"{folder} is no planned function"
    for folder in sorted(set(deliverable.commands) & planned):
        if not any(_MAIN.search(text) for text in _go_files(subject, folder)):
            yield "no-program", folder, f"{folder} has no program: no `package main` with a func main"


def _go_files(subject: Subject, folder: str) -> Iterator[str]:
    for change in subject.feature:
        if change.path.startswith(f"{folder}/") and change.path.endswith(".go") and not change.path.endswith("_test.go"):
            with suppress(NotText):
                yield text_of(subject, change.path)


CHECK = Check("functions-declared", "The functions named are the planned ones, each a program", (PhaseId.IMPLEMENT,), examine)
