"""The deployed feature with all that is known about it: where attacks, load and races make their visits."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from backend_factory.domain.deliverable import Plan, Route
from backend_factory.domain.feature import Entity, Operation
from backend_factory.domain.scenario import Call, Scenario
from backend_factory.gates.outside.contract import Contract, Schema, is_text, members
from backend_factory.gates.outside.port import Deployed
from backend_factory.gates.outside.recipe import Recipe, recipes
from backend_factory.gates.outside.visit import Seen, Visit, pay
from backend_factory.gates.scenario.expectation import same
from backend_factory.gates.scenario.pointer import Missing, resolve
from backend_factory.gates.scenario.saved import NotSaved, Saved

if TYPE_CHECKING:
    import httpx

_AT_A_TIME = 8
"""Requests under way from one ground, so that the machine measures the feature and not its own queue."""
_RECIPES = 4
"""Ways of making a record that are tried."""
_SETTLE = 15.0
"""Seconds for what is done in the background."""

Body = dict[str, Any]


class NotMade(Exception):
    """A record that the scenarios make could not be made here; the message says what was seen."""


@dataclass(frozen=True)
class Made:
    """A record that exists."""

    entity: Entity
    tenant: str
    id: str
    body: Body
    """What was sent."""
    seen: Seen
    """The answer that made it, or that showed it first."""


class Ground:
    """Visits the feature; remembers every answer."""

    def __init__(
        self, target: Deployed, http: "httpx.AsyncClient", contract: Contract, plan: Plan, scenarios: tuple[Scenario, ...]
    ) -> None:
        self.target, self.contract, self.plan = target, contract, plan
        self.seen: list[Seen] = []
        self._http, self.scenarios = http, scenarios
        self._slots = asyncio.Semaphore(_AT_A_TIME)
        self._made: dict[tuple[str, str], Made | NotMade] = {}
        self._locks: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    # ------------------------------------------------------------ visits

    async def visit(
        self,
        tenant: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        raw: bytes | None = None,
    ) -> Seen:
        """A request of the tenant's user; "" sends no token. `body` is sent as JSON, `raw` as it is."""
        token = await self.target.token(tenant) if tenant else None
        return await self.bear(token, method, path, query=query, headers=headers, body=body, raw=raw)

    async def bear(
        self,
        token: str | None,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        raw: bytes | None = None,
    ) -> Seen:
        """The same with a token of any kind."""
        content = raw if raw is not None else None if body is None else json.dumps(body).encode()
        visit = Visit(method, path, query or {}, headers or {}, content, token)
        async with self._slots:
            seen = await pay(self._http, self.target.base_url, visit)
        self.seen.append(seen)
        return seen

    # ------------------------------------------------------------ routes

    def routes(self, *operations: str) -> list[Route]:
        """The planned routes of these operations; all where none is named."""
        return [r for r in self.plan.routes if not operations or r.operation in operations]

    def route(self, entity: str, operation: str) -> Route | None:
        return next((r for r in self.plan.routes if (r.entity, r.operation) == (entity, operation)), None)

    def schema(self, route: Route | None) -> Schema:
        """Of the JSON body that the route takes; empty where it takes none."""
        operation = self.contract.operation(route.method, route.path) if route else None
        return operation.schema if operation else {}

    def wire(self, entity: Entity, field: str) -> str:
        """A field's name on the wire."""
        return next((d.wire for d in self.plan.design(entity.name).fields if d.field == field), field)

    def fixed(self, entity: Entity) -> set[str]:
        """Wire names of the members that never change."""
        return {self.wire(entity, f.name) for f in entity.fields if f.immutable or f.name in entity.key}

    def plural(self, entity: Entity) -> str:
        """The member of a list's answer."""
        return self.plan.design(entity.name).wire_plural

    # ------------------------------------------------------------ records

    def ways(self, entity: Entity) -> tuple[Recipe, ...]:
        """How the scenarios make a record, one by one or in a batch."""
        found = recipes(self.plan, self.scenarios, entity.name, Operation.CREATE)
        return found or recipes(self.plan, self.scenarios, entity.name, Operation.INGEST)

    async def made(self, tenant: str, entity: Entity) -> Made:
        """The tenant's record, made when first asked for. Raises NotMade."""
        key = (tenant, entity.name)
        async with self._locks[key]:
            if key not in self._made:
                try:
                    self._made[key] = await self._make(tenant, entity)
                except NotMade as error:
                    self._made[key] = error
        found = self._made[key]
        if isinstance(found, NotMade):
            raise found
        return found

    async def _make(self, tenant: str, entity: Entity) -> Made:
        reason = f"no scenario makes one of the {entity.plural}"
        for recipe in self.ways(entity)[:_RECIPES]:
            try:
                call, seen = await self.perform(recipe, tenant)
            except NotMade as error:
                reason = str(error)
                continue
            if recipe.route.operation is Operation.CREATE:
                return Made(entity, tenant, identity(seen), dict(call.body) if isinstance(call.body, dict) else {}, seen)
            return await self._arrived(tenant, entity, call)
        raise NotMade(reason)

    async def perform(self, recipe: Recipe, tenant: str) -> tuple[Call, Seen]:
        """The recipe's last call as it was sent, and its answer. Raises NotMade where a step is answered otherwise."""
        saved = await self._saved(recipe, tenant)
        return await self._step(recipe.last, saved, tenant)

    async def prepared(self, recipe: Recipe, tenant: str) -> Call:
        """The recipe's last call, ready to be sent, after those that it needs. Raises NotMade where one is answered otherwise."""
        try:
            return (await self._saved(recipe, tenant)).fill(recipe.last)
        except NotSaved as error:
            raise NotMade(str(error)) from error

    async def _saved(self, recipe: Recipe, tenant: str) -> Saved:
        saved = Saved()
        for step in recipe.steps[:-1]:
            _, seen = await self._step(step, saved, tenant)
            for name, pointer in step.save.items():
                found = resolve(seen.json, pointer)
                if not isinstance(found, Missing):
                    saved.save(name, found)
        return saved

    async def _step(self, step: Call, saved: Saved, tenant: str) -> tuple[Call, Seen]:
        try:
            call = saved.fill(step)
        except NotSaved as error:
            raise NotMade(str(error)) from error
        deadline = time.monotonic() + (step.within if step.method == "GET" else 0)
        while True:
            seen = await self.visit(tenant, call.method, call.path, query=call.query, headers=call.headers, body=call.body)
            met = seen.status == step.status and all(
                e.test != "equals" or same(resolve(seen.json, e.at), e.value) for e in call.expect if step.within
            )
            if met:
                return call, seen
            if time.monotonic() > deadline:
                raise NotMade(f"{seen.visit.line}: expected status {step.status}, seen {seen.short}")
            await asyncio.sleep(0.1)

    async def _arrived(self, tenant: str, entity: Entity, sent: Call) -> Made:
        """A record of a batch, found in the list."""
        items = sent.body.get("items") if isinstance(sent.body, dict) else None
        listing = self.route(entity.name, Operation.LIST)
        if not isinstance(items, list) or not items or not isinstance(items[0], dict) or listing is None:
            raise NotMade(f"{entity.plural} arrive in batches and cannot be listed")
        deadline = time.monotonic() + _SETTLE
        while True:
            seen = await self.visit(tenant, "GET", listing.path)
            found = seen.member(self.plural(entity))
            if isinstance(found, list) and found and isinstance(found[0], dict) and found[0].get("id"):
                return Made(entity, tenant, str(found[0]["id"]), dict(items[0]), seen)
            if time.monotonic() > deadline:
                raise NotMade(f"{entity.plural} of a batch that was accepted never arrived: {seen.short}")
            await asyncio.sleep(0.1)

    def text_members(self, route: Route | None) -> list[str]:
        """Names of the members in which the route takes free text."""
        references = {self.wire(e, f.name) for e in self.plan.model.entities for f in e.fields if f.references}
        return [name for name, each in members(self.schema(route)).items() if is_text(each) and name not in references]


def identity(seen: Seen) -> str:
    """The id of a record that was just made: the answer's, or the end of its Location."""
    found = seen.member("id")
    return str(found) if found else seen.headers.get("location", "").rstrip("/").rsplit("/", 1)[-1]


def at(path: str, id: str) -> str:
    """The path with every parameter replaced by the id, escaped; `id` that holds a % is escaped already."""
    head, _, rest = path.partition("{")
    if not rest:
        return path
    _, _, tail = rest.partition("}")
    return head + (id if "%" in id else quote(id, safe="")) + at(tail, id)
