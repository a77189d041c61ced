"""Holds the key that an agent needs: a small proxy on loopback that adds it to requests for the one provider.

The agent's process has a token that opens this door alone, for one attempt, and only where `Provider.paths` say.
"""

import asyncio
import contextlib
import hmac
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from urllib.parse import parse_qsl, urlencode

import h11
import httpx

from backend_factory.domain.usage import Usage
from backend_factory.runners.agent.exchange import OVERLOADED, Answer, open_again, usage_in
from backend_factory.runners.agent.provider import Credential

Told = Callable[[Answer], Awaitable[None]]

_LARGEST_REQUEST = 64 * 1024 * 1024
_LARGEST_READ = 16 * 1024 * 1024  # of an answer, to find its usage; all of it is passed on
_PATIENCE = 900.0  # seconds without a byte from a provider that thinks
_OURS = frozenset({"authorization", "x-api-key", "x-goog-api-key", "host", "content-length", "accept-encoding", "cookie"})
_COUNTING = re.compile("count_?tokens$", re.IGNORECASE)
_DROPPED = frozenset({"content-length", "set-cookie"})
_HOPS = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "expect",
    }
)


class Broker:
    """Open as long as `opened` is; `told` hears of every request that came to the provider."""

    def __init__(
        self,
        credential: Credential,
        told: Told,
        now: Callable[[], datetime],
        client: httpx.AsyncClient,
        refused: Callable[[str], None],
    ) -> None:
        self._name = credential.provider.name
        self._credential = credential
        self._told = told
        self._now = now
        self._client = client
        self._refused = refused
        self._closed = False
        self.token = f"bf-{secrets.token_urlsafe(24)}"
        """What the agent shows instead of a key."""
        self.port = 0

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Let no other request through; those under way go on."""
        self._closed = True

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the one request of a connection."""
        talk = h11.Connection(h11.SERVER, max_incomplete_event_size=64 * 1024)
        try:
            request, body = await _heard(talk, reader, writer)
            status, reason = self._refusal(request)
            if status:
                self._refused(f"refused, {status}: {reason}")
                await _refuse(talk, writer, status, reason)
            else:
                await self._forward(talk, writer, request, body)
        except (h11.ProtocolError, ConnectionError, TimeoutError):
            pass  # the agent's own mistake or end: there is nobody to answer
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _refusal(self, request: h11.Request) -> tuple[int, str]:
        path = request.target.decode("ascii", "replace").partition("?")[0]
        if not any(hmac.compare_digest(shown.encode(), self.token.encode()) for shown in _shown(request)):
            return 401, "not the token of this attempt"
        odd = any(piece in path for piece in ("..", "//", "%", "\\"))
        if odd or not any(fnmatchcase(path, allowed) for allowed in self._credential.provider.paths):
            return 403, f"{path} is not among what a team member may ask of {self._name}"
        return (403, "no further request in this attempt") if self._closed else (0, "")

    async def _forward(self, talk: h11.Connection, writer: asyncio.StreamWriter, request: h11.Request, body: bytes) -> None:
        provider = self._credential.provider
        path, _, query = request.target.decode("ascii").partition("?")
        kept = urlencode([pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != "key"])
        headers = {name: value for name, value in _texts(request) if name not in _OURS | _HOPS}
        headers |= {provider.header: provider.prefix + self._credential.key, "accept-encoding": "identity"}
        url = f"{provider.upstream.rstrip('/')}{path}{'?' + kept if kept else ''}"
        exchange = _Exchange(self._name, self._told, request.method == b"POST" and not _COUNTING.search(path))
        try:
            async with self._client.stream(request.method.decode(), url, headers=headers, content=body) as answer:
                await self._pass_on(talk, writer, answer, exchange)
        except httpx.HTTPError as reason:
            if talk.our_state is h11.SEND_RESPONSE:
                await _refuse(talk, writer, 502, f"{self._name} could not be reached: {type(reason).__name__}")
        finally:
            await exchange.end()

    async def _pass_on(
        self, talk: h11.Connection, writer: asyncio.StreamWriter, answer: httpx.Response, exchange: "_Exchange"
    ) -> None:
        """The answer, piece by piece; its last one only when what it took is told, so that no request overtakes its charge."""
        exchange.status = answer.status_code
        if answer.status_code in OVERLOADED:
            exchange.until = open_again(answer.headers, self._now())
            await exchange.end()  # before its head: with that some programs try again already
        kept = [(name.lower(), value) for name, value in answer.headers.items() if name.lower() not in _HOPS | _DROPPED]
        await _send(talk, writer, h11.Response(status_code=answer.status_code, headers=[*kept, ("connection", "close")]))
        held = b""
        async for piece in answer.aiter_raw():
            if held:
                await _send(talk, writer, h11.Data(data=held))
            held = piece
            exchange.seen += piece[: max(_LARGEST_READ - len(exchange.seen), 0)]
        await exchange.end()
        await _send(talk, writer, h11.Data(data=held))
        await _send(talk, writer, h11.EndOfMessage())


@dataclass
class _Exchange:
    """What is seen of one answer until it is told, once."""

    name: str
    told: Told
    paid: bool
    """Whether its answer costs something."""
    status: int = 0
    until: datetime | None = None
    seen: bytearray = field(default_factory=bytearray)
    _ended: bool = False

    async def end(self) -> None:
        if self._ended:
            return
        self._ended = True
        usage = None
        if self.status == 200 and self.paid:
            usage = usage_in(bytes(self.seen), self.name) or Usage(model="")  # it was paid for, nobody knows with how much
        await self.told(Answer(self.status, usage, self.until))


@contextlib.asynccontextmanager
async def opened(
    credential: Credential, told: Told, now: Callable[[], datetime], refused: Callable[[str], None] = lambda what: None
) -> AsyncIterator[Broker]:
    """A broker for requests to the credential's provider, on a free port of 127.0.0.1; `refused` hears of all others."""
    timeout = httpx.Timeout(_PATIENCE, connect=30)
    async with httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False) as client:
        broker = Broker(credential, told, now, client, refused)
        under_way: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(broker.serve(reader, writer))
            under_way.add(task)
            task.add_done_callback(under_way.discard)

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        broker.port = server.sockets[0].getsockname()[1]
        try:
            yield broker
        finally:
            server.close()
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
            await server.wait_closed()


def _texts(request: h11.Request) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers]


def _shown(request: h11.Request) -> list[str]:
    headers = dict(_texts(request))
    query = dict(parse_qsl(request.target.decode("latin-1").partition("?")[2]))
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    return [bearer, headers.get("x-api-key", ""), headers.get("x-goog-api-key", ""), query.get("key", "")]


async def _heard(talk: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[h11.Request, bytes]:
    request, body = None, bytearray()
    while True:
        event = talk.next_event()
        if event is h11.NEED_DATA:
            if talk.they_are_waiting_for_100_continue:
                await _send(talk, writer, h11.InformationalResponse(status_code=100, headers=[]))
            talk.receive_data(await asyncio.wait_for(reader.read(65_536), 60))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > _LARGEST_REQUEST:
                raise h11.RemoteProtocolError("the request is too large")
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return request, bytes(body)
        else:
            raise h11.RemoteProtocolError("no request")


async def _refuse(talk: h11.Connection, writer: asyncio.StreamWriter, status: int, reason: str) -> None:
    body = httpx.Response(status, json={"type": "error", "error": {"type": "refused_by_the_factory", "message": reason}}).content
    headers = [("content-type", "application/json"), ("content-length", str(len(body))), ("connection", "close")]
    await _send(talk, writer, h11.Response(status_code=status, headers=headers))
    await _send(talk, writer, h11.Data(data=body))
    await _send(talk, writer, h11.EndOfMessage())


async def _send(talk: h11.Connection, writer: asyncio.StreamWriter, event: h11.Event) -> None:
    data = talk.send(event)
    if data:
        writer.write(data)
        await writer.drain()
