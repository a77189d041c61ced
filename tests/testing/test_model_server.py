"""The scripted model is understood by the providers' own clients, in every dialect, streaming and not."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import anthropic
import httpx
import openai
import pytest

from backend_factory.testing.model_server import Cut, Failure, Garbage, Hang, ModelRequest, ModelServer, ToolCall, Turn

TEXT = "I shall read the file that you named, and then I write another."
CALL = ToolCall("read", {"path": "pkg/a.go", "lines": [1, 2]})
SCHEMA = {"type": "object", "properties": {"path": {"type": "string"}}}


@dataclass(frozen=True)
class Heard:
    """An answer as a client understood it."""

    text: str
    calls: tuple[tuple[str, Any], ...]
    stop: str
    tokens: tuple[int, int, int]
    """Sent, of it cached, received."""


def anthropic_client(server: ModelServer, patience: float = 60) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(base_url=server.url, api_key="none", max_retries=0, timeout=patience)


def openai_client(server: ModelServer, patience: float = 60) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=server.openai_url, api_key="none", max_retries=0, timeout=patience)


async def ask_anthropic(server: ModelServer, patience: float = 60) -> Heard:
    async with anthropic_client(server, patience) as client:
        return _heard_anthropic(await client.messages.create(**_anthropic_request()))


async def stream_anthropic(server: ModelServer, patience: float = 60) -> Heard:
    async with anthropic_client(server, patience) as client, client.messages.stream(**_anthropic_request()) as stream:
        return _heard_anthropic(await stream.get_final_message())


def _anthropic_request() -> dict[str, Any]:
    tools = [{"name": "read", "description": "", "input_schema": SCHEMA}]
    messages = [{"role": "user", "content": "go on"}]
    return {"model": "claude-x", "max_tokens": 99, "system": "orders", "messages": messages, "tools": tools}


def _heard_anthropic(message: Any) -> Heard:
    usage = message.usage
    return Heard(
        text="".join(block.text for block in message.content if block.type == "text"),
        calls=tuple((block.name, block.input) for block in message.content if block.type == "tool_use"),
        stop=message.stop_reason,
        tokens=(usage.input_tokens + usage.cache_read_input_tokens, usage.cache_read_input_tokens, usage.output_tokens),
    )


async def ask_chat(server: ModelServer, patience: float = 60) -> Heard:
    async with openai_client(server, patience) as client:
        answer = await client.chat.completions.create(**_chat_request())
    choice, usage = answer.choices[0], answer.usage
    calls = tuple((call.function.name, json.loads(call.function.arguments)) for call in choice.message.tool_calls or ())
    tokens = (usage.prompt_tokens, usage.prompt_tokens_details.cached_tokens, usage.completion_tokens)
    return Heard(choice.message.content or "", calls, choice.finish_reason, tokens)


async def stream_chat(server: ModelServer, patience: float = 60) -> Heard:
    text, stop, usage, calls = "", "", None, {}
    async with openai_client(server, patience) as client:
        stream = await client.chat.completions.create(**_chat_request(), stream=True, stream_options={"include_usage": True})
        async for chunk in stream:
            usage = chunk.usage or usage
            for choice in chunk.choices:
                text, stop = text + (choice.delta.content or ""), choice.finish_reason or stop
                for call in choice.delta.tool_calls or ():
                    name, arguments = calls.get(call.index, ("", ""))
                    calls[call.index] = (name or call.function.name, arguments + call.function.arguments)
    assert usage is not None
    tokens = (usage.prompt_tokens, usage.prompt_tokens_details.cached_tokens, usage.completion_tokens)
    return Heard(text, tuple((name, json.loads(arguments)) for name, arguments in calls.values()), stop, tokens)


def _chat_request() -> dict[str, Any]:
    tools = [{"type": "function", "function": {"name": "read", "parameters": SCHEMA}}]
    messages = [{"role": "system", "content": "orders"}, {"role": "user", "content": "go on"}]
    return {"model": "gpt-x", "messages": messages, "tools": tools}


async def ask_responses(server: ModelServer, patience: float = 60) -> Heard:
    async with openai_client(server, patience) as client:
        return _heard_responses(await client.responses.create(**_responses_request()))


async def stream_responses(server: ModelServer, patience: float = 60) -> Heard:
    async with openai_client(server, patience) as client, client.responses.stream(**_responses_request()) as stream:
        ended = [event async for event in stream if event.type in ("response.completed", "response.incomplete")]
    return _heard_responses(ended[-1].response)


def _responses_request() -> dict[str, Any]:
    tools = [{"type": "function", "name": "read", "parameters": SCHEMA, "strict": False}]
    return {"model": "gpt-x", "instructions": "orders", "input": "go on", "tools": tools}


def _heard_responses(answer: Any) -> Heard:
    calls = tuple((item.name, json.loads(item.arguments)) for item in answer.output if item.type == "function_call")
    tokens = (answer.usage.input_tokens, answer.usage.input_tokens_details.cached_tokens, answer.usage.output_tokens)
    return Heard(answer.output_text, calls, answer.status, tokens)


Ask = Callable[..., Awaitable[Heard]]
WAYS: dict[str, tuple[Ask, str]] = {
    "anthropic": (ask_anthropic, "tool_use"),
    "anthropic, streaming": (stream_anthropic, "tool_use"),
    "chat": (ask_chat, "tool_calls"),
    "chat, streaming": (stream_chat, "tool_calls"),
    "responses": (ask_responses, "completed"),
    "responses, streaming": (stream_responses, "completed"),
}
ways = pytest.mark.parametrize("ask", [way for way, _ in WAYS.values()], ids=WAYS)


@pytest.mark.parametrize(("ask", "stop"), WAYS.values(), ids=WAYS)
async def test_text_calls_and_usage_arrive_as_scripted(ask: Ask, stop: str) -> None:
    turn = Turn(TEXT, (CALL, ToolCall("list", {})), input_tokens=1200, cached_tokens=1000, output_tokens=7)
    with ModelServer([turn]) as server:
        heard = await ask(server)
    assert heard == Heard(TEXT, (("read", CALL.arguments), ("list", {})), stop, (1200, 1000, 7))


@ways
async def test_a_request_is_seen_alike_in_every_dialect(ask: Ask) -> None:
    with ModelServer([Turn(TEXT)]) as server:
        await ask(server)
    (request,) = server.requests
    assert (request.system, request.said, request.turns, request.results) == ("orders", "go on", 0, ())
    assert request.tools == {"read": SCHEMA}
    assert request.model in ("claude-x", "gpt-x")


@ways
async def test_a_failure_has_its_status_and_says_when_to_come_again(ask: Ask) -> None:
    with ModelServer([Failure(429, "slow down", "7"), Failure(529, "too much")]) as server:
        for status, after in ((429, "7"), (529, None)):
            with pytest.raises((anthropic.APIStatusError, openai.APIStatusError)) as caught:
                await ask(server)
            assert caught.value.status_code == status
            assert caught.value.response.headers.get("retry-after") == after


@ways
async def test_a_hanging_answer_never_comes_and_closing_the_server_ends_it(ask: Ask) -> None:
    with ModelServer([Hang()]) as server, pytest.raises((anthropic.APITimeoutError, openai.APITimeoutError)):
        await ask(server, patience=0.3)
    assert len(server.requests) == 1


@ways
@pytest.mark.parametrize("answer", [Garbage(), Cut(Turn(TEXT, (CALL,)))], ids=["garbage", "cut"])
async def test_garbage_and_a_cut_answer_are_never_taken_for_a_whole_one(ask: Ask, answer: Garbage | Cut) -> None:
    with ModelServer([answer]) as server:
        try:
            heard = await ask(server)
        except Exception:  # noqa: BLE001 - each client has its own way to object
            return
    assert heard.text != TEXT


@ways
async def test_refused_content_is_no_ordinary_end(ask: Ask) -> None:
    with ModelServer([Turn("I cannot help with that.", stop="refusal")]) as server:
        assert (await ask(server)).stop in ("refusal", "content_filter", "incomplete")


async def test_a_callable_sees_the_tools_answers() -> None:
    def script(request: ModelRequest) -> Turn:
        return Turn(f"you read: {request.results[0].text}") if request.turns else Turn(calls=(CALL,))

    with ModelServer(script) as server:
        async with anthropic_client(server) as client:
            asked = _anthropic_request()
            first = await client.messages.create(**asked)
            block = first.content[0]
            result = {"type": "tool_result", "tool_use_id": block.id, "content": [{"type": "text", "text": "package a"}]}
            asked["messages"] += [{"role": "assistant", "content": [block]}, {"role": "user", "content": [result]}]
            assert (await client.messages.create(**asked)).content[0].text == "you read: package a"


@ways
async def test_a_script_that_is_over_or_wrong_says_so_and_is_not_asked_again(ask: Ask) -> None:
    with ModelServer() as server:
        with pytest.raises((anthropic.BadRequestError, openai.BadRequestError)):
            await ask(server)
        server.play([Turn("more")])
        assert (await ask(server)).text == "more"
    assert len(server.complaints) == 1


async def test_other_addresses_are_noted_and_answered() -> None:
    with ModelServer() as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            assert (await client.get("/v1/models")).json()["data"] == []
            assert (await client.head("/")).status_code == 200
            assert (await client.post("/v1/messages/count_tokens", json={"messages": []})).json()["input_tokens"] > 0
            assert (await client.post("/telemetry", content=b"x")).status_code == 404
    assert server.others == ["GET /v1/models", "HEAD /", "POST /v1/messages/count_tokens", "POST /telemetry"]
    assert server.requests == []
