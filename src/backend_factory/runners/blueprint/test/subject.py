"""What is tested of one kind of record: its names in code and on the wire, and sample records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pydantic import JsonValue

from backend_factory.domain.deliverable import EntityDesign, Plan, Route
from backend_factory.domain.feature import Entity, Field, FieldType, Operation
from backend_factory.runners.blueprint.golang import names
from backend_factory.runners.blueprint.golang.literal import go_string
from backend_factory.runners.blueprint.samples import NoSample, capacity, distinct, record, value
from backend_factory.runners.blueprint.test.values import Expression

SAMPLES = 5
LEAST = 3
"""Records that the tests tell apart at least."""
REFERRED = 13
"""Records of another kind that samples refer to."""
FOREIGN, MISSING = 20, 21
"""Number of the record that only another tenant has, and of the one that nobody has."""

Body = dict[str, JsonValue]


@dataclass(frozen=True)
class Subject:
    """One kind of record under test."""

    plan: Plan
    entity: Entity

    @property
    def design(self) -> EntityDesign:
        return self.plan.design(self.entity.name)

    @property
    def go(self) -> str:
        """The Go type's name."""
        return names.exported(self.design.go)

    @property
    def path(self) -> str:
        """/maintenance-windows"""
        return f"/{self.design.path}"

    @property
    def routes(self) -> tuple[Route, ...]:
        return tuple(route for route in self.plan.routes if route.entity == self.entity.name)

    @property
    def offers(self) -> tuple[str, ...]:
        """Names of the operations that the API has."""
        return tuple(str(route.operation) for route in self.routes)

    def can(self, operation: Operation | str) -> bool:
        """Whether the API has the operation."""
        return str(operation) in self.offers

    @property
    def limit(self) -> int:
        """Items of a batch, 0 where there are none."""
        return next((each.max_batch for each in self.plan.model.ingestions if each.entity == self.entity.name), 0)

    def wire(self, field: str) -> str:
        """The field's name on the wire."""
        return names.wire(next(each.wire for each in self.design.fields if each.field == field))

    def wired(self, values: Mapping[str, JsonValue]) -> Body:
        """The values by their names on the wire."""
        return {self.wire(name): each for name, each in values.items()}

    @property
    def fixed(self) -> tuple[Field, ...]:
        """The fields that never change."""
        return tuple(each for each in self.entity.fields if each.immutable or each.name in self.entity.key)

    @property
    def mutable(self) -> tuple[Field, ...]:
        """The fields that may change."""
        return tuple(each for each in self.entity.fields if each not in self.fixed)

    def bound(self, name: str) -> frozenset[str]:
        """The field and all that order rules tie it to: they change together."""
        tied = {name}
        for _ in self.entity.rules:
            for rule in self.entity.rules:
                if tied & {rule.earlier, rule.later}:
                    tied |= {rule.earlier, rule.later}
        return frozenset(tied)

    @cached_property
    def count(self) -> int:
        """How many samples there are; NoSample where they are too few to be told apart."""
        if (room := distinct(self.entity)) < LEAST:
            raise NoSample(self.entity.name, f"{LEAST} records that can exist at the same time")
        return min(SAMPLES, room)

    def values(self, n: int, *, only_required: bool = False) -> Body:
        """The n-th valid record, by field."""
        return record(self.entity, n, self.refer, only_required=only_required)

    def sample(self, n: int, *, only_required: bool = False) -> Body:
        """The n-th valid record, as it is sent."""
        return self.wired(self.values(n, only_required=only_required))

    def inside(self, field: Field) -> bool:
        """The field refers to records of the feature."""
        return field.type is FieldType.REFERENCE and field.references in {each.name for each in self.plan.model.entities}

    def refer(self, field: Field, n: int) -> JsonValue:
        """What a reference of the n-th record holds."""
        if not self.inside(field):
            return value(field, n)
        return self.target(field, n if field.unique else n % 2)

    def target(self, field: Field, n: int) -> str:
        """The id of the n-th record that others refer to."""
        return Subject(self.plan, self.plan.entity(str(field.references))).referred(n)[0]

    def referred(self, n: int) -> tuple[str, str]:
        """Id and sort key of the n-th record that others refer to."""
        if not self.entity.key:
            made = f"{n + 1:032x}"
            return made, f"{self.design.prefix}{made}"
        fields = [self.entity.field(name) for name in self.entity.key]
        parts = [str(value(each, max(capacity(each) - 1 - n, 0))) for each in fields]
        return Expression(f"naturalID({', '.join(go_string(part) for part in parts)})"), self.design.prefix + "#".join(parts)


def subjects(plan: Plan) -> tuple[Subject, ...]:
    """All kinds of records, in the order of the model."""
    return tuple(Subject(plan, entity) for entity in plan.model.entities)


def seeds(plan: Plan) -> Iterator[tuple[str, str]]:
    """Tenant (the Go constant) and sort key of the records that others refer to."""
    targets = dict.fromkeys(
        field.references for entity in plan.model.entities for field in entity.fields if field.type is FieldType.REFERENCE
    )
    for one in subjects(plan):
        if one.entity.name in targets:
            for tenant in ("acme", "globex"):
                yield from ((tenant, one.referred(n)[1]) for n in range(REFERRED))
            yield "globex", one.referred(FOREIGN)[1]
