"""The secondary indexes of the feature's table: only those that an operation reads."""

from dataclasses import dataclass

from backend_factory.domain.feature import FeatureModel, Operation


@dataclass(frozen=True)
class Index:
    """A global secondary index; both attributes are strings, all attributes are projected."""

    name: str
    partition: str
    sort: str
    purpose: str


def indexes(model: FeatureModel) -> tuple[Index, ...]:
    """Indexes in a fixed order: created, updated, sort1, sort2, then one for each pair of correlated fields."""
    listed = [entity for entity in model.entities if Operation.LIST in entity.operations]
    found: list[Index] = []
    if listed:
        found.append(Index("created-index", "scope", "created", "lists by time of creation, the default order"))
        found.append(Index("updated-index", "scope", "updated", "lists by time of the last change"))
    for place in (1, 2):
        ordered = [f"{entity.name} by {entity.sorts[place - 1]}" for entity in listed if len(entity.sorts) >= place]
        if ordered:
            found.append(Index(f"sort{place}-index", "scope", f"sort{place}", f"lists of {', '.join(ordered)}"))
    pairs = [(correlation, pair) for correlation in model.correlations for pair in correlation.keys]
    for n, (correlation, pair) in enumerate(pairs, start=1):
        purpose = f"{correlation.left}.{pair.left} equal to {correlation.right}.{pair.right}"
        found.append(Index(f"match{n}-index", f"match{n}", "key", purpose))
    return tuple(found)
