"""A record's life: created, read, changed, replaced, deleted, and absent afterwards."""

from collections.abc import Iterable
from typing import Unpack

from backend_factory.domain.deliverable import Behaviour
from backend_factory.domain.feature import Entity, Field, Operation
from backend_factory.domain.scenario import Expectation
from backend_factory.runners.blueprint.samples import NoSample, capacity
from backend_factory.runners.blueprint.validate.story import (
    ABSENT,
    SETTLE,
    Body,
    Details,
    Story,
    bound,
    equals,
    header,
    mutable,
    refused,
)
from backend_factory.runners.blueprint.validate.wanted import Wanted


def tell(story: Story, entity: Entity, wanted: Wanted) -> None:
    """Steps for the criteria about single records."""
    life = _Life(story, entity)
    if wanted.has(Behaviour.READ):
        life.read()
    if wanted.has(Behaviour.DEFAULTED):
        life.defaulted(wanted.fields(Behaviour.DEFAULTED, (f.name for f in entity.fields if f.default is not None)))
    if wanted.has(Behaviour.CREATED):
        life.minimal()
    if wanted.has(Behaviour.UPDATED):
        life.updated(wanted.fields(Behaviour.UPDATED, ()))
    if wanted.has(Behaviour.CHANGE_REFUSED):
        fixed = (f.name for f in entity.fields if f.immutable or f.name in entity.key)
        life.change_refused(wanted.fields(Behaviour.CHANGE_REFUSED, fixed))
    if wanted.has(Behaviour.STALE_REFUSED):
        life.stale_refused()
    if wanted.has(Behaviour.REPLACED):
        life.replaced()
    if wanted.has(Behaviour.DELETED):
        life.deleted()
    if wanted.has(Behaviour.ABSENT):
        life.absent()


class _Life:
    def __init__(self, story: Story, entity: Entity) -> None:
        self.story, self.entity = story, entity
        self.first = story.body(entity, 0)
        present = tuple(Expectation(at=at, test="present") for at in ("/id", "/key", "/created", "/updated"))
        self.version = story.name("version")
        facts = (*equals(self.first | {"version": 1}), *present, header("ETag", '"1"'))
        if story.offers(entity, Operation.CREATE):
            facts += (header("Location", story.location(entity, self.first)), header("X-Content-Type-Options", "nosniff"))
        self.id = story.create(entity, 0, expect=facts, save={self.version: "/version"})
        self.now = dict(self.first)
        self.number = 1
        """The version that the record should have."""

    def _next(self) -> Body:
        """The version after one more change."""
        self.number += 1
        return {"version": self.number}

    def _call(
        self,
        operation: Operation,
        status: int,
        *,
        body: Body | None = None,
        expect: Iterable[Expectation] = (),
        **details: Unpack[Details],
    ) -> None:
        self.story.call(self.entity, operation, status=status, item=self.id, body=body, expect=expect, **details)

    def _wire(self, field: Field) -> str:
        return self.story.wire(self.entity, field.name)

    def read(self) -> None:
        tag = header("ETag", f'"{self.number}"')
        self._call(Operation.READ, 200, expect=(*equals(self.now), tag, header("Content-Type", "application/json")))

    def _seen(self) -> None:
        if self.story.offers(self.entity, Operation.READ):
            self.read()

    def minimal(self) -> None:
        if any(not f.required for f in self.entity.fields):
            self.story.create(self.entity, 1, only_required=True, expect=equals({"version": 1}))

    def defaulted(self, names: tuple[str, ...]) -> None:
        body = self.story.body(self.entity, 2, only_required=True)
        defaults: Body = {}
        for name in names:
            body.pop(self.story.wire(self.entity, name), None)
            defaults[self.story.wire(self.entity, name)] = self.entity.field(name).default
        self.story.call(self.entity, Operation.CREATE, status=201, body=body, expect=equals(defaults))

    def _change(self, n: int, names: tuple[str, ...] = ()) -> Body:
        """A patch that changes as few fields as order rules allow; empty where nothing may be changed."""
        changeable = [f.name for f in mutable(self.entity) if capacity(f) > 1]
        chosen = {tied for name in (names or changeable[:1]) for tied in bound(self.entity, name)}
        wires = {self.story.wire(self.entity, name) for name in chosen}
        targets = (self.story.body(self.entity, m) for m in (n, n + 1))
        patches = ({w: target[w] for w in target if w in wires} for target in targets)
        return next((patch for patch in patches if patch != {w: self.now.get(w) for w in patch}), {})

    def updated(self, names: tuple[str, ...]) -> None:
        patch = self._change(3, names)
        self.now |= patch
        if not patch:
            raise NoSample(self.entity.name, "a field that may be changed to another value")
        self._call(Operation.UPDATE, 200, body=patch, expect=equals(self.now | self._next()), save={self.version: "/version"})
        for field in mutable(self.entity):
            wire = self._wire(field)
            if field.required or field.default is not None or field.many or wire not in self.now:
                continue
            del self.now[wire]
            left = (Expectation(at=f"/{wire}", test="absent"), *equals(self.now | self._next()))
            self._call(Operation.UPDATE, 200, body={wire: None}, expect=left, save={self.version: "/version"})
            break
        self._seen()

    def change_refused(self, names: tuple[str, ...]) -> None:
        ways = [o for o in (Operation.UPDATE, Operation.REPLACE) if self.story.offers(self.entity, o)]
        if not ways or not names:
            raise NoSample(self.entity.name, "a way to change a record, and a field that must not change")
        for name in names:
            wire = self.story.wire(self.entity, name)
            changed: Body = {wire: self.story.body(self.entity, 5)[wire]}
            for way in ways:
                body = changed if way is Operation.UPDATE else self.now | changed
                self._call(way, 400, body=body, expect=(refused(wire, "immutable"),))
        self._seen()

    def stale_refused(self) -> None:
        stale = {"If-Match": '"9999"'}
        writes = (Operation.UPDATE, Operation.REPLACE)
        if any(self.story.offers(self.entity, w) for w in writes):
            # The version that a client holds, and a change behind its back.
            held, self.version = self.version, self.story.name("version")
            self._write(self._change(4), save={self.version: "/version"})
            stale = {"If-Match": f'"{{{held}}}"'}
        for operation in (*writes, Operation.DELETE):
            if self.story.offers(self.entity, operation):
                body = None if operation is Operation.DELETE else self.now
                self._call(operation, 412, body=body, headers=stale)
        self._seen()
        if any(self.story.offers(self.entity, w) for w in writes):
            self._write(self._change(6), headers={"If-Match": f'"{{{self.version}}}"'}, save={self.version: "/version"})

    def _write(self, change: Body, **details: Unpack[Details]) -> None:
        """A change by whichever way there is."""
        if not change:
            raise NoSample(self.entity.name, "a field that may be changed to another value")
        self.now |= change
        by_patch = self.story.offers(self.entity, Operation.UPDATE)
        way, body = (Operation.UPDATE, change) if by_patch else (Operation.REPLACE, self.now)
        self._call(way, 200, body=body, expect=equals(self.now | self._next()), **details)

    def replaced(self) -> None:
        kept = {self._wire(f) for f in self.entity.fields if f.immutable or f.name in self.entity.key}
        whole = self.story.body(self.entity, 7) | {w: v for w, v in self.first.items() if w in kept}
        self._call(Operation.REPLACE, 200, body=whole, expect=equals(whole | self._next()), save={self.version: "/version"})
        self.now = dict(whole)
        self._seen()
        needed = kept | {self._wire(f) for f in self.entity.fields if f.required}
        short = {w: each for w, each in whole.items() if w in needed}
        gone = tuple(Expectation(at=f"/{w}", test="absent") for w in self._forgotten() if w not in short)
        defaults = self._defaults(short)
        self._call(Operation.REPLACE, 200, body=short, expect=(*equals(short | defaults), *gone), save={self.version: "/version"})
        self.now = short | defaults

    def _forgotten(self) -> list[str]:
        """Optional fields that a replacement without them takes away."""
        plain = (f for f in mutable(self.entity) if not (f.required or f.many) and f.default is None)
        return [self._wire(f) for f in plain]

    def _defaults(self, given: Body) -> Body:
        absent = (f for f in self.entity.fields if f.default is not None and self._wire(f) not in given)
        return {self._wire(f): f.default for f in absent}

    def deleted(self) -> None:
        self._call(Operation.DELETE, 204)
        if self.story.offers(self.entity, Operation.READ):
            self._call(Operation.READ, 404)
        self._call(Operation.DELETE, 404)
        if self.story.offers(self.entity, Operation.LIST):
            at = f"/{self.story.plural(self.entity)}"
            gone = Expectation(at=at, test="excludes", value={"id": self.id})
            self.story.call(self.entity, Operation.LIST, status=200, expect=(gone,), within=SETTLE)
        if self.story.offers(self.entity, Operation.CREATE):
            # What was taken by the record (its key, unique values) is free again.
            self._call(Operation.CREATE, 201, body=self.now, expect=equals({"version": 1}))

    def absent(self) -> None:
        nobody = self.story.absent(self.entity)
        body = self.story.body(self.entity, ABSENT)
        for operation in (Operation.READ, Operation.REPLACE, Operation.UPDATE, Operation.DELETE):
            if self.story.offers(self.entity, operation):
                written = {Operation.REPLACE: body, Operation.UPDATE: self._change(8) or body}.get(operation)
                self.story.call(self.entity, operation, status=404, item=nobody, body=written)
