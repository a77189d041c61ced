"""The feature in the words of the business: entities, fields, rules, correlations, ingestion.

The Business Analyst fills it; every later pass compiles from it. No word here names a technology.
"""

from enum import StrEnum
from typing import Literal

from backend_factory.domain.model import Record

Scalar = str | int | float | bool


class FieldType(StrEnum):
    """What kind of value a field holds."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    DATE = "date"
    EMAIL = "email"
    URL = "url"
    IP_ADDRESS = "ip_address"
    HOSTNAME = "hostname"
    CVE = "cve"
    CHOICE = "choice"
    REFERENCE = "reference"


class Origin(StrEnum):
    """Why something is in the model: the request says so, the platform knows it, or a default decided."""

    STATED = "stated"
    PLATFORM = "platform"
    ASSUMED = "assumed"


class Field(Record):
    """One fact about an entity."""

    name: str
    """snake_case, unique in its entity, never `id`, `key`, `created`, `updated`, `version`."""
    label: str
    """As people say it: "start of the window"."""
    type: FieldType
    many: bool = False
    """A list of values (0 to `max_items`), without duplicates, instead of one."""
    max_items: int = 100
    required: bool = False
    unique: bool = False
    """No two records of one tenant share the value."""
    immutable: bool = False
    """Given at creation, refused when a later request changes it."""
    choices: tuple[str, ...] = ()
    default: Scalar | None = None
    minimum: float | None = None
    """Inclusive, for integer and decimal."""
    maximum: float | None = None
    min_length: int | None = None
    """Characters, for text; 1 where the field is required."""
    max_length: int | None = None
    pattern: str | None = None
    """An RE2 expression that the whole value matches."""
    references: str | None = None
    """For type reference: the entity's name. Entities outside the feature are platform records, held by key."""
    description: str = ""
    origin: Origin = Origin.STATED


class OrderRule(Record):
    """`earlier` comes before `later` where both are given (timestamps, dates or numbers)."""

    kind: Literal["order"] = "order"
    earlier: str
    later: str
    or_equal: bool = False
    origin: Origin = Origin.STATED


class Operation(StrEnum):
    """What can be done with the records of an entity."""

    CREATE = "create"
    READ = "read"
    REPLACE = "replace"
    UPDATE = "update"
    DELETE = "delete"
    LIST = "list"
    INGEST = "ingest"


class PlatformType(StrEnum):
    """Types that Chariot knows already; they bring their keys and status codes (see the stack notes)."""

    ASSET = "asset"
    RISK = "risk"


class Entity(Record):
    """A kind of record."""

    name: str
    """snake_case singular: maintenance_window."""
    label: str
    """maintenance window"""
    plural: str
    """maintenance windows"""
    description: str = ""
    fields: tuple[Field, ...]
    rules: tuple[OrderRule, ...] = ()
    operations: tuple[Operation, ...] = tuple(o for o in Operation if o is not Operation.INGEST)
    key: tuple[str, ...] = ()
    """Names of the required, immutable text fields that identify a record; empty: the service makes an id."""
    filters: tuple[str, ...] = ()
    """Fields by which a list can be narrowed (equality; `many` fields: contains)."""
    sorts: tuple[str, ...] = ()
    """At most two scalar required fields (not boolean) by which a list can be sorted, besides `created` and `updated`."""
    platform: PlatformType | None = None
    origin: Origin = Origin.STATED

    def field(self, name: str) -> Field:
        """The field of that name; KeyError if there is none."""
        for each in self.fields:
            if each.name == name:
                return each
        raise KeyError(name)


class KeyPair(Record):
    """Two fields whose equal values (letter case aside) say that two records belong together."""

    left: str
    right: str


class Correlation(Record):
    """Records of two entities that belong together; found from either side, always from current data."""

    left: str
    """Entity name, for instance vulnerability."""
    right: str
    """Entity name, for instance asset."""
    keys: tuple[KeyPair, ...]
    """One to three; any equal pair is a match. The fields are single-valued."""
    origin: Origin = Origin.STATED


class Ingestion(Record):
    """Records that arrive in batches and are processed in the background, each exactly once in effect."""

    entity: str
    """An entity with a natural `key`: arriving again replaces the record."""
    max_batch: int = 100
    max_receives: int = 3
    """Tries before a record that cannot be processed is put aside as a dead letter."""
    origin: Origin = Origin.STATED


class FeatureModel(Record):
    """All of a feature."""

    name: str
    """snake_case, from the title."""
    entities: tuple[Entity, ...]
    correlations: tuple[Correlation, ...] = ()
    ingestions: tuple[Ingestion, ...] = ()

    def entity(self, name: str) -> Entity:
        """The entity of that name; KeyError if there is none."""
        for each in self.entities:
            if each.name == name:
                return each
        raise KeyError(name)
