"""Features as the Business Analyst hands them over, with a criterion for everything that their model says."""

from collections.abc import Iterator

from planned_features import VULNERABILITIES

from backend_factory.domain.deliverable import Behaviour as B
from backend_factory.domain.deliverable import Criterion, Demand, Requirement, Requirements, SuccessMetric
from backend_factory.domain.feature import Entity, FeatureModel, Field, FieldType, Operation

LIFE = {
    Operation.CREATE: (B.CREATED, B.UNKNOWN_REFUSED),
    Operation.READ: (B.READ, B.ABSENT, B.ISOLATED, B.SIGN_IN_REQUIRED),
    Operation.REPLACE: (B.REPLACED,),
    Operation.UPDATE: (B.UPDATED, B.STALE_REFUSED),
    Operation.DELETE: (B.DELETED,),
    Operation.LIST: (B.LISTED, B.PAGED),
}
BATCHES = (B.INGESTED, B.INGEST_REFUSED, B.INGESTED_ONCE, B.DEAD_LETTERED)


def field(name: str, kind: FieldType = FieldType.TEXT, **rest: object) -> Field:
    return Field.model_validate({"name": name, "label": name.replace("_", " "), "type": kind} | rest)


def complete(title: str, model: FeatureModel) -> Requirements:
    """All criteria that the model gives rise to."""
    seen = tuple(_seen(model))
    criteria = tuple(
        Criterion(id=f"AC-1.{n}", given="a tenant", when="it calls", then=f"it is {b}", behaviour=b, entity=entity, field=name)
        for n, (b, entity, name) in enumerate(seen, start=1)
    )
    requirement = Requirement(id="FR-1", title=title, statement=f"Tenants can use {title}.", demands=("D-1",), criteria=criteria)
    return Requirements(
        title=title,
        summary=title,
        demands=(Demand(id="D-1", quote=title, disposition="required"),),
        requirements=(requirement,),
        assumptions=(),
        metrics=(SuccessMetric(name="Answers", target="95 % under 500 ms"),),
        model=model,
    )


def _seen(model: FeatureModel) -> Iterator[tuple[B, str, str]]:
    for entity in model.entities:
        for operation, behaviours in LIFE.items():
            yield from ((b, entity.name, "") for b in behaviours if operation in entity.operations)
        yield from _fields(model, entity)
    for ingestion in model.ingestions:
        yield from ((b, ingestion.entity, "") for b in BATCHES)
    for pair in model.correlations:
        yield from ((b, pair.left, pair.right) for b in (B.CORRELATED, B.NOT_CORRELATED))


def _fields(model: FeatureModel, entity: Entity) -> Iterator[tuple[B, str, str]]:
    inside = {each.name for each in model.entities}
    for each in entity.fields:
        wanted = {
            B.MISSING_REFUSED: each.required,
            B.VALUE_REFUSED: True,
            B.DEFAULTED: each.default is not None,
            B.DUPLICATE_REFUSED: each.unique or each.name in entity.key,
            B.CHANGE_REFUSED: each.immutable,
            B.REFERENCE_REFUSED: each.references in inside,
            B.FILTERED: each.name in entity.filters,
            B.SORTED: each.name in entity.sorts,
            B.ORDER_REFUSED: each.name in {rule.later for rule in entity.rules},
        }
        yield from ((b, entity.name, each.name) for b, asked in wanted.items() if asked)


def vulnerabilities() -> Requirements:
    """Batches, natural keys, a correlation."""
    return complete("Vulnerability Processing API", VULNERABILITIES)


def windows() -> Requirements:
    """Made ids, an order rule, platform keys."""
    window = Entity.model_validate(
        {
            "name": "maintenance_window",
            "label": "maintenance window",
            "plural": "maintenance windows",
            "fields": (
                field("start", FieldType.TIMESTAMP, required=True),
                field("end", FieldType.TIMESTAMP, required=True),
                field("owner", required=True, min_length=1),
                field("assets_affected", FieldType.REFERENCE, many=True, references="asset"),
            ),
            "rules": ({"earlier": "start", "later": "end"},),
            "filters": ("assets_affected",),
            "sorts": ("start",),
        }
    )
    return complete("Maintenance Windows API", FeatureModel(name="maintenance_window", entities=(window,)))


def tickets() -> Requirements:
    """Two kinds, one of which refers to the other; unique values, defaults, sorts, lists of values."""
    ticket = Entity(
        name="ticket",
        label="ticket",
        plural="tickets",
        fields=(
            field("title", required=True, unique=True, min_length=1, max_length=80),
            field("severity", FieldType.CHOICE, choices=("low", "medium", "high"), default="low"),
            field("effort", FieldType.INTEGER, minimum=1, maximum=40),
            field("tags", many=True),
        ),
        filters=("severity", "tags"),
        sorts=("title",),
    )
    comment = Entity(
        name="comment",
        label="comment",
        plural="comments",
        fields=(
            field("ticket", FieldType.REFERENCE, required=True, references="ticket"),
            field("body", FieldType.LONG_TEXT, required=True),
        ),
        operations=(Operation.CREATE, Operation.READ, Operation.LIST, Operation.UPDATE),
        filters=("ticket",),
    )
    return complete("Tickets API", FeatureModel(name="ticket", entities=(ticket, comment)))


def labelled(label: str) -> Requirements:
    """Somebody else's words in every label and value."""
    thing = Entity(
        name="thing",
        label=label,
        plural=f"{label}s",
        description=label,
        fields=(
            field("name", required=True).model_copy(update={"label": label, "description": label}),
            field("choice", FieldType.CHOICE, choices=(label, "other", "third"), default=label),
        ),
        filters=("choice",),
    )
    return complete("Thing API", FeatureModel(name="thing", entities=(thing,)))
