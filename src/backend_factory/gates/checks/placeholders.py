"""No placeholder, stub or fake-success code."""

import re
from collections.abc import Iterator

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject
from backend_factory.workspace.changes import Change

_PROSE = (".md", ".txt", ".sum")
_RULES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "marker",
        re.compile(r"\b(?:TODO|FIXME|XXX|HACK|TBD)\b|(?://|#|/\*)[ \t]*(?i:todo|fixme|tbd)[ \t]*(?:[:(]|$)", re.MULTILINE),
        "do it now, or have it declared out of scope",
    ),
    (
        "unimplemented",
        re.compile(r"not[ _-]?(?:yet[ _-]?)?implemented|unimplemented|coming soon", re.IGNORECASE),
        "implement it",
    ),
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
    (
        "swallowed-error",
        re.compile(r"^[ \t]*_[ \t]*=[ \t]*err\b|if [^\n]*\berr != nil \{\s*(?://[^\n]*\s*)*\}", re.MULTILINE),
        "handle the error, or return it",
    ),
    ("panic", re.compile(r"\bpanic\("), "return an error"),
    ("skipped-test", re.compile(r"\b[tb]\w*\.Skip(?:f|Now)?\("), "make the test run"),
    # Text that does not read as it compiles: https://trojansource.codes
    (
        "hidden-character",
        re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069][^\n]*"),
        "write it as an escape, or leave it out",
    ),
    # A line directive moves code, in every report, to lines that nobody looks at: https://pkg.go.dev/cmd/compile
    ("line-directive", re.compile(r"^[ \t]*//line[ \t]|/\*line[ \t]", re.MULTILINE), "leave line numbers as they are"),
)


_DOUBLES = re.compile(r"stub(?:bed)?|dummy|mock(?:ed)? (?:data|response)", re.IGNORECASE)
"""Words that say what a test double is; in tests they are nothing unfinished."""


async def examine(subject: Subject) -> Examination:
    """The added lines of everything but prose against the table of rules."""
    findings = tuple(finding for change in subject.changes if _is_code(change) for finding in _in(subject, change))
    count = sum(len(change.added_lines) for change in subject.changes if _is_code(change))
    return Examination(f"{count} added lines read, {len(findings)} suspicious", findings, figures={"added_lines_count": count})


def _is_code(change: Change) -> bool:
    return change.status != "D" and not change.is_link and not change.is_submodule and not change.path.endswith(_PROSE)


def _in(subject: Subject, change: Change) -> Iterator[Finding]:
    text = (subject.checkout / change.path).read_text(encoding="utf-8", errors="replace")
    added = change.added_lines
    for rule, pattern, hint in _RULES:
        for match in pattern.finditer(text):
            if rule == "placeholder" and change.path.endswith("_test.go") and _DOUBLES.fullmatch(match[0]):
                continue
            first, last = (text.count("\n", 0, at) + 1 for at in match.span())
            if not added.isdisjoint(range(first, last + 1)):
                yield Finding(
                    check=CHECK.id,
                    rule=rule,
                    message=f"{change.path}:{first} looks unfinished",
                    file=change.path,
                    line=first,
                    seen=match[0].strip()[:200],
                    hint=hint,
                    mends=subject.phase,
                )


CHECK = Check("placeholders", "No placeholder, stub or fake-success code", (PhaseId.IMPLEMENT, PhaseId.TEST), examine)
