"""What the emitted functions do to the table and the queue: the least that their roles must allow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from backend_factory.domain.deliverable import Plan
from backend_factory.domain.feature import Entity, FeatureModel, FieldType, Operation

SEND = "sqs:SendMessage"
"""AWS authorizes SendMessageBatch as this, too."""


@dataclass(frozen=True)
class Permission:
    """One IAM action that a function needs."""

    action: str
    """dynamodb:GetItem"""
    on: Literal["table", "index", "queue"]
    """`index`: every secondary index of the table."""


def api(plan: Plan) -> tuple[Permission, ...]:
    """What the API function needs, sorted; a transaction needs the action of each of its writes."""
    return _sorted(_api(plan.model))


def worker(plan: Plan) -> tuple[Permission, ...]:
    """What the queue worker needs, what the event source needs included; nothing where there is no worker."""
    return _sorted(_worker(plan.model))


def refers(model: FeatureModel, entity: Entity) -> bool:
    """Whether records of the entity refer to records of the feature."""
    names = {each.name for each in model.entities}
    return any(f.type is FieldType.REFERENCE and f.references in names for f in entity.fields)


def _api(model: FeatureModel) -> Iterator[Permission]:
    yield Permission("dynamodb:GetItem", "table")
    for entity in model.entities:
        ingested = any(each.entity == entity.name for each in model.ingestions)
        writes = {Operation.CREATE, Operation.REPLACE, Operation.UPDATE} & set(entity.operations)
        if writes or ingested:
            yield Permission("dynamodb:PutItem", "table")
        if (writes or ingested) and refers(model, entity):
            yield Permission("dynamodb:BatchGetItem", "table")
        if Operation.DELETE in entity.operations or (_unique(entity) and writes - {Operation.CREATE}):
            yield Permission("dynamodb:DeleteItem", "table")
        if Operation.LIST in entity.operations:
            yield Permission("dynamodb:Query", "index")
    if model.correlations:
        yield Permission("dynamodb:Query", "index")
    if model.ingestions:
        yield Permission("dynamodb:Query", "table")
        yield Permission(SEND, "queue")


def _worker(model: FeatureModel) -> Iterator[Permission]:
    for ingestion in model.ingestions:
        entity = model.entity(ingestion.entity)
        yield from (Permission(f"dynamodb:{action}", "table") for action in ("GetItem", "PutItem"))
        if refers(model, entity):
            yield Permission("dynamodb:BatchGetItem", "table")
        if _unique(entity):
            yield Permission("dynamodb:DeleteItem", "table")
        for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
            yield Permission(f"sqs:{action}", "queue")


def _unique(entity: Entity) -> bool:
    return any(field.unique for field in entity.fields)


def _sorted(found: Iterator[Permission]) -> tuple[Permission, ...]:
    return tuple(sorted(set(found), key=lambda each: (each.on, each.action)))
