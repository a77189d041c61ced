"""No placeholder, stub or fake-success code."""

import re
from collections.abc import Iterator

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject
from backend_factory.workspace.changes import Change

_RULES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("marker", re.compile(r"\b(?:TODO|FIXME|XXX|HACK|TBD)\b"), "do it now, or have it declared out of scope"),
    ("unimplemented", re.compile(r"not (?:yet )?implemented|unimplemented|coming soon", re.IGNORECASE), "implement it"),
    (
        "placeholder",
        re.compile(r"\b(?:placeholder|stub(?:bed)?|dummy|lorem ipsum|mock(?:ed)? (?:data|response))\b", re.IGNORECASE),
        "write the real thing",
    ),
    (
        "deferred",
        re.compile(
            r"\b(?:for now|in a real (?:implementation|system)|in production,? (?:you|we|this) (?:would|should))\b", re.IGNORECASE
        ),
        "do what production needs",
    ),
    ("swallowed-error", re.compile(r"^\s*_\s*=\s*err\b|if err != nil \{\s*\}"), "handle the error, or return it"),
    ("panic", re.compile(r"\bpanic\((?:\"|`|fmt\.|errors\.)"), "return an error"),
    ("skipped-test", re.compile(r"\bt\.Skip(?:f|Now)?\("), "make the test run"),
)
_CODE = (".go", ".yaml", ".yml", ".json", ".sql", ".sh", ".tf", ".proto", ".mod")


async def examine(subject: Subject) -> Examination:
    """The added lines of code and templates against the table of rules."""
    findings = tuple(finding for change in subject.changes if _is_code(change) for finding in _in(subject, change))
    count = sum(len(change.added_lines) for change in subject.changes if _is_code(change))
    return Examination(f"{count} added lines read, {len(findings)} suspicious", findings, figures={"added_lines_count": count})


def _is_code(change: Change) -> bool:
    return change.status != "D" and change.path.endswith(_CODE)


def _in(subject: Subject, change: Change) -> Iterator[Finding]:
    lines = (subject.checkout / change.path).read_text(encoding="utf-8", errors="replace").split("\n")
    for number in sorted(change.added_lines):
        text = lines[number - 1] if number <= len(lines) else ""
        for rule, pattern, hint in _RULES:
            if pattern.search(text):
                message = f"{change.path}:{number} looks unfinished"
                yield Finding(
                    check=CHECK.id,
                    rule=rule,
                    message=message,
                    file=change.path,
                    line=number,
                    seen=text.strip()[:200],
                    hint=hint,
                    mends=subject.phase,
                )


CHECK = Check("placeholders", "No placeholder, stub or fake-success code", (PhaseId.IMPLEMENT, PhaseId.TEST), examine)
