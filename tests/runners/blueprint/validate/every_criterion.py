"""Every acceptance criterion that a feature model can give rise to."""

from collections.abc import Iterator

from backend_factory.domain.deliverable import Behaviour, Criterion, Demand, Requirement, Requirements
from backend_factory.domain.feature import Entity, FeatureModel, FieldType, Operation

BY_OPERATION = {
    Operation.CREATE: (Behaviour.CREATED, Behaviour.UNKNOWN_REFUSED),
    Operation.READ: (Behaviour.READ, Behaviour.ABSENT),
    Operation.REPLACE: (Behaviour.REPLACED,),
    Operation.UPDATE: (Behaviour.UPDATED, Behaviour.STALE_REFUSED),
    Operation.DELETE: (Behaviour.DELETED,),
    Operation.LIST: (Behaviour.LISTED, Behaviour.PAGED, Behaviour.ISOLATED),
    Operation.INGEST: (Behaviour.INGESTED, Behaviour.INGEST_REFUSED, Behaviour.INGESTED_ONCE, Behaviour.DEAD_LETTERED),
}


def requirements(model: FeatureModel) -> Requirements:
    """One requirement an entity (and one for correlations) with all its criteria."""
    groups: list[list[tuple[Behaviour, str, str]]] = [[(b, e.name, f) for b, f in _of(e, model)] for e in model.entities]
    for pairing in model.correlations:
        both = ((pairing.left, pairing.right), (pairing.right, pairing.left))
        groups.append([(b, one, other) for one, other in both for b in (Behaviour.CORRELATED, Behaviour.NOT_CORRELATED)])
    return Requirements(
        title=model.name,
        summary="",
        demands=(Demand(id="D-1", quote="an API", disposition="required"),),
        requirements=tuple(_requirement(n, group) for n, group in enumerate(groups, start=1)),
        assumptions=(),
        metrics=(),
        model=model,
    )


def _requirement(number: int, group: list[tuple[Behaviour, str, str]]) -> Requirement:
    criteria = tuple(
        Criterion(id=f"AC-{number}.{n}", given="a", when="b", then="c", behaviour=b, entity=entity, field=field)
        for n, (b, entity, field) in enumerate(group, start=1)
    )
    return Requirement(id=f"FR-{number}", title=f"part {number}", statement="must", demands=("D-1",), criteria=criteria)


def _of(entity: Entity, model: FeatureModel) -> Iterator[tuple[Behaviour, str]]:
    yield Behaviour.SIGN_IN_REQUIRED, ""
    offered = set(entity.operations) | ({Operation.INGEST} if any(i.entity == entity.name for i in model.ingestions) else set())
    for operation in Operation:
        if operation in offered:
            yield from ((b, "") for b in BY_OPERATION[operation])
    if Operation.LIST in offered:
        yield from ((Behaviour.FILTERED, name) for name in entity.filters)
        yield from ((Behaviour.SORTED, name) for name in ("created", *entity.sorts))
    if Operation.CREATE in offered:
        yield from _fields(entity)


def _fields(entity: Entity) -> Iterator[tuple[Behaviour, str]]:
    for field in entity.fields:
        if field.required:
            yield Behaviour.MISSING_REFUSED, field.name
        yield Behaviour.VALUE_REFUSED, field.name
        if field.default is not None:
            yield Behaviour.DEFAULTED, field.name
        if field.unique:
            yield Behaviour.DUPLICATE_REFUSED, field.name
        if field.type is FieldType.REFERENCE:
            yield Behaviour.REFERENCE_REFUSED, field.name
        if (field.immutable or field.name in entity.key) and Operation.UPDATE in entity.operations:
            yield Behaviour.CHANGE_REFUSED, field.name
    if entity.key:
        yield Behaviour.DUPLICATE_REFUSED, ""
    yield from ((Behaviour.ORDER_REFUSED, rule.later) for rule in entity.rules)
