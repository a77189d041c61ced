"""The DevOps Engineer: everything between accepted work and a feature that people run."""

from backend_factory.domain.assignment import Assignment, Blocked, Delivered, Outcome
from backend_factory.domain.deliverable import Plan, Release, Requirements, SourceFile, Validation
from backend_factory.runners.blueprint.commit.notes import notes
from backend_factory.runners.blueprint.commit.parameters import decided, parameters
from backend_factory.runners.blueprint.commit.runbook import runbook
from backend_factory.runners.blueprint.commit.smoke import smoke
from backend_factory.workspace.workbench import Workbench

TITLE_LENGTH = 72
"""Characters: what code hosts and `git log` show of a subject."""


async def perform(assignment: Assignment, workbench: Workbench) -> Outcome:
    """The release, with notes, runbook and parameters written; blocked where no scenario could tell a good deployment."""
    requirements, plan = assignment.handed(Requirements), assignment.handed(Plan)
    chosen = smoke(requirements, assignment.handed(Validation))
    if not chosen:
        return Blocked(
            reason="findings",
            needed="at least one scenario that can be run after deployment",
            tried=("looked for scenarios to run after deployment",),
            question="There are no scenarios: nothing would tell a good deployment from a bad one. Shall validation be repeated?",
        )
    documents = {
        plan.layout.notes: notes(plan, requirements, ticket=assignment.ticket),
        plan.layout.runbook: runbook(plan),
        plan.layout.parameters: parameters(),
    }
    workbench.say(f"writing release notes, runbook and parameters; {len(chosen)} smoke scenarios")
    for path, text in documents.items():
        workbench.write(path, text)
    return Delivered(deliverable=_release(plan, requirements, chosen, assignment.ticket))


def _release(plan: Plan, requirements: Requirements, chosen: tuple[str, ...], ticket: str | None) -> Release:
    every = tuple(requirement.id for requirement in requirements.requirements)
    files = (
        SourceFile(path=plan.layout.notes, purpose="what users and operators get", requirements=every),
        SourceFile(path=plan.layout.runbook, purpose="what to do when something is wrong"),
        SourceFile(path=plan.layout.parameters, purpose="values that every deployment shares"),
    )
    return Release(
        summary=f"stack {plan.slug}: {len(plan.routes)} operations, {len(chosen)} smoke tests, {len(plan.rollback)} ways back",
        pull_request_title=_title(plan.title, ticket),
        stack=plan.slug,
        parameters=decided(),
        smoke=chosen,
        rollback=plan.rollback,
        files=files,
    )


def _title(title: str, ticket: str | None) -> str:
    """feat: Vulnerability Processing API (CHAR-123)"""
    tail = f" ({ticket})" if ticket else ""
    line = " ".join(title.split())
    room = TITLE_LENGTH - len("feat: ") - len(tail)
    return f"feat: {line if len(line) <= room else line[: room - 1].rstrip() + '…'}{tail}"
