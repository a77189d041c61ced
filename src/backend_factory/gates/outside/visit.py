"""One HTTP request and all of its answer, headers included; what goes wrong on the way is an answer too."""

import asyncio
import json
import re
import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from backend_factory.workspace.plain import plain

if TYPE_CHECKING:
    import httpx

ANSWER_BYTES = 2 << 20
SHOWN = 300
_BODY_SHOWN = 200
_TOKEN = re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]*){1,2}")
"""A JSON Web Token, wherever it was sent: evidence is read by people who must not have one."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request, ready to be sent."""

    method: str
    path: str
    """As it is sent, escaped already, without the base URL."""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    token: str | None = None
    """Sent as a bearer token; None sends none."""

    @property
    def line(self) -> str:
        """The request as one would type it, without the token and without most of a long body."""
        parts = ["curl", "-X", self.method]
        if self.token is not None:
            parts += ["-H", "Authorization: Bearer [token]"]
        for name, value in self.headers.items():
            parts += ["-H", f"{name}: {value[:SHOWN]}"]
        if self.body is not None:
            text = self.body[:_BODY_SHOWN].decode(errors="replace")
            parts += ["-d", text if len(self.body) <= _BODY_SHOWN else f"{text}... ({len(self.body)} bytes)"]
        address = f"{self.path}?{urlencode(self.query)}" if self.query else self.path
        parts.append(address if len(address) <= SHOWN else f"{address[:SHOWN]}... ({len(address)} characters)")
        return redacted(shlex.join(parts))


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back, or why nothing did."""

    visit: Visit
    ms: float
    status: int = 0
    """0 where nothing came back."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    content: bytes = b""
    failure: str = ""
    """Why there is no answer; empty where there is one."""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    @property
    def json(self) -> Any:
        """The body as data; None where it is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            return None

    def member(self, name: str) -> Any:
        """A member of a body that is an object; None where there is none."""
        body = self.json
        return body.get(name) if isinstance(body, dict) else None

    @property
    def short(self) -> str:
        """Status and the start of the body, for a finding."""
        if self.failure:
            return self.failure
        return redacted(f"status {self.status}: {self.text[:SHOWN] or 'no body'}")


def redacted(text: str) -> str:
    """The text without tokens and without control characters."""
    return plain(_TOKEN.sub("[token]", text))


def client(seconds: float) -> "httpx.AsyncClient":
    """For many visits: connections are kept, nothing else is; no proxy, no redirects."""
    import httpx

    return httpx.AsyncClient(timeout=seconds, trust_env=False, follow_redirects=False)


async def pay(http: "httpx.AsyncClient", base_url: str, visit: Visit) -> Seen:
    """Send the request and read the answer, at most `ANSWER_BYTES` of it."""
    import httpx

    begun = time.monotonic()
    limit = http.timeout.read or 15.0
    try:
        http.cookies.clear()
        request = _request(http, base_url, visit)
        async with asyncio.timeout(limit):
            answer = await http.send(request, stream=True)
            try:
                content = await _read(answer)
            finally:
                await answer.aclose()
    except (TimeoutError, httpx.TimeoutException):
        return Seen(visit, _ms(begun), failure=f"no answer within {limit:g} s")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Seen(visit, _ms(begun), failure=plain(f"no answer: {type(error).__name__}: {error}")[:SHOWN])
    headers = {name.lower(): value for name, value in answer.headers.items()}
    seen = Seen(visit, _ms(begun), answer.status_code, headers, content)
    if len(content) > ANSWER_BYTES:
        return replace(seen, failure=f"an answer of more than {ANSWER_BYTES} bytes")
    return seen


def _request(http: "httpx.AsyncClient", base_url: str, visit: Visit) -> "httpx.Request":
    headers = dict(visit.headers)
    if visit.token is not None:
        headers["Authorization"] = f"Bearer {visit.token}"
    if visit.body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    address = base_url.rstrip("/") + visit.path + (f"?{urlencode(visit.query)}" if visit.query else "")
    return http.build_request(visit.method, address, headers=headers, content=visit.body)


async def _read(answer: "httpx.Response") -> bytes:
    content = bytearray()
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > ANSWER_BYTES:
            break
    return bytes(content)


def _ms(begun: float) -> float:
    return round((time.monotonic() - begun) * 1000, 1)
