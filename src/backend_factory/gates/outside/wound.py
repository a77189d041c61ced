"""What a visit from outside showed that must not be, and what every answer must be whatever was asked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.outside.visit import Seen, redacted

_MOST = 25
"""Findings of one check; more would say the same."""
_INTERNALS = re.compile(
    r"goroutine \d+|panic: |runtime error|\b\w+\.go:\d+|Traceback \(most|at java\.|SQLSTATE|syntax error (?:at|near)"
    r"|arn:aws|amazonaws\.com|dynamodb|ValidationException|ConditionalCheckFailed|TransactionCanceled|SerializationException"
    r"|operation error|StatusCode: \d|RequestID: |/var/task|/proc/self|root:x:0|uid=\d+\(",
    re.IGNORECASE,
)
"""Text that no caller should read: stacks, names of services, of errors within, and what a command would print."""
_SCRIPT = re.compile(r"<\s*(?:script|img|svg|iframe|body)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wound:
    """Something that was seen and must not be."""

    rule: str
    line: str
    """The request, as one would type it."""
    expected: str
    seen: str


def wound(rule: str, seen: Seen, expected: str, told: str = "") -> Wound:
    """Of one answer; `told` instead of the answer itself where that says more."""
    return Wound(rule, seen.visit.line, expected, redacted(told) if told else seen.short)


def lawful(seen: Seen) -> Iterator[Wound]:
    """What is wrong with an answer whatever the question was."""
    if seen.failure:
        yield wound("no-answer", seen, "an answer")
        return
    if seen.status >= 500:
        yield wound("server-error", seen, "an answer below 500: a strange request is the caller's fault, and said to be")
    asked = f"{seen.visit.path} {seen.visit.query} {(seen.visit.body or b'')[:4096].decode(errors='replace')}"
    if (sign := _INTERNALS.search(seen.text)) and sign[0].lower() not in asked.lower():
        yield wound("internals-told", seen, "an answer that says nothing about what is inside", f"“{sign[0]}” in {seen.short}")
    kind = seen.headers.get("content-type", "").partition(";")[0].strip().lower()
    if seen.content and kind != "application/json" and not kind.endswith("+json"):
        yield wound("not-json", seen, "Content-Type application/json, which no browser runs", f"Content-Type {kind or 'missing'}")
    if _SCRIPT.search(seen.text) and seen.headers.get("x-content-type-options", "").lower() != "nosniff":
        yield wound("script-told", seen, "markup escaped, or X-Content-Type-Options: nosniff")


def findings(check: str, wounds: Iterable[Wound], mends: PhaseId = PhaseId.IMPLEMENT) -> tuple[Finding, ...]:
    """One finding for each place and rule, at most 25."""
    once: dict[tuple[str, str, str], Wound] = {}
    for each in wounds:
        once.setdefault((each.rule, each.line[:60], each.expected), each)
    return tuple(
        Finding(
            check=check,
            rule=each.rule,
            message=each.line[:500],
            expected=each.expected[:500],
            seen=each.seen[:500],
            mends=mends,
        )
        for each in list(once.values())[:_MOST]
    )
