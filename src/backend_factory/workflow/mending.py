"""Work that is none: nothing was changed, or it came back as it was with what is wrong with it."""

from backend_factory.domain.assignment import Assignment, Blocked, Delivered, Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.rejected import fingerprint
from backend_factory.domain.run import Run
from backend_factory.workflow.review import CHECK as REVIEW

LONGEST = 240
"""Characters of one finding in a question; the report has the whole."""


def unmended(run: Run, assignment: Assignment, outcome: Delivered, commit: str) -> Blocked | None:
    """The block that follows where the member was given findings and delivered the rejected work again; None where it did not.

    Judging it once more would find the same, so a person is asked at once.
    """
    told = tuple(finding for finding in assignment.findings if finding.mends is assignment.phase)
    before, after = run.sent_back.get(assignment.phase), fingerprint(outcome.deliverable, commit)
    if not told or before is None or before.work != after.work:
        return None
    argues = before.whole != after.whole
    if argues and any(finding.check == REVIEW and not finding.file for finding in told):
        return None  # what is said about the work may be what the reviewer objects to
    member = assignment.phase.member
    did = "argues with its gate: it delivered the same files with other words" if argues else "delivered the same work as before"
    count = f" and {len(told) - 1} more" if len(told) > 1 else ""
    return Blocked(
        reason="findings",
        needed="; ".join(list(dict.fromkeys(_short(_needed(finding)) for finding in told))[:5]),
        tried=(
            f"{member} was told the findings and {did}",
            *(_short(f"{finding.check}: {_place(finding)}{finding.message}") for finding in told[:10]),
        ),
        question=f"{member} cannot mend {told[0].check}: {_short(told[0].message)}{count}. "
        "Send it back with a remark, accept the risk by name, or stop?",
    )


def untouched(run: Run, phase: PhaseId, commit: str) -> Blocked | None:
    """The block that follows where the phase writes files and the attempt changed none, for somebody else to do it; else None."""
    if not commit or commit != run.parent_commit(phase):
        return None
    did = f"{phase.member} says that it is done and changed nothing"
    question = f"{did}. Send it back with a remark, try another team member, or stop?"
    return Blocked(reason="findings", needed="the files that the phase owes", tried=(did,), question=question)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _needed(finding: Finding) -> str:
    return finding.hint or (f"{finding.check}: {finding.expected}" if finding.expected else f"{finding.check} passes")


def _place(finding: Finding) -> str:
    return f"{finding.file}{f':{finding.line}' if finding.line else ''}: " if finding.file else ""
