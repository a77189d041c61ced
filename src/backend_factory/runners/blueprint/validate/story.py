"""A scenario in the making: steps in a row, records made before they are needed, names for what is saved."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypedDict, Unpack

from pydantic import JsonValue

from backend_factory.domain.deliverable import Plan, Route
from backend_factory.domain.feature import Entity, Field, FieldType, Operation
from backend_factory.domain.scenario import Call, Expectation, Step
from backend_factory.runners.blueprint.samples import NoSample, distinct, record, value

SETTLE = 10.0
"""Seconds for an index to follow the table."""
PROCESS = 30.0
"""Seconds for a batch to be processed in the background."""

ABSENT = 12
"""Number of the record that no story makes."""

Body = dict[str, JsonValue]
RouteKind = Operation | Literal["batch", "correlated"]


class Details(TypedDict, total=False):
    """The less common parts of a `Call`."""

    tenant: str
    headers: dict[str, str]
    save: dict[str, str]


def equals(values: Mapping[str, JsonValue]) -> tuple[Expectation, ...]:
    """The members of an answer, by wire name."""
    return tuple(Expectation(at=f"/{name}", test="equals", value=each) for name, each in values.items())


def header(name: str, value: str = "") -> Expectation:
    """A header of the answer, with that value; "" for any."""
    return Expectation(header=name, test="equals", value=value) if value else Expectation(header=name, test="present")


def refused(field: str, rule: str = "") -> Expectation:
    """The problem body names the field (wire name; "" for any) and the rule ("" for any)."""
    parts: Body = {"field": field, "rule": rule}
    return Expectation(at="/errors", test="contains", value={name: each for name, each in parts.items() if each})


class Story:
    """Steps of one scenario. It has tenants of its own, so that scenarios can be performed at the same time."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan = plan
        self.tenant = f"t-s{number}"
        self.other = f"t-s{number}-other"
        """Another customer, who must see nothing of the first."""
        self.steps: list[Step] = []
        self._made: dict[tuple[str, str, int], str] = {}
        self._making: set[str] = set()
        self._names = 0

    # ------------------------------------------------------------ steps

    def offers(self, entity: Entity, operation: Operation) -> bool:
        return self._route(entity, operation) is not None

    def call(
        self,
        entity: Entity,
        operation: RouteKind,
        *,
        status: int,
        item: str = "",
        other: str = "",
        query: Mapping[str, str] | None = None,
        body: JsonValue = None,
        expect: Iterable[Expectation] = (),
        within: float = 0.0,
        **details: Unpack[Details],
    ) -> None:
        """A request to the route of that operation; `item` fills the id in its path. NoSample where there is no such route."""
        if (route := self._route(entity, operation, other)) is None:
            raise NoSample(entity.name, f"a way to {operation} {entity.plural} from outside")
        path = re.sub(r"\{[^}]+\}", lambda _: item, route.path)
        carried = {"query": dict(query or {}), "body": body, "expect": tuple(expect), "within": within}
        asked = {"tenant": self.tenant, "method": route.method, "path": path, "status": status}
        self.step(Call.model_validate(asked | carried | details))

    def step(self, step: Step) -> None:
        self.steps.append(step)

    def name(self, stem: str) -> str:
        """A fresh name to save under."""
        self._names += 1
        return f"{stem}_{self._names}"

    def _route(self, entity: Entity, operation: RouteKind, other: str = "") -> Route | None:
        found = (r for r in self.plan.routes if (r.entity, r.operation, r.other) == (entity.name, operation, other))
        return next(found, None)

    # ------------------------------------------------------------ records

    def wire(self, entity: Entity, field: str) -> str:
        """Name of the field on the wire; `created` and the like keep theirs."""
        return next((d.wire for d in self.plan.design(entity.name).fields if d.field == field), field)

    def plural(self, entity: Entity) -> str:
        """Member of a list answer."""
        return self.plan.design(entity.name).wire_plural

    def body(self, entity: Entity, n: int, *, tenant: str = "", only_required: bool = False, alone: bool = False) -> Body:
        """The n-th valid record on the wire; what it refers to is made first. `alone`: without references to its own kind."""
        owner = tenant or self.tenant

        def refer(field: Field, n: int) -> JsonValue:
            if alone and field.references == entity.name and not field.required:
                return None
            return self.reference(field, n, owner)

        made = record(entity, n, refer, only_required=only_required)
        return {self.wire(entity, name): each for name, each in made.items()}

    def reference(self, field: Field, n: int, tenant: str) -> str:
        """What a reference field of the n-th record holds: two records take turns, unless each must have its own."""
        if field.references not in {each.name for each in self.plan.model.entities}:
            return str(value(field, n))
        target = self.plan.entity(field.references or "")
        index = n if field.unique else n % 2
        if (tenant, target.name, index) not in self._made:
            if target.name in self._making:
                raise NoSample(field.name, "references that do not need each other to exist first")
            self._making.add(target.name)
            room = distinct(target)
            start = 100 if room > 200 else room // 2
            self._made[tenant, target.name, index] = self.create(target, start + index, tenant=tenant, only_required=True)
            self._making.discard(target.name)
        return self._made[tenant, target.name, index]

    def create(
        self,
        entity: Entity,
        n: int,
        *,
        tenant: str = "",
        only_required: bool = False,
        alone: bool = False,
        values: Mapping[str, JsonValue] | None = None,
        expect: Sequence[Expectation] = (),
        save: Mapping[str, str] | None = None,
    ) -> str:
        """Makes the n-th record, with `values` (by wire name) instead of its own; returns the placeholder of its id."""
        owner = tenant or self.tenant
        body = self.body(entity, n, tenant=owner, only_required=only_required, alone=alone) | dict(values or {})
        if self.offers(entity, Operation.CREATE):
            name = self.name(entity.name)
            saved = {name: "/id"} | dict(save or {})
            self.call(entity, Operation.CREATE, tenant=owner, status=201, body=body, expect=tuple(expect), save=saved)
            return f"{{{name}}}"
        made = self._arrive(entity, body, owner)
        if expect or save:
            self.call(
                entity, Operation.READ, tenant=owner, item=made, status=200, expect=expect, within=SETTLE, save=dict(save or {})
            )
        return made

    def _arrive(self, entity: Entity, body: Body, tenant: str) -> str:
        """A record of an entity that only comes in batches."""
        batch = self.name("batch")
        self.call(entity, Operation.INGEST, tenant=tenant, status=202, body={"items": [body]}, save={batch: "/batch"})
        self.processed(entity, f"{{{batch}}}", 1, tenant=tenant)
        return self.key_id(entity, body)

    def processed(self, entity: Entity, batch: str, count: int, *, tenant: str = "") -> None:
        """Waits until the batch is done."""
        done = equals({"state": "done", "received": count, "processed": count})
        self.call(entity, "batch", tenant=tenant or self.tenant, item=batch, status=200, expect=done, within=PROCESS)

    def key_id(self, entity: Entity, body: Mapping[str, JsonValue]) -> str:
        """The id that follows from a natural key."""
        parts = "#".join(str(body[self.wire(entity, name)]) for name in entity.key)
        return base64.urlsafe_b64encode(parts.encode()).decode().rstrip("=")

    def location(self, entity: Entity, body: Mapping[str, JsonValue]) -> str:
        """Where a new record says that it is; "" where only the service knows, or where records are not made one by one."""
        route = self._route(entity, Operation.CREATE)
        return f"{route.path}/{self.key_id(entity, body)}" if route and entity.key else ""

    def absent(self, entity: Entity) -> str:
        """An id that nobody made: well-formed, so that nothing but its absence can be the matter."""
        if not entity.key:
            return "0" * 32
        return self.key_id(entity, {self.wire(entity, k): value(entity.field(k), ABSENT) for k in entity.key})


def mutable(entity: Entity) -> tuple[Field, ...]:
    """Fields that a later request may change, plain ones first and references last."""
    found = [f for f in entity.fields if not f.immutable and f.name not in entity.key]
    ruled = {name for rule in entity.rules for name in (rule.earlier, rule.later)}
    return tuple(sorted(found, key=lambda f: (f.type is FieldType.REFERENCE, f.name in ruled, f.many)))


def bound(entity: Entity, name: str) -> frozenset[str]:
    """The field and all that order rules tie it to: they are changed together."""
    tied = {name}
    for _ in entity.rules:
        for rule in entity.rules:
            if tied & {rule.earlier, rule.later}:
                tied |= {rule.earlier, rule.later}
    return frozenset(tied)
