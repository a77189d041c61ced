"""The requirements, their criteria, and the measures of success, written from the model."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

from collections.abc import Callable, Iterable

from backend_factory.domain.assignment import Assignment
from backend_factory.domain.deliverable import Assumption, Criterion, Requirement, Requirements, SuccessMetric
from backend_factory.domain.feature import Entity, FeatureModel, Operation
from backend_factory.runners.blueprint.summarize import criteria
from backend_factory.runners.blueprint.summarize.criteria import Observation
from backend_factory.runners.blueprint.summarize.demands import Traced
from backend_factory.runners.blueprint.summarize.naming import with_article
from backend_factory.runners.blueprint.summarize.sketch import Sketch, Topic

_VERBS = {
    Operation.CREATE: "create", Operation.READ: "read", Operation.REPLACE: "replace", Operation.UPDATE: "change", Operation.DELETE: "delete",
    Operation.LIST: "list", Operation.INGEST: "send in batches",
}  # fmt: skip


class _Draft:
    """A requirement before it has its number."""

    def __init__(
        self, title: str, statement: str, entities: tuple[str, ...], topics: tuple[Topic, ...], observed: Iterable[Observation]
    ) -> None:
        self.title, self.statement, self.entities, self.topics = title, statement, entities, topics
        self.observed = tuple(observed)


def write(assignment: Assignment, traced: tuple[Traced, ...], sketch: Sketch, model: FeatureModel) -> Requirements:
    """The deliverable: every requirement numbered, traced to its demands, and with criteria."""
    drafts = [draft for draft in _drafts(model) if draft.observed]
    found = tuple(_number(at + 1, draft, traced, sketch) for at, draft in enumerate(drafts))
    title = assignment.detection.title or model.name.replace("_", " ").title()
    frontend = "; ".join(t.demand.quote for t in traced if t.demand.disposition == "frontend")
    return Requirements(
        title=title,
        summary=_summary(model),
        demands=tuple(t.demand for t in traced),
        requirements=found,
        assumptions=tuple(Assumption(id=f"A-{at + 1}", text=text) for at, text in enumerate(sketch.assumptions)),
        metrics=_metrics(model, sum(len(r.criteria) for r in found)),
        frontend=assignment.detection.frontend or frontend,
        model=model,
    )


def _drafts(model: FeatureModel) -> Iterable[_Draft]:
    for entity in model.entities:
        one, many, mine = entity.label, entity.plural, (entity.name,)
        done = _and([_VERBS[o] for o in entity.operations if o not in (Operation.LIST, Operation.INGEST)])
        yield _Draft(
            f"Keep {many}",
            f"A signed-in person can {done} {many} of their tenant.",
            mine,
            (Topic.RECORDS, Topic.CONCURRENCY),
            criteria.keeping(entity),
        )
        yield _Draft(
            f"Rules of {with_article(one)}", _rules(entity), mine, (Topic.RECORDS, Topic.VALIDATION), criteria.refusing(entity)
        )
        yield _Draft(f"List {many}", _lists(entity), mine, (Topic.RECORDS, Topic.LISTING), criteria.listing(entity))
    for ingestion in model.ingestions:
        entity = model.entity(ingestion.entity)
        same = _and([entity.field(k).label for k in entity.key])
        yield _Draft(
            f"Process {entity.plural} in batches",
            f"1 to {ingestion.max_batch} {entity.plural} are taken in at once and processed in the background; one that arrives again (same {same}) replaces the earlier, and what fails {ingestion.max_receives} times is put aside without holding up the rest.",
            (entity.name,), (Topic.INGESTION,), criteria.ingesting(ingestion, entity),
        )  # fmt: skip
    for each in model.correlations:
        left, right = model.entity(each.left), model.entity(each.right)
        keys = _and(
            [f"{left.field(k.left).label} of one equals {right.field(k.right).label} of the other" for k in each.keys], "or"
        )
        yield _Draft(
            f"Correlate {left.plural} with {right.plural}",
            f"For a {left.label} its {right.plural}, and for a {right.label} its {left.plural}, can be asked for; they belong together where {keys}, letter case aside.",
            (left.name, right.name), (Topic.CORRELATION,), criteria.correlating(each, model),
        )  # fmt: skip
    everyone = tuple(e.name for e in model.entities)
    yield _Draft(
        "Only for whom it belongs to", "Only signed-in people reach the feature, and each tenant reaches its own records alone.",
        everyone, (Topic.ISOLATION, Topic.SIGN_IN), (o for e in model.entities for o in criteria.guarding(e)),
    )  # fmt: skip


def _number(number: int, draft: _Draft, traced: tuple[Traced, ...], sketch: Sketch) -> Requirement:
    found = tuple(
        Criterion(
            id=f"AC-{number}.{at + 1}",
            given=o.given,
            when=o.when,
            then=o.then,
            behaviour=o.behaviour,
            entity=o.entity,
            field=o.field,
        )
        for at, o in enumerate(draft.observed)
    )
    answers = _answers(draft, sketch)
    ids = tuple(t.demand.id for t in traced if t.demand.disposition == "required" and t.piece is not None and answers(t.piece))
    return Requirement(
        id=f"FR-{number}", title=draft.title, statement=draft.statement, demands=ids or _all_of(traced), criteria=found
    )


def _answers(draft: _Draft, sketch: Sketch) -> Callable[[int], bool]:
    def answers(piece: int) -> bool:
        topics = sketch.topics.get(piece, {Topic.RECORDS})
        speaks_of = {e.name for e in sketch.entities.values() if piece in e.demands}
        return bool(topics & set(draft.topics)) and (not speaks_of or bool(speaks_of & set(draft.entities)))

    return answers


def _all_of(traced: tuple[Traced, ...]) -> tuple[str, ...]:
    """What holds for everything answers every demand: isolation and sign-in are asked for by none and wanted by all."""
    return tuple(t.demand.id for t in traced if t.demand.disposition == "required")


def _rules(entity: Entity) -> str:
    required = [f.label for f in entity.fields if f.required]
    parts = [
        f"{with_article(entity.label).capitalize()} must have {_and(required)}."
        if required
        else f"No value of {with_article(entity.label)} has to be given."
    ]
    unique = [f.label for f in entity.fields if f.unique]
    if unique:
        parts.append(f"No two {entity.plural} of one tenant share the {_and(unique, 'or')}.")
    parts += [
        f"The {entity.field(r.earlier).label} comes before the {entity.field(r.later).label}{' or equals it' if r.or_equal else ''}."
        for r in entity.rules
    ]
    fixed = [f.label for f in entity.fields if f.immutable]
    if fixed:
        parts.append(f"After creation {_and(fixed)} cannot change.")
    parts.append("What breaks a rule is refused as invalid; the answer names every value that is wrong.")
    return " ".join(parts)


def _lists(entity: Entity) -> str:
    by = f", narrowed by {_and([entity.field(f).label for f in entity.filters])}" if entity.filters else ""
    sorted_by = _and(["time of creation", "time of last change", *(entity.field(s).label for s in entity.sorts)], "or")
    return f"A tenant can list its {entity.plural} page by page{by}, sorted by {sorted_by}."


def _summary(model: FeatureModel) -> str:
    kept = _and([f"{e.plural} ({_and([f.label for f in e.fields])})" for e in model.entities])
    parts = [f"Signed-in people of a tenant work with {kept}."]
    parts += [
        f"{model.entity(i.entity).plural.capitalize()} arrive in batches and are processed in the background."
        for i in model.ingestions
    ]
    parts += [
        f"{model.entity(c.left).plural.capitalize()} are correlated with {model.entity(c.right).plural}."
        for c in model.correlations
    ]
    return " ".join(parts)


def _metrics(model: FeatureModel, count: int) -> tuple[SuccessMetric, ...]:
    found = [
        SuccessMetric(name="Acceptance", target=f"all {count} acceptance criteria are seen to hold on the deployed feature"),
        SuccessMetric(
            name="Answer time",
            target="mean below 500 ms and none above 1 s, with 10 clients at the same time that send 50 requests each",
        ),
        SuccessMetric(name="Isolation", target="0 records of one tenant are seen by another"),
    ]
    if model.ingestions:
        found.append(
            SuccessMetric(name="Processing", target="a batch is done within 30 seconds; 0 records are lost or stored twice")
        )
    if model.correlations:
        found.append(
            SuccessMetric(name="Correlation", target="100 % of the records that belong together are found, and none that do not")
        )
    return tuple(found)


def _and(words: list[str], word: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {word} {words[-1]}" if words else "work with"
