"""The Anthropic messages dialect: https://docs.anthropic.com/en/api/messages and .../messages-streaming."""

import json
from collections.abc import Iterator
from typing import Any

from backend_factory.testing.model_server.events import call_id, event, pieces, raw
from backend_factory.testing.model_server.request import ModelRequest
from backend_factory.testing.model_server.script import Failure, ToolCall, Turn

_STOPS = {"length": "max_tokens", "refusal": "refusal"}
_ERRORS = {400: "invalid_request_error", 401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error"}


def whole(turn: Turn, request: ModelRequest) -> dict[str, Any]:
    """The answer as one JSON body."""
    calls = [
        {"type": "tool_use", "id": call_id(call, request.number, place), "name": call.name, "input": _input(call)}
        for place, call in enumerate(turn.calls)
    ]
    text = [{"type": "text", "text": turn.text}] if turn.text else []
    return _message(turn, request) | {
        "content": text + calls,
        "stop_reason": _stop(turn),
        "usage": _usage(turn) | {"output_tokens": turn.output_tokens},
    }


def stream(turn: Turn, request: ModelRequest) -> Iterator[bytes]:
    """The answer as events."""
    start = _message(turn, request) | {"content": [], "stop_reason": None, "usage": _usage(turn) | {"output_tokens": 1}}
    yield _event("message_start", message=start)
    if turn.text:
        yield from _block(0, {"type": "text", "text": ""}, "text_delta", "text", turn.text)
    for place, call in enumerate(turn.calls):
        block = {"type": "tool_use", "id": call_id(call, request.number, place), "name": call.name, "input": {}}
        yield from _block(place + bool(turn.text), block, "input_json_delta", "partial_json", raw(call))
    stopped = {"stop_reason": _stop(turn), "stop_sequence": None}
    yield _event("message_delta", delta=stopped, usage={"output_tokens": turn.output_tokens})
    yield _event("message_stop")


def error(failure: Failure) -> dict[str, Any]:
    """The body of an error."""
    return {"type": "error", "error": {"type": _ERRORS.get(failure.status, "api_error"), "message": failure.message}}


def _block(index: int, block: dict[str, Any], delta: str, member: str, text: str) -> Iterator[bytes]:
    yield _event("content_block_start", index=index, content_block=block)
    for piece in pieces(text):
        yield _event("content_block_delta", index=index, delta={"type": delta, member: piece})
    yield _event("content_block_stop", index=index)


def _event(name: str, **content: Any) -> bytes:
    return event({"type": name} | content, name)


def _message(turn: Turn, request: ModelRequest) -> dict[str, Any]:
    return {
        "id": f"msg_{request.number}",
        "type": "message",
        "role": "assistant",
        "model": request.model,
        "stop_sequence": None,
    }


def _usage(turn: Turn) -> dict[str, int]:
    # Here, unlike elsewhere, input_tokens leaves out what came from the cache.
    return {
        "input_tokens": turn.input_tokens - turn.cached_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": turn.cached_tokens,
    }


def _stop(turn: Turn) -> str:
    return _STOPS.get(turn.stop) or ("tool_use" if turn.calls else "end_turn")


def _input(call: ToolCall) -> object:
    if not isinstance(call.arguments, str):
        return dict(call.arguments)
    try:
        return json.loads(call.arguments)
    except ValueError:
        return call.arguments
