"""The feature while it is being read: what each statement adds, before defaults decide the rest."""

from dataclasses import dataclass, field
from enum import StrEnum

from backend_factory.domain.assignment import Blocked
from backend_factory.domain.feature import FieldType, Operation, Origin, PlatformType
from backend_factory.runners.blueprint.summarize import naming


@dataclass
class FieldSketch:
    """A field as far as it is known; None: not said yet."""

    name: str
    label: str
    origin: Origin = Origin.STATED
    type: FieldType | None = None
    many: bool | None = None
    max_items: int | None = None
    required: bool | None = None
    unique: bool = False
    immutable: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    positive: bool = False
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    references: str | None = None
    iso: str = ""
    """The words that call it an ISO code."""
    drafted: bool = False
    """The type was decided from the name."""
    sorted_by: bool = False
    """Required for the sake of sorting."""
    related: bool = False
    """Required because a relation says so."""


@dataclass
class EntitySketch:
    """A kind of record as far as it is known."""

    name: str
    label: str
    plural: str
    origin: Origin = Origin.STATED
    platform: PlatformType | None = None
    fields: dict[str, FieldSketch] = field(default_factory=dict)
    orders: list[tuple[str, str, bool]] = field(default_factory=list)
    """Earlier and later field by name, and whether they may be equal: as stated."""
    assumed_orders: set[tuple[str, str]] = field(default_factory=set)
    key: tuple[str, ...] = ()
    named_operations: set[Operation] = field(default_factory=set)
    only: bool = False
    """The named operations are all that is wanted."""
    dropped_operations: set[Operation] = field(default_factory=set)
    filters: list[str] = field(default_factory=list)
    sorts: list[str] = field(default_factory=list)
    changeable: tuple[str, ...] = ()
    """Where not empty: only these fields may change after creation."""
    dropped_fields: set[str] = field(default_factory=set)
    together: list[tuple[tuple[str, ...], int]] = field(default_factory=list)
    """Fields that are unique together, and the piece that says so."""
    aliases: set[str] = field(default_factory=set)
    """Other nouns for it, in the singular."""
    demands: list[int] = field(default_factory=list)
    """Pieces that speak of it."""


@dataclass
class CorrelationSketch:
    """Two kinds of record that belong together; keys as they were said."""

    left: str
    right: str
    keys: tuple[str, ...]
    any_key: bool
    piece: int
    relates: bool = False
    """Said with a verb such as "link", which may mean a reference as well."""
    many: bool = False
    """The right side is said in the plural."""


class Topic(StrEnum):
    """What a statement is about, where it is not about a kind of record alone."""

    LISTING = "listing"
    ISOLATION = "isolation"
    SIGN_IN = "sign_in"
    VALIDATION = "validation"
    CONCURRENCY = "concurrency"
    INGESTION = "ingestion"
    CORRELATION = "correlation"
    RECORDS = "records"


@dataclass
class Sketch:
    """The whole feature while it is being read."""

    entities: dict[str, EntitySketch] = field(default_factory=dict)
    correlations: list[CorrelationSketch] = field(default_factory=list)
    ingestions: dict[str, int] = field(default_factory=dict)
    """Entity name -> piece that asks for it."""
    owners: list[tuple[str, str, bool]] = field(default_factory=list)
    """(child, parent, from a possessive) entity names: each child belongs to one parent."""
    current: EntitySketch | None = None
    last_field: FieldSketch | None = None
    fact_sentence: int = -1
    """The sentence whose subject is `last_field`: what goes on without a subject is about it."""
    quotes: dict[int, str] = field(default_factory=dict)
    """Piece -> its words."""
    sentence: int = -1
    """The sentence that was read last: what follows in it may go on with its list."""
    stumbled: str = ""
    """The item of a list over which the reading of a piece ended."""
    topics: dict[int, set[Topic]] = field(default_factory=dict)
    """Piece -> what it is about."""
    context: dict[int, str] = field(default_factory=dict)
    """Piece that asks for nothing -> why."""
    left_out: dict[int, str] = field(default_factory=dict)
    """Piece that the request itself declares out of scope -> why."""
    assumptions: list[str] = field(default_factory=list)
    refusals: list[Blocked] = field(default_factory=list)
    promises: list[tuple[str, str]] = field(default_factory=list)
    """Stated targets: name and target."""

    def assume(self, text: str) -> None:
        """Note a decision that the words leave open, once."""
        if text not in self.assumptions:
            self.assumptions.append(text)

    def about(self, piece: int, topic: Topic) -> None:
        """Note that a piece is about `topic`."""
        self.topics.setdefault(piece, set()).add(topic)

    def find(self, noun: str) -> EntitySketch | None:
        """The entity that a noun, singular or plural, names."""
        one = naming.singular(noun.lower().strip())
        for each in self.entities.values():
            named = one in (each.label, each.name.replace("_", " "), *each.aliases)
            if named or (each.platform is PlatformType.RISK and one == "risk"):
                return each
        return None

    def refer(self, noun: str) -> EntitySketch | None:
        """The entity that a noun names, be it by its last words alone: "finding" for the scan finding."""
        if known := self.find(noun):
            return known
        one = naming.singular(noun.lower().strip())
        ends = [
            e for e in self.entities.values() if e.label.endswith(f" {one}") or e.label.startswith((f"{one} of ", f"{one} for "))
        ]
        return ends[0] if len(ends) == 1 else None


def refuse(sketch: Sketch, demand: str, needed: str, tried: str, question: str, *, unsupported: bool = False) -> None:
    """Note something that only a person can decide."""
    sketch.refusals.append(
        Blocked(
            reason="unsupported_demand" if unsupported else "ambiguous",
            demand=demand,
            needed=needed,
            tried=(tried,),
            question=question,
        )
    )
