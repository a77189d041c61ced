"""The operations of the contract, in the order in which people read them."""

from collections.abc import Iterator

from backend_factory.domain.deliverable import EntityDesign, Route
from backend_factory.domain.feature import Entity, FeatureModel, Operation
from backend_factory.runners.blueprint.plan.words import free, pascal

SHAPES: tuple[tuple[Operation, str, str, int, str], ...] = (
    (Operation.CREATE, "POST", "", 201, "Create {one}"),
    (Operation.LIST, "GET", "", 200, "List {many}"),
    (Operation.READ, "GET", "/{id}", 200, "Read {one}"),
    (Operation.REPLACE, "PUT", "/{id}", 200, "Replace {one}"),
    (Operation.UPDATE, "PATCH", "/{id}", 200, "Change some fields of {one}"),
    (Operation.DELETE, "DELETE", "/{id}", 204, "Delete {one}"),
    (Operation.INGEST, "POST", "/batches", 202, "Send a batch of {many} to be processed in the background"),
)
"""Operation, method, path after the entity's, status of success, summary."""


def routes(model: FeatureModel, designs: tuple[EntityDesign, ...]) -> tuple[Route, ...]:
    """Every route; ids and method-path pairs are unique."""
    by_entity = {design.entity: design for design in designs}
    found: list[Route] = []
    ingested = {ingestion.entity for ingestion in model.ingestions}
    for entity in model.entities:
        found.extend(_operations(entity, by_entity[entity.name], ingested=entity.name in ingested))
    for correlation in model.correlations:
        left, right = model.entity(correlation.left), model.entity(correlation.right)
        found.append(_correlated(left, right, by_entity))
        if left != right:
            found.append(_correlated(right, left, by_entity))
    return _distinct(found)


def _distinct(found: list[Route]) -> tuple[Route, ...]:
    kept: dict[tuple[str, str], Route] = {}
    ids: set[str] = set()
    for route in found:
        if (route.method, route.path) in kept:
            continue
        name = free(route.id, ids, "Again")
        ids.add(name)
        kept[route.method, route.path] = route.model_copy(update={"id": name})
    return tuple(kept.values())


def _operations(entity: Entity, design: EntityDesign, *, ingested: bool) -> Iterator[Route]:
    one, many = with_article(entity.label), entity.plural
    for operation, method, rest, success, summary in SHAPES:
        offered = ingested if operation is Operation.INGEST else operation in entity.operations
        if not offered:
            continue
        noun = pascal(many) if operation in {Operation.LIST, Operation.INGEST} else design.go
        yield Route(
            id=f"{operation.value}{noun}",
            method=method,
            path=f"/{design.path}{rest}",
            entity=entity.name,
            operation=operation,
            success=success,
            summary=summary.format(one=one, many=many),
        )
        if operation is Operation.INGEST:
            yield Route(
                id=f"read{design.go}Batch",
                method="GET",
                path=f"/{design.path}/batches/{{id}}",
                entity=entity.name,
                operation="batch",
                success=200,
                summary=f"Read how far a batch of {many} is",
            )


def _correlated(of: Entity, other: Entity, designs: dict[str, EntityDesign]) -> Route:
    return Route(
        id=f"list{pascal(other.plural)}Of{designs[of.name].go}",
        method="GET",
        path=f"/{designs[of.name].path}/{{id}}/{designs[other.name].path}",
        entity=of.name,
        operation="correlated",
        other=other.name,
        success=200,
        summary=f"List the {other.plural} that belong to {with_article(of.label)}",
    )


def with_article(label: str) -> str:
    """ "an asset", "a vulnerability"."""
    return f"{'an' if label[:1].lower() in 'aeiou' else 'a'} {label}"
