"""What the Business Analyst owes: demands, requirements and their criteria, and the feature model."""

from enum import StrEnum
from typing import Literal

from backend_factory.domain.feature import FeatureModel
from backend_factory.domain.model import Record


class Behaviour(StrEnum):
    """What a criterion observes; tests and scenarios are compiled from it."""

    CREATED = "created"
    DEFAULTED = "defaulted"
    MISSING_REFUSED = "missing_refused"
    VALUE_REFUSED = "value_refused"
    ORDER_REFUSED = "order_refused"
    UNKNOWN_REFUSED = "unknown_refused"
    DUPLICATE_REFUSED = "duplicate_refused"
    CHANGE_REFUSED = "change_refused"
    REFERENCE_REFUSED = "reference_refused"
    READ = "read"
    ABSENT = "absent"
    REPLACED = "replaced"
    UPDATED = "updated"
    STALE_REFUSED = "stale_refused"
    DELETED = "deleted"
    LISTED = "listed"
    FILTERED = "filtered"
    SORTED = "sorted"
    PAGED = "paged"
    ISOLATED = "isolated"
    SIGN_IN_REQUIRED = "sign_in_required"
    INGESTED = "ingested"
    INGEST_REFUSED = "ingest_refused"
    INGESTED_ONCE = "ingested_once"
    DEAD_LETTERED = "dead_lettered"
    CORRELATED = "correlated"
    NOT_CORRELATED = "not_correlated"


class Criterion(Record):
    """An acceptance criterion: measurable, from outside."""

    id: str
    """AC-<requirement number>.<n>"""
    given: str
    when: str
    then: str
    behaviour: Behaviour
    entity: str
    field: str = ""
    """The field that the behaviour is about; for order_refused the `later` field; for correlated the other entity."""


class Requirement(Record):
    """What the feature must do, not how."""

    id: str
    """FR-1, FR-2..."""
    title: str
    statement: str
    demands: tuple[str, ...]
    """Ids of the demands that it answers."""
    criteria: tuple[Criterion, ...]


class Demand(Record):
    """A piece of the request's text and what became of it; together the demands cover the request."""

    id: str
    """D-1, D-2..."""
    quote: str
    """Verbatim from the request."""
    disposition: Literal["required", "frontend", "excluded", "context"]
    """`excluded`: a person said to leave it out. `context`: asks for nothing ("I need", reasons, greetings)."""
    note: str = ""


class Assumption(Record):
    """What the words leave open, and how it was decided."""

    id: str
    """A-1, A-2..."""
    text: str


class SuccessMetric(Record):
    """How one will know that the feature is a success."""

    name: str
    target: str


class Requirements(Record):
    """Delivered by the Business Analyst."""

    kind: Literal["requirements"] = "requirements"
    title: str
    summary: str
    demands: tuple[Demand, ...]
    requirements: tuple[Requirement, ...]
    assumptions: tuple[Assumption, ...]
    metrics: tuple[SuccessMetric, ...]
    frontend: str = ""
    """The part for the frontend team, or empty."""
    model: FeatureModel

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All acceptance criteria, in order."""
        return tuple(c for r in self.requirements for c in r.criteria)
