"""Nothing of the request is lost: each of its words is in a demand, and each demand is answered."""

import re

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Requirements
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.context import asks, out_of_scope
from backend_factory.gates.subject import Subject

_WORD = re.compile(r"\w+|[<>≤≥≠=%€$£±]")
"""Words, and the signs that change what a number means."""


async def examine(subject: Subject) -> Examination:
    """The request's words against the demands' quotes; the demands against the requirements."""
    delivered = subject.handed(Requirements)
    text = subject.run.requested.text
    said = f"{text}\n{subject.run.remarks.get(PhaseId.SUMMARIZE, '')}"
    findings: tuple[Finding, ...] = (
        *_uncovered(text, delivered),
        *_unquoted(said, delivered),
        *_unanswered(delivered),
        *_unexcluded(subject, delivered),
        *_unhanded(delivered),
        *_set_aside(said, delivered),
        *_not_frontend(subject, delivered),
    )
    answered = sum(d.disposition == "required" for d in delivered.demands)
    return Examination(f"{len(delivered.demands)} demands, {answered} answered by requirements", findings)


def _finding(rule: str, message: str, expected: str, seen: str) -> Finding:
    return Finding(check=CHECK.id, rule=rule, message=message, expected=expected, seen=seen, mends=PhaseId.SUMMARIZE)


def _uncovered(text: str, delivered: Requirements) -> tuple[Finding, ...]:
    flat = " ".join(text.split())
    quoted = _quoted(flat, delivered)
    lost = [word[0] for word in _WORD.finditer(flat) if not all(quoted[word.start() : word.end()])]
    if not lost:
        return ()
    return (_finding("lost-words", "words of the request are in no demand", "every word quoted", " ".join(lost)[:300]),)


def _quoted(flat: str, delivered: Requirements) -> bytearray:
    """For each character of the text, whether a demand quotes it; each quote stands for one place only."""
    covered = bytearray(len(flat))
    for quote in sorted((" ".join(demand.quote.split()) for demand in delivered.demands), key=len, reverse=True):
        at = flat.find(quote) if quote else -1
        while at >= 0 and all(covered[at : at + len(quote)]):
            at = flat.find(quote, at + 1)
        if at >= 0:
            covered[at : at + len(quote)] = b"\1" * len(quote)
    return covered


def _unquoted(text: str, delivered: Requirements) -> tuple[Finding, ...]:
    flat = " ".join(text.split())
    return tuple(
        _finding("not-verbatim", f"{demand.id} quotes what the request does not say", "a verbatim quote", demand.quote[:300])
        for demand in delivered.demands
        if not demand.quote.strip() or " ".join(demand.quote.split()) not in flat
    )


def _unanswered(delivered: Requirements) -> tuple[Finding, ...]:
    answered = {demand for requirement in delivered.requirements for demand in requirement.demands}
    known = {demand.id for demand in delivered.demands}
    missing = tuple(
        _finding("unanswered", f"no requirement answers {demand.id}", "a requirement for it", demand.quote[:300])
        for demand in delivered.demands
        if demand.disposition == "required" and demand.id not in answered
    )
    unknown = tuple(
        _finding("unknown-demand", f"{name} is no demand", "ids of demands", name) for name in sorted(answered - known)
    )
    baseless = tuple(
        _finding("baseless", f"{requirement.id} answers no demand", "at least one demand", "none")
        for requirement in delivered.requirements
        if not requirement.demands
    )
    return missing + unknown + baseless


def _unexcluded(subject: Subject, delivered: Requirements) -> tuple[Finding, ...]:
    allowed, text = [" ".join(quote.split()) for quote in subject.run.excluded], subject.run.requested.text
    return tuple(
        _finding("left-out", f"{demand.id} was left out, and no person said so", "required, or a blocker", demand.quote[:300])
        for demand in delivered.demands
        if demand.disposition == "excluded"
        and not any(" ".join(demand.quote.split()) in quote for quote in allowed)
        and not out_of_scope(demand.quote, text)
    )


def _set_aside(text: str, delivered: Requirements) -> tuple[Finding, ...]:
    """Context asks for nothing; what asks for something has to be answered, handed over, declined or asked about."""
    said = " ".join(demand.quote for demand in delivered.demands if demand.disposition != "context")
    return tuple(
        _finding("set-aside", f"{demand.id} is called context, but asks for something: {asked!r}", "required", demand.quote[:300])
        for demand in delivered.demands
        if demand.disposition == "context" and (asked := asks(demand.quote, text, said))
    )


def _not_frontend(subject: Subject, delivered: Requirements) -> tuple[Finding, ...]:
    """What is the frontend team's was decided when the request was detected, not by who would have to build it."""
    part = " ".join(subject.run.requested.detection.frontend.split())
    return tuple(
        _finding(
            "not-frontend", f"{demand.id} is handed to the frontend team, but is not its part", part or "none", demand.quote[:300]
        )
        for demand in delivered.demands
        if demand.disposition == "frontend" and not _within(demand.quote, part)
    )


def _within(quote: str, part: str) -> bool:
    words = " ".join(quote.split()).strip(" ,;:.!?").casefold()
    return re.sub(r"^(?:and|also|plus|as well as)\b\W*", "", words) in part.casefold()


def _unhanded(delivered: Requirements) -> tuple[Finding, ...]:
    parts = [demand for demand in delivered.demands if demand.disposition == "frontend"]
    if not parts or delivered.frontend.strip():
        return ()
    ids = ", ".join(demand.id for demand in parts)
    return (
        _finding("not-handed-over", f"{ids}: for the frontend team, which is told nothing", "a hand-over", parts[0].quote[:300]),
    )


CHECK = Check(
    "demands-traced",
    "Every demand of the request is answered, handed over or left out by a person",
    (PhaseId.SUMMARIZE,),
    examine,
)
