"""The requirements are whole: ids, criteria that can be measured, nothing about how."""

import re
from collections import Counter
from collections.abc import Iterator

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Requirement, Requirements
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject

_HOW = re.compile(
    r"\b(?:dynamodb|lambda|cloudformation|golang|sqs|s3|iam|api gateway|cognito|goroutine|http \d{3}|status code|"
    r"postgres(?:ql)?|mysql|redis|kafka|kubernetes|docker|json schema|openapi)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"\b(?:fast|quickly|user[- ]friendly|appropriate|properly|as needed|etc|and so on|tbd|todo)\b", re.IGNORECASE)


async def examine(subject: Subject) -> Examination:
    """Every requirement has an id, a statement and a criterion; every criterion says given, when and then."""
    delivered = subject.handed(Requirements)
    findings = tuple(
        Finding(check=CHECK.id, rule=rule, message=message, hint=hint, mends=PhaseId.SUMMARIZE)
        for rule, message, hint in (*_duplicates(delivered), *_unknown(delivered), *_content(delivered))
    )
    counts = {"requirements_count": len(delivered.requirements), "criteria_count": len(delivered.criteria)}
    summary = f"{len(delivered.requirements)} requirements, {len(delivered.criteria)} acceptance criteria"
    evidence = subject.keep("requirements", delivered.model_dump_json(indent=2))
    return Examination(summary, findings, (evidence,), counts)


Objection = tuple[str, str, str]


def _duplicates(delivered: Requirements) -> Iterator[Objection]:
    if not delivered.requirements:
        yield "empty", "there are no requirements", "derive at least one from the request"
    if not delivered.metrics:
        yield "no-metric", "no success metric is named", "say how one will know that the feature is a success"
    ids = [r.id for r in delivered.requirements] + [c.id for c in delivered.criteria] + [d.id for d in delivered.demands]
    for name, times in Counter(ids).items():
        if times > 1:
            yield "duplicate-id", f"the id {name} is used {times} times", "number them one after the other"


def _unknown(delivered: Requirements) -> Iterator[Objection]:
    entities = {entity.name for entity in delivered.model.entities}
    for criterion in delivered.criteria:
        if criterion.entity not in entities:
            yield (
                "unknown-entity",
                f"{criterion.id} is about {criterion.entity!r}, which the model has not",
                "name an entity of the model",
            )


def _content(delivered: Requirements) -> Iterator[Objection]:
    for requirement in delivered.requirements:
        if not requirement.criteria:
            yield "no-criterion", f"{requirement.id} has no acceptance criterion", "say how one would see that it holds"
        yield from _words(requirement)
        for criterion in requirement.criteria:
            if not re.fullmatch(rf"AC-{re.escape(requirement.id.removeprefix('FR-'))}\.\d+", criterion.id):
                yield "bad-id", f"{criterion.id!r} is not the id of a criterion of {requirement.id}", "AC-1.2 is one of FR-1"


def _words(requirement: Requirement) -> Iterator[Objection]:
    texts = [(requirement.id, requirement.title), (requirement.id, requirement.statement)]
    texts += [(c.id, text) for c in requirement.criteria for text in (c.given, c.when, c.then)]
    for name, text in texts:
        if not text.strip():
            yield "empty-text", f"{name} has an empty part", "given, when and then each say something"
        if how := _HOW.search(text):
            yield "how-not-what", f"{name} says how: {how[0]!r}", "say what is wanted; technology is the architect's"
        if vague := _VAGUE.search(text):
            yield "not-measurable", f"{name} cannot be measured: {vague[0]!r}", "name a figure or an observable result"


CHECK = Check(
    "requirements-complete", "Requirements have ids and measurable criteria, and say what, not how", (PhaseId.SUMMARIZE,), examine
)
