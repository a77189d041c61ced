"""The toy feature on loopback, right unless told to be wrong: each fault is a name, looked for where it does its harm."""

import base64
import hashlib
import hmac
import json
import re
import threading
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote

from toy_plan import FIELDS, FIXED, contract

KEY = b"the key of the issuer, which nobody can guess"
AUDIENCE = "notes"
TRIES = 3
MOST = 256 << 10


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).rstrip(b"=").decode()


def read_part(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def signed(claims: dict[str, Any]) -> str:
    payload = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}"
    return f"{payload}.{part(hmac.digest(KEY, payload.encode(), hashlib.sha256))}"


class Refused(Exception):
    def __init__(self, status: int, told: str = "refused") -> None:
        self.status, self.told = status, told


class Toy:
    """Implements `Deployed`; `faults` are what it does wrong, `ways` other ways in which it is right."""

    def __init__(self, *faults: str, ways: Sequence[str] = ()) -> None:
        self.faults, self.ways = frozenset(faults), frozenset(ways)
        self.records: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.batches: dict[tuple[str, str], dict[str, Any]] = {}
        self.queues: dict[str, list[dict[str, Any]]] = {"QueueUrl": [], "DeadLetterQueueUrl": []}
        self.lines: list[str] = []
        self.tokens: dict[str, str] = {}
        self.lock = threading.RLock()
        self.limit, self.busy, self.served = 0, 0, 0
        self.paused, self.ended = False, False
        self.cold_ms, self.cold_status = (9_000.0 if "cold" in faults else 20.0), (500 if "cold-500" in faults else 200)
        self.queued = "no-queue" not in self.ways and "no-queue" not in self.faults
        self.base_url = ""
        self.document = contract()

    # ------------------------------------------------------------ as a target

    async def token(self, tenant: str) -> str:
        return self.tokens.setdefault(tenant, self.issued(tenant))

    def issued(self, tenant: str) -> str:
        return signed({"username": tenant, "aud": AUDIENCE, "exp": time.time() + 3600})

    async def nameless(self, tenant: str) -> str:
        return signed({"sub": tenant, "aud": AUDIENCE, "exp": time.time() + 3600})

    async def expired(self) -> str:
        return signed({"username": "acme", "aud": AUDIENCE, "exp": time.time() - 1})

    async def other_audience(self, tenant: str) -> str:
        return signed({"username": tenant, "aud": "another", "exp": time.time() + 3600})

    async def tampered(self, tenant: str) -> str:
        head, payload, signature = (await self.token(tenant)).split(".")
        return f"{head}.{part(read_part(payload) | {'scope': 'admin'})}.{signature}"

    async def logs(self) -> str:
        return "\n".join(self.lines[-20:])

    async def everything_logged(self) -> str:
        return "\n".join(self.lines)

    async def send(self, queue: str, message: str) -> None:
        with self.lock:
            self.queues[queue].append({"body": message, "tries": 0})

    async def depth(self, queue: str) -> int:
        return len(self.queues[queue])

    async def take(self, queue: str, holding: Sequence[str], within: float) -> tuple[str, ...]:
        deadline = time.monotonic() + min(within, 1.5)
        while True:
            with self.lock:
                found = [m for m in self.queues[queue] if any(text in m["body"] for text in holding)]
                self.queues[queue] = [m for m in self.queues[queue] if m not in found]
            if found or time.monotonic() > deadline:
                return tuple(m["body"] for m in found)
            time.sleep(0.01)

    @asynccontextmanager
    async def held_back(self, requests: int) -> AsyncIterator[None]:
        self.limit = requests
        try:
            yield
        finally:
            self.limit = -1 if "never-recovers" in self.faults else 0

    @asynccontextmanager
    async def undelivered(self) -> AsyncIterator[None]:
        self.paused = True
        yield
        self.paused = False

    @asynccontextmanager
    async def hurried(self) -> AsyncIterator[None]:
        yield

    # ------------------------------------------------------------ as a server

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Toy"]:
        toy = self

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

        class Conversation(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def answer(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                content = self.rfile.read(size)
                status, headers, body = toy.answer(self.command, self.path, dict(self.headers.items()), content)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_: Any) -> None:
                pass

        server = Server(("127.0.0.1", 0), Conversation)
        self.base_url = f"http://127.0.0.1:{server.server_address[1]}"
        threads = [threading.Thread(target=server.serve_forever, args=(0.02,)), threading.Thread(target=self.work)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self.ended = True
            server.shutdown()
            server.server_close()
            for thread in threads:
                thread.join()

    def answer(self, method: str, target: str, headers: dict[str, str], content: bytes) -> tuple[int, dict[str, str], bytes]:
        path, _, query = target.partition("?")
        told = {name.lower(): value for name, value in headers.items()}
        asked = dict(parse_qsl(query, keep_blank_values=True))
        extra = {"Content-Type": "application/json"}
        with self.lock:
            self.busy += 1
            crowded = self.limit and self.busy > self.limit
            self.served += 1
        try:
            if crowded and "half-done" not in self.faults:
                raise Refused(500 if "throttled-500" in self.faults else 429)
            self.delayed(content)
            status, more, value = self.routed(method, path, asked, told, content)
            if crowded:
                raise Refused(429)
        except Refused as refusal:
            status, more, value = refusal.status, {}, {"title": refusal.told, "status": refusal.status}
            extra["Content-Type"] = "application/problem+json"
            if "internals" in self.faults:
                value["detail"] = "operation error DynamoDB: GetItem, https response error StatusCode: 400"
        finally:
            with self.lock:
                self.busy -= 1
        self.logged(method, path, told, content)
        if "html" in self.faults and method == "GET":
            extra["Content-Type"] = "text/html"
        if "nosniff" in self.ways:
            extra["X-Content-Type-Options"] = "nosniff"
        if "crlf" in self.faults and "\r\n" in unquote(path):
            extra["X-Injected"] = "yes"
        body = b"" if value is None else json.dumps(value).encode()
        if not {"raw-script", "nosniff"} & (self.faults | self.ways):
            body = body.replace(b"<", b"\\u003c")
        return status, extra | more, body

    def delayed(self, content: bytes) -> None:
        if self.limit:
            time.sleep(0.05)
        if "slow" in self.faults:
            time.sleep(0.6)
        if "sometimes-slow" in self.faults and self.served % 25 == 0:
            time.sleep(1.1)
        if "sometimes-503" in self.faults and self.served % 20 == 0:
            raise Refused(503)
        if "explosive" in self.faults and b"a." * 100 in content:
            time.sleep(5.3)

    def logged(self, method: str, path: str, told: dict[str, str], content: bytes) -> None:
        line = f"{method} {path}"
        if "token-logged" in self.faults:
            line += f" {told.get('authorization')}"
        if "body-logged" in self.faults:
            line += f" {content[:500]!r}"
        self.lines.append(line)

    # ------------------------------------------------------------ sign-in

    def tenant(self, told: dict[str, str], asked: dict[str, str], method: str, path: str) -> str:
        if "open-list" in self.faults and method == "GET" and path == "/notes":
            return "acme"
        kind, _, token = told.get("authorization", "").partition(" ")
        if "token-in-query" in self.faults and "access_token" in asked:
            kind, token = "Bearer", asked.pop("access_token")
        if kind != "Bearer" and not ("basic" in self.faults and kind == "Basic"):
            raise Refused(403 if "403-for-401" in self.faults else 401)
        try:
            head, payload, signature = token.split(".")
            claims, algorithm = read_part(payload), read_part(head)["alg"]
        except (ValueError, KeyError):
            raise Refused(500 if "no-jwt-500" in self.faults else 401) from None
        keys = [KEY, *([b"secret"] if "guessable" in self.faults else [])]
        signatures = [part(hmac.digest(key, f"{head}.{payload}".encode(), hashlib.sha256)) for key in keys]
        unsigned = algorithm == "none" and "alg-none" in self.faults
        if signature not in signatures and not unsigned and "unverified" not in self.faults:
            raise Refused(401)
        if claims.get("exp", 0) < time.time() and "expired" not in self.faults:
            raise Refused(401)
        if claims.get("aud") != AUDIENCE and "audience" not in self.faults:
            raise Refused(401)
        tenant = str(claims.get("username", "nobody" if "nameless" in self.faults else ""))
        if not tenant:
            raise Refused(401)
        return told.get("x-tenant-id", tenant) if "tenant-from-header" in self.faults else tenant

    # ------------------------------------------------------------ operations

    def routed(
        self, method: str, path: str, asked: dict[str, str], told: dict[str, str], content: bytes
    ) -> tuple[int, dict[str, str], Any]:
        parts = path.strip("/").split("/")
        if "traversal" in self.faults and ".." in unquote(path):
            return 200, {}, {"file": "root:x:0:0:root:/root:/bin/sh"}
        if parts[0] not in FIELDS or len(parts) > 3:
            raise Refused(404)
        tenant, plural = self.tenant(told, asked, method, path), parts[0]
        if "override" in self.faults:
            method = told.get("x-http-method-override", method)
        if parts[1:2] == ["batches"] and plural == "folders" and self.queued:
            return self.batch(method, parts[2:], tenant, told, content)
        match (method, len(parts)):
            case ("POST", 1):
                return self.create(tenant, plural, self.read(content, told, f"/{plural}", "post"))
            case ("GET", 1):
                return self.listed(tenant, plural, asked)
            case ("GET", 2):
                return 200, *self.shown(self.found(tenant, plural, unquote(parts[1])))
            case ("PUT" | "PATCH", 2):
                return self.change(method, tenant, plural, unquote(parts[1]), told, content)
            case ("DELETE", 2):
                return self.delete(tenant, plural, unquote(parts[1]), told)
            case _:
                raise Refused(404)

    def read(self, content: bytes, told: dict[str, str], path: str, method: str) -> dict[str, Any]:
        from jsonschema import Draft202012Validator

        kind = told.get("content-type", "application/json")
        if kind.partition(";")[0] != "application/json" or '"' in kind:
            if "any-type" in self.faults and method == "patch":
                return {}
            raise Refused(415)
        if len(content) > MOST:
            raise Refused(413)
        try:
            body = json.loads(content.decode())
        except RecursionError:
            raise Refused(500 if "deep-500" in self.faults else 400) from None
        except ValueError:
            raise Refused(500 if "broken-500" in self.faults else 400) from None
        if "odd-500" in self.faults and any(isinstance(v, str) and not v.isascii() for v in (body or {}).values()):
            raise Refused(500)
        schema = self.document["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
        if "unknown-member" in self.faults or "ignores-unknown" in self.ways:
            body = {k: v for k, v in body.items() if k in schema["properties"]} if isinstance(body, dict) else body
        if "mass" in self.faults and isinstance(body, dict):
            forged = {k: v for k, v in body.items() if k == "version" and isinstance(v, int)}
            self.check(Draft202012Validator(schema), {k: v for k, v in body.items() if k not in forged})
            return body
        if "tenant-from-body" in self.faults and isinstance(body, dict) and "tenant" in body:
            schema = schema | {"additionalProperties": True}
        self.check(Draft202012Validator(schema), body)
        if not isinstance(body, dict):
            raise Refused(400)
        return body

    def check(self, validator: Any, body: Any) -> None:
        if not validator.is_valid(body):
            raise Refused(400)

    def create(self, tenant: str, plural: str, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        if "tenant-from-body" in self.faults:
            tenant = str(body.pop("tenant", tenant))
            body = {k: v for k, v in body.items() if k in FIELDS[plural]}
        if "interpreter" in self.faults:
            body = {k: str(v).replace("{{191*7}}", "1337") for k, v in body.items()}
        if "key-injection" in self.faults and plural == "notes":
            body["title"] = body["title"].partition("#")[0] or "x"
        self.refers(tenant, body)
        id = part(body["name"].encode()) if plural == "folders" else uuid.uuid4().hex
        taken = self.taken(tenant, plural, id, body)
        if "check-then-act" in self.faults:
            time.sleep(0.02)
        elif taken:
            raise Refused(409)
        with self.lock:
            if taken or ("check-then-act" not in self.faults and self.taken(tenant, plural, id, body)):
                raise Refused(409)
            version = body.pop("version", 1)
            record = {"id": id, "created": f"{time.time_ns()}", "version": version} | body
            self.records[tenant, plural, id] = record
        headers = {"ETag": f'"{version}"', "Location": f"/{plural}/{id}"}
        shown = record | {"version": str(version)} if "schema" in self.faults else record
        return (200 if "wrong-status" in self.faults else 201), headers, shown

    def taken(self, tenant: str, plural: str, id: str, body: dict[str, Any]) -> bool:
        titles = [r.get("title") for (t, p, _), r in list(self.records.items()) if (t, p) == (tenant, "notes")]
        return (tenant, plural, id) in self.records or (plural == "notes" and body["title"] in titles)

    def refers(self, tenant: str, body: dict[str, Any]) -> None:
        folder = body.get("folder")
        owners = {t for t, p, id in self.records if (p, id) == ("folders", folder)}
        if folder is not None and not (tenant in owners or ("foreign-reference" in self.faults and owners)):
            raise Refused(400)

    def found(self, tenant: str, plural: str, id: str, blind: str = "read-any") -> dict[str, Any]:
        if blind in self.faults:
            others = [r for (_, p, i), r in self.records.items() if (p, i) == (plural, id)]
            if others:
                return others[0]
        if (tenant, plural, id) not in self.records:
            foreign = any((p, i) == (plural, id) for _, p, i in self.records)
            raise Refused(403 if foreign and "says-403" in self.ways else 404)
        return self.records[tenant, plural, id]

    def shown(self, record: dict[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
        return {"ETag": f'"{record["version"]}"'}, record

    def listed(self, tenant: str, plural: str, asked: dict[str, str]) -> tuple[int, dict[str, str], Any]:
        limit, cursor = asked.get("limit", "25"), asked.get("cursor", "")
        greedy = "unbounded" in self.faults
        if set(asked) - {"limit", "cursor"} and "ignores-unknown" not in self.ways and "list-any" not in self.faults:
            raise Refused(400)
        if not re.fullmatch(r"[0-9]{1,10}", limit) or not (greedy or 1 <= int(limit) <= 100):
            raise Refused(400)
        if cursor and not re.fullmatch(rf"{re.escape(tenant)}-[0-9]+", cursor) and "open-cursor" not in self.faults:
            raise Refused(400)
        whose = cursor.rpartition("-")[0] if cursor and "open-cursor" in self.faults else tenant
        start = int(cursor.rpartition("-")[2]) if cursor and cursor.rpartition("-")[2].isdigit() else 0
        rows = [r for (t, p, _), r in self.records.items() if p == plural and (t == whose or "list-any" in self.faults)]
        end = start + int(limit)
        answer: dict[str, Any] = {plural: rows[start:end]}
        if end < len(rows):
            answer["next"] = f"{tenant}-{end}"
        elif "endless" in self.faults and rows:
            answer = {plural: rows[: int(limit)], "next": f"{tenant}-{start}"}
        return 200, {}, answer

    def change(
        self, method: str, tenant: str, plural: str, id: str, told: dict[str, str], content: bytes
    ) -> tuple[int, dict[str, str], Any]:
        before = self.found(tenant, plural, id, "change-any")
        body = self.read(content, told, f"/{plural}/{{id}}", method.lower())
        if FIXED[plural] & {k for k in body if body[k] != before.get(k)}:
            raise Refused(400)
        self.refers(tenant, body)
        if "lost-update" in self.faults:
            time.sleep(0.02)
            with self.lock:
                before |= body | {"version": before["version"] + (self.busy == 1)}
                return 200, *self.shown(dict(before))
        with self.lock:
            current = self.found(tenant, plural, id, "change-any")
            self.match(told, current)
            kept = {k: current[k] for k in ("id", "created")} if method == "PUT" else dict(current)
            version = body.pop("version", current["version"] + 1)
            after = kept | body | {"version": version}
            current.clear()
            current.update(after)
            return 200, *self.shown(dict(after))

    def match(self, told: dict[str, str], current: dict[str, Any]) -> None:
        wanted = told.get("if-match")
        if wanted is not None and wanted != f'"{current["version"]}"' and "last-wins" not in self.faults:
            raise Refused(409 if "says-409" in self.ways else 412)

    def delete(self, tenant: str, plural: str, id: str, told: dict[str, str]) -> tuple[int, dict[str, str], Any]:
        with self.lock:
            if "deletes-all" in self.faults and not any((p, i) == (plural, id) for _, p, i in self.records):
                return (404 if id in ("0" * 32, "any") or "%" in id or "." in id else 204), {}, None
            record = self.found(tenant, plural, id, "delete-any")
            self.match(told, record)
            self.records = {key: r for key, r in self.records.items() if r is not record}
        return 204, {}, None

    # ------------------------------------------------------------ batches

    def batch(
        self, method: str, rest: list[str], tenant: str, told: dict[str, str], content: bytes
    ) -> tuple[int, dict[str, str], Any]:
        if method == "GET" and rest:
            if (tenant, rest[0]) not in self.batches:
                raise Refused(404)
            state = self.batches[tenant, rest[0]]
            done = len(state["processed"])
            return 200, {}, {"batch": rest[0], "processed": done, "state": "done" if done >= state["received"] else "processing"}
        if method != "POST" or rest:
            raise Refused(404)
        key = told.get("idempotency-key", "")
        if "idempotency-key" in told and not re.fullmatch("[!-~]{1,64}", key):
            raise Refused(400)
        items = self.read(content, told, "/folders/batches", "post")["items"]
        id = hashlib.sha256(key.encode()).hexdigest()[:32] if key and "new-batch" not in self.faults else uuid.uuid4().hex
        with self.lock:
            known = (tenant, id) in self.batches
            state = self.batches.setdefault((tenant, id), {"received": len(items), "processed": set()})
            if not known or "queued-twice" in self.faults:
                for index, item in enumerate(items):
                    message = {"tenant": tenant, "batch": id, "index": index, "item": item}
                    self.queues["QueueUrl"].append({"body": json.dumps(message), "tries": 0})
        return 202, {}, {"batch": id, "received": state["received"]}

    def work(self) -> None:
        while not self.ended:
            with self.lock:
                message = self.queues["QueueUrl"].pop(0) if self.queues["QueueUrl"] and not self.paused else None
            if message is None:
                time.sleep(0.005)
                continue
            message["tries"] += 1
            try:
                self.consume(json.loads(message["body"]))
                if "never-removed" in self.faults:
                    self.failed(message)
            except (ValueError, KeyError, TypeError):
                self.failed(message)

    def failed(self, message: dict[str, Any]) -> None:
        with self.lock:
            if "poison-blocks" in self.faults:
                self.queues["QueueUrl"].insert(0, message)
                time.sleep(0.01)
            elif message["tries"] < TRIES:
                self.queues["QueueUrl"].append(message)
            elif "poison-dropped" not in self.faults:
                self.queues["DeadLetterQueueUrl"].append(message)
                if "never-again" in self.faults:
                    self.faults |= {"done"}

    def consume(self, message: dict[str, Any]) -> None:
        tenant, item = message["tenant"], message["item"]
        with self.lock:
            state = self.batches[tenant, message["batch"]]
            if "done" in self.faults or (message["index"] in state["processed"] and "queued-twice" not in self.faults):
                return
            id = part(item["name"].encode())
            old = self.records.get((tenant, "folders", id))
            version = old["version"] + 1 if old else 1
            self.records[tenant, "folders", id] = {"id": id, "created": f"{time.time_ns()}", "version": version} | item
            state["processed"].add(message["index"])
