"""The OpenAI chat completions dialect: https://platform.openai.com/docs/api-reference/chat."""

from collections.abc import Iterator
from typing import Any

from backend_factory.testing.model_server.events import call_id, event, pieces, raw
from backend_factory.testing.model_server.request import ModelRequest
from backend_factory.testing.model_server.script import Failure, Turn

_STOPS = {"length": "length", "refusal": "content_filter"}


def whole(turn: Turn, request: ModelRequest) -> dict[str, Any]:
    """The answer as one JSON body."""
    message: dict[str, Any] = {"role": "assistant", "content": turn.text or None, "refusal": None}
    if turn.calls:
        message["tool_calls"] = [_call(turn, request, place) for place in range(len(turn.calls))]
    choice = {"index": 0, "message": message, "finish_reason": _stop(turn), "logprobs": None}
    return _head(request, "chat.completion") | {"choices": [choice], "usage": _usage(turn)}


def stream(turn: Turn, request: ModelRequest) -> Iterator[bytes]:
    """The answer as chunks, closed by [DONE]."""
    yield _chunk(request, {"role": "assistant", "content": ""})
    for piece in pieces(turn.text):
        yield _chunk(request, {"content": piece})
    for place, call in enumerate(turn.calls):
        opened = _call(turn, request, place)
        named = {"name": call.name, "arguments": ""}
        yield _chunk(request, {"tool_calls": [opened | {"index": place, "function": named}]})
        for piece in pieces(raw(call)):
            yield _chunk(request, {"tool_calls": [{"index": place, "function": {"arguments": piece}}]})
    yield _chunk(request, {}, _stop(turn))
    if (request.body.get("stream_options") or {}).get("include_usage"):
        yield event(_head(request, "chat.completion.chunk") | {"choices": [], "usage": _usage(turn)})
    yield b"data: [DONE]\n\n"


def error(failure: Failure) -> dict[str, Any]:
    """The body of an error, in both of OpenAI's dialects."""
    return {"error": {"message": failure.message, "type": "scripted", "param": None, "code": None}}


def _call(turn: Turn, request: ModelRequest, place: int) -> dict[str, Any]:
    call = turn.calls[place]
    function = {"name": call.name, "arguments": raw(call)}
    return {"id": call_id(call, request.number, place), "type": "function", "function": function}


def _chunk(request: ModelRequest, delta: dict[str, Any], stop: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": stop, "logprobs": None}
    return event(_head(request, "chat.completion.chunk") | {"choices": [choice]})


def _head(request: ModelRequest, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{request.number}", "object": kind, "created": 1_700_000_000, "model": request.model}


def _usage(turn: Turn) -> dict[str, Any]:
    return {
        "prompt_tokens": turn.input_tokens,
        "completion_tokens": turn.output_tokens,
        "total_tokens": turn.input_tokens + turn.output_tokens,
        "prompt_tokens_details": {"cached_tokens": turn.cached_tokens},
    }


def _stop(turn: Turn) -> str:
    return _STOPS.get(turn.stop) or ("tool_calls" if turn.calls else "stop")
