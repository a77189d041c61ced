"""The requirements are whole: ids, criteria that can be measured, nothing about how."""

import re
from collections import Counter
from collections.abc import Iterator

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Requirement, Requirements
from backend_factory.domain.feature import FeatureModel
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject

_HOW = re.compile(
    r"\b(?:dynamodb|lambda|cloudformation|golang|sqs|s3|iam|api gateway|cognito|goroutine|http \d{3}|status code|"
    r"postgres(?:ql)?|mysql|redis|kafka|kubernetes|docker|json schema|openapi|aws|sns|ec2|eventbridge|cloudwatch|terraform|"
    r"mongodb|elasticsearch|rabbitmq|grpc|graphql|nosql|sql|microservice|goroutines?)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:fast|quickly|user[- ]friendly|appropriate(?:ly)?|properly|correctly|gracefully|seamless(?:ly)?|easily|"
    r"efficient(?:ly)?|robust|reasonable|sufficient|adequate|flexible|intuitive|high[- ]performance|"
    r"as (?:needed|expected|required|usual)|works|etc|and so on|tbd|todo)\b",
    re.IGNORECASE,
)
_SEEN = re.compile(
    r"\d|[“\"']|\b(?:answer\w*|respon\w+|return\w*|repl(?:y|ies)|refus\w+|reject\w*|accept\w*|den(?:y|ied)|allow\w*|error|invalid|"
    r"shows?|shown|sees?|seen|finds?|found|lists?|listed|contains?|holds?|gets?|given|receiv\w+|names?|named|says?|told|equals?|same|"
    r"creat\w+|stor\w+|sav\w+|kept|keeps|delet\w+|remov\w+|gone|unchanged|nothing|none|empty|exactly|once|duplicat\w*|"
    r"status|state|count|number|id|missing|appears?|visible|sent|delivered|logged|rolled back|available)\b",
    re.IGNORECASE,
)
"""An outcome that somebody outside can observe, or a value to compare it with."""
_MEASURE = re.compile(r"\d|\b(?:all|every|each|no|none|zero|never|always|half|twice|once)\b", re.IGNORECASE)


async def examine(subject: Subject) -> Examination:
    """Every requirement has an id, a statement and a criterion; every criterion says given, when and then."""
    delivered = subject.handed(Requirements)
    findings = tuple(
        Finding(check=CHECK.id, rule=rule, message=message, hint=hint, mends=PhaseId.SUMMARIZE)
        for rule, message, hint in (
            *_duplicates(delivered),
            *_unknown(delivered),
            *_content(delivered, subject.run.requested.text),
            *_unmeasured(delivered),
        )
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


def _unmeasured(delivered: Requirements) -> Iterator[Objection]:
    values = [field.label.casefold() for entity in delivered.model.entities for field in entity.fields]
    for criterion in delivered.criteria:
        seen = _SEEN.search(criterion.then) or any(value in criterion.then.casefold() for value in values)
        if criterion.then.strip() and not seen:
            yield (
                "not-observable",
                f"{criterion.id} says nothing that could be seen: {criterion.then!r}",
                "say what is answered, refused, kept or gone, or a value",
            )
        if criterion.then.strip() and criterion.then.strip() in (criterion.when.strip(), criterion.given.strip()):
            yield "says-it-twice", f"the outcome of {criterion.id} is its own premise", "say what follows from given and when"
    texts = Counter((c.given, c.when, c.then, c.entity, c.field) for c in delivered.criteria)
    for (_, when, then, *_), times in texts.items():
        if times > 1:
            yield "same-criterion", f"{times} criteria say the same: when {when}, then {then}", "keep one of them"
    for metric in delivered.metrics:
        if not _MEASURE.search(metric.target):
            yield "not-measurable", f"the success metric {metric.name!r} has no figure: {metric.target!r}", "name a figure"


def _content(delivered: Requirements, request: str) -> Iterator[Objection]:
    names = _names(delivered.model)
    for requirement in delivered.requirements:
        if not requirement.criteria:
            yield "no-criterion", f"{requirement.id} has no acceptance criterion", "say how one would see that it holds"
        yield from _words(requirement, request, names)
        for criterion in requirement.criteria:
            if not re.fullmatch(rf"AC-{re.escape(requirement.id.removeprefix('FR-'))}\.\d+", criterion.id):
                yield "bad-id", f"{criterion.id!r} is not the id of a criterion of {requirement.id}", "AC-1.2 is one of FR-1"


def _names(model: FeatureModel) -> str:
    """What the feature is about: a todo list is no vague word, nor is the priority "fast"."""
    fields = [field for entity in model.entities for field in entity.fields]
    words = [word for entity in model.entities for word in (entity.label, entity.plural)]
    words += [word for field in fields for word in (field.label, *field.choices)]
    return " ".join(words).casefold()


def _words(requirement: Requirement, request: str, names: str) -> Iterator[Objection]:
    """Texts that are empty, vague, or about technology; what the request itself names is what is wanted, not how."""
    texts = [(requirement.id, requirement.title), (requirement.id, requirement.statement)]
    texts += [(c.id, text) for c in requirement.criteria for text in (c.given, c.when, c.then)]
    for name, text in texts:
        if not text.strip():
            yield "empty-text", f"{name} has an empty part", "given, when and then each say something"
        if how := next((found for found in _HOW.finditer(text) if found[0].casefold() not in request.casefold()), None):
            yield "how-not-what", f"{name} says how: {how[0]!r}", "say what is wanted; technology is the architect's"
        if vague := next((found for found in _VAGUE.finditer(text) if found[0].casefold() not in names), None):
            yield "not-measurable", f"{name} cannot be measured: {vague[0]!r}", "name a figure or an observable result"


CHECK = Check(
    "requirements-complete", "Requirements have ids and measurable criteria, and say what, not how", (PhaseId.SUMMARIZE,), examine
)
