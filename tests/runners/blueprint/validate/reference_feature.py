"""A small feature that behaves as the contract says, in memory, with faults that can be switched on.

It answers real HTTP requests for any plan. What it is for: scenarios pass on a right implementation, and notice a wrong one.
"""

import base64
import copy
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from backend_factory.domain.deliverable import Plan, Route
from backend_factory.domain.feature import Entity, Field, FieldType, Operation
from backend_factory.runners.blueprint.samples import refusal

META = ("id", "key", "created", "updated", "version")
Record = dict[str, Any]


class Refused(Exception):
    def __init__(self, status: int, *errors: tuple[str, str]) -> None:
        self.status = status
        self.body = {"status": status, "errors": [{"field": f, "rule": r, "message": "no"} for f, r in errors]}


class Reference:
    """The feature of a plan. `fault` names what is wrong with it."""

    def __init__(self, plan: Plan, fault: str = "") -> None:
        self.plan, self.fault = plan, fault
        self.records: dict[tuple[str, str], dict[str, Record]] = {}
        self.batches: dict[tuple[str, str], Record] = {}
        self.replays: dict[tuple[str, str], tuple[str, str]] = {}
        self.dead: list[str] = []
        self.taken: set[tuple[str, str, str, str]] = set()
        self.ids, self.clock = count(1), count(1)
        self.lock = threading.Lock()

    # ------------------------------------------------------------ entrance

    def answer(self, method: str, target: str, headers: dict[str, str], text: str) -> tuple[int, Any]:
        url = urlsplit(target)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        found = [(r, m) for r in self.plan.routes if r.method == method and (m := _matches(r, url.path))]
        route, match = min(found, key=lambda each: each[0].path.count("{"), default=(None, None))
        if route is None or match is None:
            return 404, {"message": "Not Found"}
        token = headers.get("authorization", "")
        if not token.startswith("Bearer good:") and self.fault != "open":
            return 401, {"message": "Unauthorized"}
        tenant = "everybody" if self.fault == "shared" else token.removeprefix("Bearer good:")
        item = unquote(match["id"]) if "id" in match.groupdict() else ""
        with self.lock:
            try:
                return self._do(route, tenant, item, query, headers, json.loads(text) if text else None)
            except Refused as refused:
                return refused.status, refused.body

    def _do(self, route: Route, tenant: str, item: str, query: dict[str, str], headers: dict[str, str], body: Any) -> Any:
        entity = self.plan.entity(route.entity)
        match route.operation:
            case Operation.CREATE:
                return 201, self._store(entity, tenant, self._valid(entity, tenant, body))
            case Operation.READ:
                return 200, self._shown(self._find(entity, tenant, item))
            case Operation.LIST:
                return 200, self._list(entity, tenant, query)
            case Operation.REPLACE | Operation.UPDATE:
                return 200, self._shown(self._revise(entity, tenant, item, headers, body, route.operation is Operation.UPDATE))
            case Operation.DELETE:
                self._delete(entity, tenant, item, headers)
                return 204, None
            case Operation.INGEST:
                return 202, self._ingest(entity, tenant, headers, body)
            case "batch":
                if (tenant, item) not in self.batches:
                    raise Refused(404)
                return 200, self.batches[tenant, item]
            case "correlated":
                return 200, self._correlated(entity, self.plan.entity(route.other), tenant, item, query)

    # ------------------------------------------------------------ records

    def _of(self, entity: Entity, tenant: str) -> dict[str, Record]:
        return self.records.setdefault((tenant, entity.name), {})

    def _find(self, entity: Entity, tenant: str, item: str) -> Record:
        if item not in self._of(entity, tenant):
            raise Refused(404)
        return self._of(entity, tenant)[item]

    def _shown(self, record: Record) -> Record:
        return record

    def _wires(self, entity: Entity) -> dict[str, Field]:
        return {d.wire: entity.field(d.field) for d in self.plan.design(entity.name).fields}

    def _valid(self, entity: Entity, tenant: str, body: Any, prefix: str = "") -> Record:
        errors: list[tuple[str, str]] = []
        fields, made = self._wires(entity), {}
        if self.fault != "unknown":
            errors += [(name, "unknown") for name in body if name not in fields]
        for wire, field in fields.items():
            value = body.get(wire)
            if value is None and field.default is not None and self.fault != "no_default":
                value = field.default
            if value is None:
                if field.required and self.fault != "missing":
                    errors.append((wire, "missing"))
                continue
            if (rule := self._broken(field, tenant, value)) is not None:
                errors.append((wire, rule))
            made[wire] = value
        errors += [] if self.fault == "order" else self._misordered(entity, made, {f for f, _ in errors})
        if errors:
            raise Refused(400, *((prefix + f, r) for f, r in errors))
        return made

    def _broken(self, field: Field, tenant: str, value: Any) -> str | None:
        if field.many:
            if not isinstance(value, list):
                return "type"
            if len(value) > field.max_items:
                return "items"
            broken = (self._broken(field.model_copy(update={"many": False}), tenant, each) for each in value)
            doubled = len({json.dumps(v) for v in value}) < len(value)
            return next(filter(None, broken), "duplicate" if doubled else None)
        if field.type is FieldType.REFERENCE:
            if not isinstance(value, str):
                return "type"
            if field.references in {e.name for e in self.plan.model.entities}:
                owners = {t for t, _ in self.records} if self.fault == "foreign_reference" else {tenant}
                held = any(value in self.records.get((t, str(field.references)), {}) for t in owners)
                return None if held or self.fault == "reference" else "reference"
            return None if re.fullmatch(rf"#{field.references}#[^#]+#[^#]+", value) else "pattern"
        rule = refusal(field, value)
        return None if rule == self.fault else rule

    def _misordered(self, entity: Entity, made: Record, broken: set[str]) -> Iterator[tuple[str, str]]:
        wires = {f.name: wire for wire, f in self._wires(entity).items()}
        for rule in entity.rules:
            one, other = made.get(wires[rule.earlier]), made.get(wires[rule.later])
            if one is None or other is None or broken & {wires[rule.earlier], wires[rule.later]}:
                continue
            if one > other or (one == other and not rule.or_equal and self.fault != "or_equal"):
                yield wires[rule.later], "order"

    def _uniques(self, entity: Entity, tenant: str, made: Record) -> dict[str, tuple[str, str, str, str]]:
        fields = self._wires(entity)
        return {w: (tenant, entity.name, w, str(made[w]).lower()) for w, f in fields.items() if f.unique and w in made}

    def _store(self, entity: Entity, tenant: str, made: Record, upsert: bool = False) -> Record:
        wires = {f.name: wire for wire, f in self._wires(entity).items()}
        parts = [str(made[wires[name]]) for name in entity.key]
        text = "#".join(parts)
        item = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=") if parts else f"{next(self.ids):032x}"
        held = self._of(entity, tenant)
        if item in held and not upsert and self.fault != "duplicate_key":
            raise Refused(409, *((wires[name], "duplicate") for name in entity.key))
        uniques = self._uniques(entity, tenant, made)
        if self.fault != "unique" and (doubled := [w for w, mark in uniques.items() if mark in self.taken]) and not upsert:
            raise Refused(409, *((w, "duplicate") for w in doubled))
        self.taken |= set(uniques.values())
        now = f"2030-01-01T00:00:{next(self.clock):08.3f}Z"
        version = held[item]["version"] + 1 if item in held else 1
        held[item] = {
            "id": item,
            "key": f"#{entity.name}#{text or item}",
            "created": now,
            "updated": now,
            "version": version,
        } | made
        return held[item]

    def _guard(self, record: Record, headers: dict[str, str]) -> None:
        asked = headers.get("if-match")
        if asked and asked != f'"{record["version"]}"' and self.fault != "stale":
            raise Refused(412)

    def _revise(self, entity: Entity, tenant: str, item: str, headers: dict[str, str], body: Any, patch: bool) -> Record:
        before = self._find(entity, tenant, item)
        self._guard(before, headers)
        fields = self._wires(entity)
        old = {w: v for w, v in before.items() if w in fields}
        fixed = {w for w, f in fields.items() if f.immutable or f.name in entity.key}
        merge = patch != (self.fault == "patch_replaces" and patch) or (self.fault == "put_merges" and not patch)
        wanted = old | body if merge else {w: old[w] for w in fixed if w in old} | body
        if self.fault == "null_kept":
            wanted = {w: old.get(w) if v is None else v for w, v in wanted.items()}
        made = self._valid(entity, tenant, wanted)
        if self.fault != "immutable" and (changed := [w for w in fixed if made.get(w) != old.get(w)]):
            raise Refused(400, *((w, "immutable") for w in changed))
        self.taken -= set(self._uniques(entity, tenant, old).values())
        self.taken |= set(self._uniques(entity, tenant, made).values())
        version = before["version"] + (self.fault != "version")
        after = {name: before[name] for name in META} | made | {"version": version}
        if self.fault != "not_kept":
            self._of(entity, tenant)[item] = after
        return after

    def _delete(self, entity: Entity, tenant: str, item: str, headers: dict[str, str]) -> None:
        record = self._find(entity, tenant, item)
        self._guard(record, headers)
        if self.fault != "delete":
            del self._of(entity, tenant)[item]
        if self.fault != "unique_kept":
            self.taken -= set(self._uniques(entity, tenant, record).values())

    # ------------------------------------------------------------ lists

    def _list(self, entity: Entity, tenant: str, query: dict[str, str]) -> Any:
        fields = self._wires(entity)
        filters = [w for w, f in fields.items() if f.name in entity.filters]
        sorts = ["created", "updated", *(w for w, f in fields.items() if f.name in entity.sorts)]
        order = query.get("sort", "created")
        errors = [(n, "unknown") for n in query if n not in ("limit", "cursor", "sort", *filters)]
        errors += [] if order.removeprefix("-") in sorts else [("sort", "choice")]
        if errors:
            raise Refused(400, *errors)
        found = list(self._of(entity, tenant).values())
        for name in filters:
            if name in query and self.fault != "filter":
                found = [r for r in found if query[name] in _texts(r.get(name))]
        if self.fault != "sort":
            found.sort(key=lambda r: _sortable(r[order.removeprefix("-")]), reverse=order[0] == "-" and self.fault != "descend")
        seal = [tenant, entity.name, order, *(query.get(n, "") for n in filters)]
        return self._page(self.plan.design(entity.name).wire_plural, found, query, seal)

    def _page(self, plural: str, found: list[Record], query: dict[str, str], seal: list[str]) -> Any:
        limit = query.get("limit", "25")
        if not (limit.isdigit() and 1 <= int(limit) <= 100) and self.fault != "limit":
            raise Refused(400, ("limit", "maximum"))
        size, start = int(limit) if limit.isdigit() else 25, 0
        if "cursor" in query:
            try:
                *sealed, at = json.loads(base64.urlsafe_b64decode(query["cursor"]))
            except ValueError:
                raise Refused(400, ("cursor", "format")) from None
            if sealed != seal and self.fault != "cursor":
                raise Refused(400, ("cursor", "format"))
            start = at - (self.fault == "overlap")
        body: dict[str, Any] = {plural: found[start : start + size]}
        if start + size < len(found) and self.fault != "one_page":
            body["next"] = base64.urlsafe_b64encode(json.dumps([*seal, start + size]).encode()).decode()
        return body

    def _correlated(self, entity: Entity, other: Entity, tenant: str, item: str, query: dict[str, str]) -> Any:
        record = self._find(entity, tenant, item)
        pairs = [
            (p.left, p.right) if c.left == entity.name else (p.right, p.left)
            for c in self.plan.model.correlations
            if {c.left, c.right} == {entity.name, other.name}
            for p in c.keys
        ][: 1 if self.fault == "first_pair" else None]
        names = [{f.name: w for w, f in self._wires(e).items()} for e in (entity, other)]
        owners = [t for t, e in self.records if e == other.name] if self.fault == "foreign_match" else [tenant]
        found = [
            r
            for owner in owners
            for r in self._of(other, owner).values()
            if self.fault == "match_all"
            or any(self._equal(record.get(names[0][one]), r.get(names[1][two])) for one, two in pairs)
        ]
        if self.fault == "one_way" and entity.name == self.plan.model.correlations[0].right:
            found = []
        return self._page(self.plan.design(other.name).wire_plural, found, query, [tenant, item])

    def _equal(self, one: Any, other: Any) -> bool:
        if one is None or other is None:
            return False
        return bool(one == other) if self.fault == "letter_case" else str(one).lower() == str(other).lower()

    # ------------------------------------------------------------ batches

    def _ingest(self, entity: Entity, tenant: str, headers: dict[str, str], body: Any) -> Any:
        items = body["items"]
        most = next(i.max_batch for i in self.plan.model.ingestions if i.entity == entity.name)
        if not 1 <= len(items) <= most and self.fault != "any_size":
            raise Refused(400, ("items", "items"))
        made = []
        for n, item in enumerate(items):
            try:
                made.append(self._valid(entity, tenant, item, f"items[{n}]."))
            except Refused:
                if self.fault != "partial":
                    raise
        key, text = headers.get("idempotency-key"), json.dumps(items)
        if key and (tenant, key) in self.replays and self.fault != "replay":
            batch, before = self.replays[tenant, key]
            if before != text:
                raise Refused(409)
            return {"batch": batch, "received": len(items)}
        batch = f"b{next(self.ids)}"
        if key:
            self.replays[tenant, key] = batch, text
        for each in made:
            self._store(entity, tenant, copy.deepcopy(each), upsert=self.fault != "no_upsert")
        done = len(items) - (self.fault == "lost")
        self.batches[tenant, batch] = {"batch": batch, "received": len(items), "processed": done, "state": "done"}
        return {"batch": batch, "received": len(items)}

    def receive(self, message: str) -> None:
        """What a worker does with a message that came past the API."""
        if self.fault != "swallow":
            self.dead.append(message)


def _matches(route: Route, path: str) -> re.Match[str] | None:
    return re.fullmatch(re.sub(r"\\\{[^}]+\\\}", r"(?P<id>[^/]+)", re.escape(route.path)), path)


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [json.dumps(v) if isinstance(v, bool) else str(v) for v in values]


def _sortable(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


class ReferenceTarget:
    """The reference feature as scenarios reach it."""

    def __init__(self, feature: Reference, base_url: str) -> None:
        self.feature, self.base_url = feature, base_url

    async def token(self, tenant: str) -> str:
        return f"good:{tenant}"

    async def tampered(self, tenant: str) -> str:
        return f"tampered:{tenant}"

    async def other_audience(self, tenant: str) -> str:
        return f"elsewhere:{tenant}"

    async def send(self, queue: str, message: str) -> None:
        self.feature.receive(message)

    async def depth(self, queue: str) -> int:
        return len(self.feature.dead) if queue == "DeadLetterQueueUrl" else 0

    async def logs(self) -> str:
        return ""


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the tests."""


def told(path: str, status: int, body: Any) -> dict[str, str]:
    """The headers of an answer."""
    headers = {"Content-Type": "application/json", "X-Content-Type-Options": "nosniff"}
    if isinstance(body, dict) and "version" in body:
        headers["ETag"] = f'"{body["version"]}"'
    if isinstance(body, dict) and status in (201, 202):
        headers["Location"] = f"{path}/{body.get('id') or body.get('batch')}"
    return headers


@contextmanager
def deployed(plan: Plan, fault: str = "") -> Iterator[ReferenceTarget]:
    """The feature, reachable over HTTP on the loopback."""
    feature = Reference(plan, fault)

    class Entrance(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_one(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, body = feature.answer(self.command, self.path, headers, text)
            content = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            for name, value in told(self.path, status, body).items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = Quiet(("127.0.0.1", 0), Entrance)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield ReferenceTarget(feature, f"http://127.0.0.1:{server.server_address[1]}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
