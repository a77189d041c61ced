"""Work that came back as it was: whoever was told what is wrong and changes nothing cannot mend it."""

from backend_factory.domain.assignment import Assignment, Blocked, Delivered, Finding
from backend_factory.domain.rejected import fingerprint
from backend_factory.domain.run import Run

LONGEST = 240
"""Characters of one finding in a question; the report has the whole."""


def unmended(run: Run, assignment: Assignment, outcome: Delivered, commit: str) -> Blocked | None:
    """The block that follows where the member was given findings and delivered the rejected work again; None where it did not.

    Judging it once more would find the same, so a person is asked at once.
    """
    told = tuple(finding for finding in assignment.findings if finding.mends is assignment.phase)
    if not told or run.sent_back.get(assignment.phase) != fingerprint(outcome.deliverable, commit):
        return None
    member = assignment.phase.member
    count = f" and {len(told) - 1} more" if len(told) > 1 else ""
    return Blocked(
        reason="findings",
        needed="; ".join(list(dict.fromkeys(_short(_needed(finding)) for finding in told))[:5]),
        tried=(
            f"{member} was told the findings and delivered the same work as before",
            *(_short(f"{finding.check}: {_place(finding)}{finding.message}") for finding in told[:10]),
        ),
        question=f"{member} cannot mend {told[0].check}: {_short(told[0].message)}{count}. "
        "Send it back with a remark, accept the risk by name, or stop?",
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _needed(finding: Finding) -> str:
    return finding.hint or (f"{finding.check}: {finding.expected}" if finding.expected else f"{finding.check} passes")


def _place(finding: Finding) -> str:
    return f"{finding.file}{f':{finding.line}' if finding.line else ''}: " if finding.file else ""
