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
        if any(len(entity.sorts) >= place for entity in listed):
            found.append(Index(f"sort{place}-index", "scope", f"sort{place}", f"lists by an entity's sort field {place}"))
    pairs = sum(len(correlation.keys) for correlation in model.correlations)
    found.extend(
        Index(f"match{n}-index", f"match{n}", "key", f"records with an equal value in pair {n} of the correlated fields")
        for n in range(1, pairs + 1)
    )
    return tuple(found)
