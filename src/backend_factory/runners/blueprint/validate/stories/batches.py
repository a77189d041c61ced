"""Batches: processed in the background, once, refused as a whole, and never held up by poison."""

import json
from collections.abc import Iterable
from typing import Unpack

from pydantic import JsonValue

from backend_factory.domain.deliverable import Behaviour
from backend_factory.domain.feature import Entity, Operation
from backend_factory.domain.scenario import Depth, Expectation, Send
from backend_factory.runners.blueprint.samples import NoSample, capacity, invalid
from backend_factory.runners.blueprint.validate.story import SETTLE, Body, Details, Story, bound, equals, header, mutable, refused
from backend_factory.runners.blueprint.validate.wanted import Wanted

COUNT = 3
PUT_ASIDE = 60.0
"""Seconds for a message to be tried in vain until it is a dead letter."""


def tell(story: Story, entity: Entity, wanted: Wanted) -> None:
    """Steps for the criteria about batches."""
    if not story.offers(entity, Operation.INGEST) or not entity.key:
        raise NoSample(entity.name, "ingestion of records with a natural key")
    batches = _Batches(story, entity)
    if wanted.has(Behaviour.INGESTED):
        batches.processed()
    if wanted.has(Behaviour.INGESTED_ONCE):
        batches.once()
    if wanted.has(Behaviour.INGEST_REFUSED):
        batches.refused()
    if wanted.has(Behaviour.DEAD_LETTERED):
        batches.dead_lettered()


class _Batches:
    def __init__(self, story: Story, entity: Entity) -> None:
        self.story, self.entity = story, entity

    def _send(
        self, items: JsonValue, *, status: int = 202, expect: Iterable[Expectation] = (), **details: Unpack[Details]
    ) -> None:
        self.story.call(self.entity, Operation.INGEST, status=status, body={"items": items}, expect=expect, **details)

    def _accepted(self, items: list[Body], headers: dict[str, str] | None = None, tenant: str = "") -> str:
        batch = self.story.name("batch")
        received = (*equals({"received": len(items)}), header("Location"))
        save, owner = {batch: "/batch"}, tenant or self.story.tenant
        self._send([*items], expect=received, save=save, headers=headers or {}, tenant=owner)
        return f"{{{batch}}}"

    def _arrived(self, items: list[Body], tenant: str = "", **facts: JsonValue) -> None:
        """Each item can be read, or at least be found in the list."""
        at, owner = f"/{self.story.plural(self.entity)}", tenant or self.story.tenant
        for item in items:
            found, expect = self.story.key_id(self.entity, item), equals(item | facts)
            if self.story.offers(self.entity, Operation.READ):
                self.story.call(self.entity, Operation.READ, item=found, status=200, expect=expect, within=SETTLE, tenant=owner)
            elif self.story.offers(self.entity, Operation.LIST):
                one = Expectation(at=at, test="contains", value=item | facts)
                self.story.call(self.entity, Operation.LIST, status=200, expect=(one,), within=SETTLE, tenant=owner)

    def _items(self, start: int, count: int, tenant: str = "") -> list[Body]:
        return [self.story.body(self.entity, n, tenant=tenant) for n in range(start, start + count)]

    def processed(self) -> None:
        """A batch is processed and can be followed by its sender only; a record that arrives again is replaced."""
        items = self._items(0, COUNT)
        batch = self._accepted(items)
        self.story.call(self.entity, "batch", item=batch, status=404, tenant=self.story.other)
        self.story.processed(self.entity, batch, COUNT)
        self._arrived(items, version=1)
        changeable = next((f for f in mutable(self.entity) if capacity(f) > 1 and not f.unique), None)
        if changeable is not None:
            wires = {self.story.wire(self.entity, name) for name in bound(self.entity, changeable.name)}
            newer = items[0] | {w: v for w, v in self.story.body(self.entity, 1).items() if w in wires}
            self.story.processed(self.entity, self._accepted([newer]), 1)
            self._arrived([newer])

    def once(self) -> None:
        """The same key again with the same items is the same batch and changes nothing; with other items it is refused.

        Without a key the same items are another batch, which makes no second records. A customer of its own counts them.
        """
        owner = self.story.other
        items, key = self._items(4, 2, owner), {"Idempotency-Key": "scenario-once"}
        batch = self._accepted(items, key, owner)
        again = equals({"batch": batch, "received": len(items)})
        self._send([*items], headers=key, expect=again, tenant=owner)
        self.story.processed(self.entity, batch, len(items), tenant=owner)
        self._arrived(items, owner, version=1)
        self._send([*items], headers=key, expect=again, tenant=owner)
        self._send([*self._items(6, 1, owner)], headers=key, status=409, tenant=owner)
        self.story.processed(self.entity, batch, len(items), tenant=owner)
        self._arrived(items, owner, version=1)
        self.story.processed(self.entity, self._accepted(items, tenant=owner), len(items), tenant=owner)
        if self.story.offers(self.entity, Operation.LIST):
            still = Expectation(at=f"/{self.story.plural(self.entity)}", test="length", value=len(items))
            self.story.call(self.entity, Operation.LIST, status=200, expect=(still,), within=SETTLE, tenant=owner)

    def refused(self) -> None:
        good, bad = self._items(8, 2)
        wire, rule = self._spoil(bad)
        self._send([good, bad], status=400, expect=(refused(f"items[1].{wire}", rule),))
        self._send([], status=400, expect=(refused("items"),))
        most = next(i.max_batch for i in self.story.plan.model.ingestions if i.entity == self.entity.name)
        self._send([good] * (most + 1), status=400, expect=(refused("items"),))
        if self.story.offers(self.entity, Operation.READ):
            self.story.call(self.entity, Operation.READ, item=self.story.key_id(self.entity, good), status=404)

    def _spoil(self, body: Body) -> tuple[str, str]:
        """Makes one value of the record invalid: its wire name, and the rule."""
        for field in self.entity.fields:
            if (wrong := next((i for i in invalid(field) if not i.element), None)) is not None:
                wire = self.story.wire(self.entity, field.name)
                body[wire] = wrong.value
                return wire, wrong.rule
        raise NoSample(self.entity.name, "a value that some field refuses")

    def dead_lettered(self) -> None:
        """Poison ends in the dead-letter queue, while what comes after it is processed."""
        owner = {"tenant": self.story.tenant, "entity": self.entity.name, "batch": "poison", "index": 0}
        lost = owner | {"item": {"noSuchMember": 1}}
        self.story.step(Send(queue="QueueUrl", message="not a message {"))
        self.story.step(Send(queue="QueueUrl", message=json.dumps(lost)))
        items = self._items(10, 2)
        self.story.processed(self.entity, self._accepted(items), len(items))
        self._arrived(items, version=1)
        self.story.step(Depth(queue="DeadLetterQueueUrl", at_least=2, within=PUT_ASIDE))
