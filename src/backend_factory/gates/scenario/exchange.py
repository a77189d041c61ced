"""One HTTP request and its answer, within bounds of time and size."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import JsonValue

from backend_factory.domain.scenario import Call
from backend_factory.gates.scenario.pointer import MISSING, Missing
from backend_factory.workspace.plain import plain

if TYPE_CHECKING:
    import httpx

REQUEST_SECONDS = 15.0
ANSWER_BYTES = 1 << 20
EXCERPT = 400
"""Characters of an answer's body that are kept as evidence."""


@dataclass(frozen=True)
class Answer:
    """What came back, or why nothing did."""

    ms: float
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: JsonValue | Missing = MISSING
    """MISSING where it is not JSON."""
    text: str = ""
    failure: str = ""
    """Why there is no answer; empty where there is one."""


def client(*, seconds: float = REQUEST_SECONDS) -> "httpx.AsyncClient":
    """For one round of scenarios: no proxy, no redirects, no cookies kept between tenants' requests."""
    import httpx

    return httpx.AsyncClient(timeout=seconds, trust_env=False, follow_redirects=False)


async def exchange(http: "httpx.AsyncClient", base_url: str, call: Call, token: str | None) -> Answer:
    """Sends the call (already filled) and reads the answer; every failure on the way is an Answer too."""
    import httpx

    begun = time.monotonic()
    try:
        http.cookies.clear()
        request = _request(http, base_url, call, token)
        limit = http.timeout.read or REQUEST_SECONDS
        async with asyncio.timeout(limit):
            status, headers, content = await _read(http, request)
    except TimeoutError:
        return Answer(ms=_ms(begun), failure=f"no answer within {limit:g} s")
    except httpx.TimeoutException:
        return Answer(ms=_ms(begun), failure=f"no answer within {limit:g} s")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Answer(ms=_ms(begun), failure=f"no answer: {type(error).__name__}: {error}"[:EXCERPT])
    if content is None:
        return Answer(ms=_ms(begun), status=status, failure=f"an answer of more than {ANSWER_BYTES} bytes")
    if token:
        content = content.replace(token.encode(), b"[token]")
    text = plain(content.decode(errors="replace"))[:EXCERPT]
    return Answer(ms=_ms(begun), status=status, headers=headers, body=_json(content), text=text)


def _request(http: "httpx.AsyncClient", base_url: str, call: Call, token: str | None) -> "httpx.Request":
    if not call.path.startswith("/"):
        raise ValueError(f"the path {call.path!r} does not start with a slash")
    headers = {name: value for name, value in call.headers.items() if name.lower() != "authorization"}
    content = call.raw if call.raw is not None else None if call.body is None else json.dumps(call.body)
    if content is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    url = base_url.rstrip("/") + call.path
    return http.build_request(call.method, url, params=call.query or None, headers=headers, content=content)


async def _read(http: "httpx.AsyncClient", request: "httpx.Request") -> tuple[int, dict[str, str], bytes | None]:
    """Status, headers and body; None for a body beyond the bound."""
    answer = await http.send(request, stream=True)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    try:
        content = bytearray()
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > ANSWER_BYTES:
                return answer.status_code, headers, None
        return answer.status_code, headers, bytes(content)
    finally:
        await answer.aclose()


def _json(content: bytes) -> JsonValue | Missing:
    try:
        found: JsonValue = json.loads(content)
    except (ValueError, RecursionError):
        return MISSING
    return found


def _ms(begun: float) -> float:
    return round((time.monotonic() - begun) * 1000, 1)
