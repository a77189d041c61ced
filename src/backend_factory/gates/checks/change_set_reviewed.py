"""What deployment would do was reviewed: nothing that holds data is removed or replaced, and what it holds stays.

Where the base branch has the stack already, what is reviewed is the update of it, with data in it.
"""

import asyncio
from collections.abc import Iterator

from backend_factory.delivery.stack.port import ChangeSet
from backend_factory.delivery.stack.replacing import replaced
from backend_factory.delivery.stack.template import read_template
from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.rehearsal import rehearsal
from backend_factory.gates.stateful import TYPES
from backend_factory.gates.subject import Subject
from backend_factory.gates.upgrade import Upgrade, upgrade

_HINT = "keep what holds data; migrate in steps"


async def examine(subject: Subject) -> Examination:
    """The proposed change set, before anything is executed; then, on what the base has, the update itself."""
    plan, update = subject.handed(Plan), await upgrade(subject)
    if update is not None:
        return await _updated(subject, plan, update)
    proposal = (await rehearsal(subject)).proposal
    summary = f"{len(proposal.changes)} changes proposed to {proposal.stack}"
    return _examination(
        subject, proposal, [*_refused(proposal, plan), *_lost(proposal, plan), *_unplanned(proposal, plan)], summary
    )


async def _updated(subject: Subject, plan: Plan, update: Upgrade) -> Examination:
    proposal = update.proposal
    by_description = await asyncio.to_thread(lambda: tuple(_replaced(update, plan)))
    # To change nothing is no mistake where all is there already.
    refused = () if proposal.status == "unchanged" else _refused(proposal, plan)
    findings = [*refused, *_lost(proposal, plan), *by_description, *_unplanned(proposal, plan)]
    summary = f"{len(proposal.changes)} changes proposed to {proposal.stack}, which the base branch has"
    if not findings and proposal.status == "ready":
        after, held = await update.performed()
        if not after.complete:
            reasons = "; ".join(f"{each.logical_id}: {each.reason}" for each in after.failures)
            findings.append(_finding(plan, "update-failed", f"the update of the base's stack failed: {reasons or after.status}"))
        for lost in (each for each in update.held if each not in held):
            message = f"{lost.logical_id} held {lost.count} items before the update, and not after it"
            findings.append(_finding(plan, "data-lost", message, _HINT))
        summary += f"; {sum(each.count for each in held)} items are as before"
    return _examination(subject, proposal, findings, summary)


def _examination(subject: Subject, proposal: ChangeSet, findings: list[Finding], summary: str) -> Examination:
    evidence = subject.keep("change set", proposal.model_dump_json(indent=2))
    return Examination(summary, tuple(findings), (evidence,), {"changes_proposed_count": len(proposal.changes)})


def _refused(proposal: ChangeSet, plan: Plan) -> Iterator[Finding]:
    if proposal.status != "ready":
        yield _finding(plan, "refused", f"the change set was refused: {proposal.reason}")


def _lost(proposal: ChangeSet, plan: Plan) -> Iterator[Finding]:
    for change in proposal.changes:
        kept = change.action == "Add" or (change.action == "Modify" and change.replacement == "False")
        if _holds_data(plan, change.logical_id, change.type) and not kept:
            message = f"{change.action} of {change.logical_id} ({change.type}), replacement {change.replacement or 'no'}"
            yield _finding(plan, "data-lost", message, _HINT)


def _replaced(update: Upgrade, plan: Plan) -> Iterator[Finding]:
    """By AWS's description of its types too: not every change set knows what is given once and for ever."""
    before, after = read_template(update.base), read_template(update.template)
    told = {change.logical_id for change in update.proposal.changes if change.replacement not in ("", "False")}
    for name, why in replaced(before, after):
        if name not in told and _holds_data(plan, name, before["Resources"][name]["Type"]):
            yield _finding(plan, "data-lost", f"{name} would be replaced: {why}"[:500], _HINT)


def _holds_data(plan: Plan, name: str, kind: str) -> bool:
    return kind in TYPES or any(each.stateful for each in plan.resources if each.logical_id == name)


def _unplanned(proposal: ChangeSet, plan: Plan) -> Iterator[Finding]:
    planned = {resource.logical_id for resource in plan.resources}
    for change in proposal.changes:
        # What is removed is in no plan; whether it may be is another question.
        if change.action != "Remove" and change.logical_id not in planned:
            yield _finding(plan, "unplanned", f"{change.logical_id} ({change.type}) is not in the plan")


def _finding(plan: Plan, rule: str, message: str, hint: str = "") -> Finding:
    return Finding(check=CHECK.id, rule=rule, message=message, file=plan.layout.template, hint=hint, mends=PhaseId.IMPLEMENT)


CHECK = Check("change-set-reviewed", "The change set is as planned and loses no data", (PhaseId.COMMIT, "stack"), examine)
