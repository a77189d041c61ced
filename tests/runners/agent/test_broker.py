"""The key stays outside: what gets through the broker, what does not, and what it tells."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from engaged import NOW, Engagement, Purse

from backend_factory.domain.assignment import Delivered, Paused
from backend_factory.domain.usage import BudgetReached
from backend_factory.runners.agent.broker import Broker, opened
from backend_factory.runners.agent.exchange import Answer
from backend_factory.runners.agent.provider import PROVIDERS, Credential, Provider
from backend_factory.testing.model_server.script import Failure, Garbage, Turn
from backend_factory.testing.model_server.server import ModelServer

KEY = "sk-ant-the-real-key"
BODY = {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "hello"}]}


def credential(server: ModelServer, name: str = "anthropic") -> Credential:
    known = PROVIDERS[name]
    return Credential(Provider(known.name, server.url, known.header, known.prefix, known.paths), KEY)


def clock() -> datetime:
    return NOW


class Ear:
    def __init__(self) -> None:
        self.heard: list[Answer] = []

    async def __call__(self, answer: Answer) -> None:
        self.heard.append(answer)


@pytest.fixture
async def ear() -> Ear:
    return Ear()


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
async def broker(server: ModelServer, ear: Ear) -> AsyncIterator[Broker]:
    async with opened(credential(server), ear, clock) as broker:
        yield broker


async def ask(broker: Broker, path: str = "/v1/messages", token: str | None = None, **more: object) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        headers = {"x-api-key": broker.token if token is None else token, "anthropic-version": "2023-06-01"}
        return await client.post(f"{broker.url}{path}", json=BODY | more, headers=headers)


async def test_the_real_key_replaces_the_token_on_the_way_to_the_provider(server: ModelServer, broker: Broker, ear: Ear) -> None:
    server.play([Turn("hi")])
    answer = await ask(broker)
    assert (answer.status_code, answer.json()["content"][0]["text"]) == (200, "hi")
    (request,) = server.requests
    assert request.headers["x-api-key"] == KEY
    assert broker.token not in json.dumps(dict(request.headers))
    assert KEY not in answer.text
    (heard,) = ear.heard
    assert heard.usage is not None
    assert (heard.usage.input_tokens, heard.usage.output_tokens) == (100, 20)


async def test_the_token_does_not_come_to_the_provider_in_any_header_or_question(server: ModelServer, broker: Broker) -> None:
    server.play([Turn("hi")])
    headers = {"authorization": f"Bearer {broker.token}", "x-goog-api-key": broker.token, "cookie": "a=b"}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{broker.url}/v1/messages?key={broker.token}&beta=true", json=BODY, headers=headers)
    assert answer.status_code == 200
    (request,) = server.requests
    assert broker.token not in request.path + json.dumps(request.headers)
    assert request.path == "/v1/messages?beta=true"
    assert "cookie" not in request.headers


@pytest.mark.parametrize("stream", [False, True])
async def test_what_an_answer_took_is_told_before_the_agent_has_all_of_it(server: ModelServer, stream: bool) -> None:
    told: list[Answer] = []

    async def slowly(answer: Answer) -> None:
        await asyncio.sleep(0.3)
        told.append(answer)

    server.play([Turn("hi")])
    async with opened(credential(server), slowly, clock) as broker:
        await ask(broker, stream=stream)
        assert len(told) == 1


async def test_a_stream_is_passed_on_and_its_usage_is_read(server: ModelServer, broker: Broker, ear: Ear) -> None:
    server.play([Turn("one two three", input_tokens=70, cached_tokens=40, output_tokens=9)])
    answer = await ask(broker, stream=True)
    assert "message_stop" in answer.text
    assert ear.heard[0].usage is not None
    usage = ear.heard[0].usage
    assert (usage.input_tokens, usage.cached_tokens, usage.output_tokens) == (70, 40, 9)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses"])
async def test_the_usage_of_the_other_dialects_is_read_too(server: ModelServer, ear: Ear, path: str, stream: bool) -> None:
    server.play([Turn("hi", input_tokens=70, cached_tokens=40, output_tokens=9)])
    async with opened(credential(server, "openai"), ear, clock) as broker, httpx.AsyncClient(trust_env=False) as client:
        body = {"model": "m", "stream": stream, "stream_options": {"include_usage": True}, "input": "hello"}
        messages = [{"role": "user", "content": "hello"}]
        headers = {"authorization": f"Bearer {broker.token}"}
        answer = await client.post(broker.url + path, json=body | {"messages": messages}, headers=headers)
    assert answer.status_code == 200
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    usage = ear.heard[0].usage
    assert usage is not None
    assert (usage.input_tokens, usage.cached_tokens, usage.output_tokens) == (70, 40, 9)


async def test_an_answer_that_does_not_say_what_it_took_is_a_turn_of_unknown_price(
    server: ModelServer, broker: Broker, ear: Ear
) -> None:
    server.play([Garbage()])
    await ask(broker)
    usage = ear.heard[0].usage
    assert usage is not None
    assert (usage.requests, usage.tokens, usage.cost_usd) == (1, 0, None)


async def test_counting_tokens_and_failures_cost_nothing(server: ModelServer, broker: Broker, ear: Ear) -> None:
    server.play([Failure(500)])
    await ask(broker)
    await ask(broker, "/v1/messages/count_tokens")
    assert [answer.usage for answer in ear.heard] == [None, None]


@pytest.mark.parametrize("token", ["", "bf-guessed", KEY])
async def test_without_the_token_of_the_attempt_nothing_gets_through(server: ModelServer, broker: Broker, token: str) -> None:
    assert (await ask(broker, token=token)).status_code == 401
    assert server.requests == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/files",
        "/v1/messages/batches",
        "/v1/organizations/api_keys",
        "/v1/messages/../files",
        "/v1/models/%2e%2e/files",
        "//other.example/v1/messages",
        "/v1/models//other.example",
        "/",
    ],
)
async def test_a_key_opens_no_other_door_than_that_of_models(server: ModelServer, broker: Broker, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", broker.port)
    request = f"POST {path} HTTP/1.1\r\nhost: x\r\nx-api-key: {broker.token}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    writer.write(request.encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 403")
    assert (server.requests, server.others) == ([], [])


@pytest.mark.parametrize("junk", [b"\x00\x01\x02", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000, b""])
async def test_what_is_no_http_is_hung_up_on(broker: Broker, junk: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", broker.port)
    writer.write(junk)
    writer.write_eof()
    with contextlib.suppress(ConnectionError):
        assert not (await asyncio.wait_for(reader.read(), 10)).startswith(b"HTTP/1.1 2")
    writer.close()


async def test_nothing_gets_through_once_it_is_closed(server: ModelServer, broker: Broker) -> None:
    broker.close()
    assert (await ask(broker)).status_code == 403
    assert server.requests == []


async def test_it_listens_on_loopback_only_and_no_longer_than_the_attempt(server: ModelServer, ear: Ear) -> None:
    async with opened(credential(server), ear, clock) as broker:
        assert broker.url.startswith("http://127.0.0.1:")
    with pytest.raises(httpx.ConnectError):
        await ask(broker)


async def test_a_provider_that_cannot_be_reached_is_said_to_be(ear: Ear) -> None:
    gone = Credential(Provider("anthropic", "http://127.0.0.1:9", "x-api-key", "", ("/v1/messages",)), KEY)
    async with opened(gone, ear, clock) as broker:
        answer = await ask(broker)
    assert answer.status_code == 502
    assert KEY not in answer.text
    assert ear.heard == [Answer(0)]


async def test_an_agents_process_never_holds_the_key(tmp_path: Path, server: ModelServer) -> None:
    engagement = Engagement(tmp_path, "snoops", credential=credential(server))
    assert isinstance(await engagement.perform(), Delivered)
    env = json.loads(engagement.notes[1])
    assert env["ANTHROPIC_API_KEY"].startswith("bf-")
    assert KEY not in json.dumps(env)
    assert env["ANTHROPIC_API_KEY"] not in "".join(engagement.evidence.kept.values())
    assert KEY not in json.dumps(dict(os.environ))


async def test_each_request_is_charged_and_the_agents_own_figures_are_not_counted_twice(
    tmp_path: Path, server: ModelServer
) -> None:
    server.play([Turn("hi")])
    engagement = Engagement(tmp_path, "asks the model", credential=credential(server))
    assert isinstance(await engagement.perform(), Delivered)
    (usage,) = engagement.purse.charged
    assert (usage.requests, usage.input_tokens, usage.output_tokens, usage.cost_usd) == (1, 100, 20, None)
    assert usage.model.startswith("anthropic:")


async def test_an_agent_that_spends_without_end_is_stopped_at_the_call_that_reached_the_limit(
    tmp_path: Path, server: ModelServer
) -> None:
    server.play([Turn("more")] * 100)
    engagement = Engagement(tmp_path, "spends", credential=credential(server), purse=Purse(most=3))
    with pytest.raises(BudgetReached):
        await engagement.perform()
    assert len(engagement.purse.charged) == 3
    assert len(server.requests) == 3
    assert list(engagement.root.iterdir()) == []


async def test_a_quota_that_is_shut_for_long_pauses_the_attempt_at_once(tmp_path: Path, server: ModelServer) -> None:
    server.play([Failure(429, retry_after="3600")] * 100)
    engagement = Engagement(tmp_path, "spends", credential=credential(server))
    outcome = await asyncio.wait_for(engagement.perform(), 30)
    assert isinstance(outcome, Paused)
    assert outcome.until == NOW + timedelta(hours=1)
    assert len(server.requests) == 1


async def test_a_shut_quota_is_told_before_the_head_of_its_answer_is_passed_on(server: ModelServer) -> None:
    told: list[Answer] = []

    async def slowly(answer: Answer) -> None:
        await asyncio.sleep(0.2)
        told.append(answer)

    server.play([Failure(429, retry_after="3600")])
    async with opened(credential(server), slowly, clock) as broker, httpx.AsyncClient(trust_env=False) as client:
        headers = {"x-api-key": broker.token}
        async with client.stream("POST", f"{broker.url}/v1/messages", json=BODY, headers=headers) as answer:
            assert answer.status_code == 429
            assert [each.until for each in told] == [NOW + timedelta(hours=1)]


async def test_a_short_overload_is_the_agents_own_to_wait_for(tmp_path: Path, server: ModelServer) -> None:
    server.play([Failure(529, retry_after="1")])
    engagement = Engagement(tmp_path, "asks the model", credential=credential(server))
    assert isinstance(await engagement.perform(), Delivered)
    assert engagement.notes[1] == "529"
