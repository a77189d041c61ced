"""The OpenAI responses dialect: https://platform.openai.com/docs/api-reference/responses and .../responses-streaming."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from backend_factory.testing.model_server.events import call_id, event, pieces, raw
from backend_factory.testing.model_server.request import ModelRequest
from backend_factory.testing.model_server.script import Turn

_INCOMPLETE = {"length": "max_output_tokens", "refusal": "content_filter"}


def whole(turn: Turn, request: ModelRequest) -> dict[str, Any]:
    """The answer as one JSON body."""
    status = "incomplete" if turn.stop else "completed"
    return _head(request, status) | {
        "output": _items(turn, request),
        "incomplete_details": {"reason": _INCOMPLETE[turn.stop]} if turn.stop else None,
        "usage": _usage(turn),
    }


def stream(turn: Turn, request: ModelRequest) -> Iterator[bytes]:
    """The answer as numbered events."""
    number = count()

    def numbered(kind: str, /, **content: Any) -> bytes:
        return event({"type": kind, "sequence_number": next(number)} | content, kind)

    opened = _head(request, "in_progress") | {"output": []}
    yield numbered("response.created", response=opened)
    yield numbered("response.in_progress", response=opened)
    for index, item in enumerate(_items(turn, request)):
        place: dict[str, Any] = {"output_index": index}
        empty: dict[str, Any] = {"content": []} if item["type"] == "message" else {"arguments": ""}
        yield numbered("response.output_item.added", item=item | empty | {"status": "in_progress"}, **place)
        place |= {"item_id": item["id"]}
        if item["type"] == "message":
            place |= {"content_index": 0}
            part = item["content"][0]
            yield numbered("response.content_part.added", part=part | {"text": ""}, **place)
            for piece in pieces(part["text"]):
                yield numbered("response.output_text.delta", delta=piece, logprobs=[], **place)
            yield numbered("response.output_text.done", text=part["text"], logprobs=[], **place)
            yield numbered("response.content_part.done", part=part, **place)
        else:
            for piece in pieces(item["arguments"]):
                yield numbered("response.function_call_arguments.delta", delta=piece, **place)
            yield numbered("response.function_call_arguments.done", arguments=item["arguments"], name=item["name"], **place)
        yield numbered("response.output_item.done", item=item, output_index=index)
    yield numbered(f"response.{'incomplete' if turn.stop else 'completed'}", response=whole(turn, request))


def _items(turn: Turn, request: ModelRequest) -> list[dict[str, Any]]:
    text = {"type": "output_text", "text": turn.text, "annotations": [], "logprobs": []}
    message = {"type": "message", "id": f"msg_{request.number}", "role": "assistant", "status": "completed", "content": [text]}
    calls = [
        {
            "type": "function_call",
            "id": f"fc_{request.number}_{place}",
            "call_id": call_id(call, request.number, place),
            "name": call.name,
            "arguments": raw(call),
            "status": "completed",
        }
        for place, call in enumerate(turn.calls)
    ]
    return [message, *calls] if turn.text else calls


def _head(request: ModelRequest, status: str) -> dict[str, Any]:
    return {
        "id": f"resp_{request.number}",
        "object": "response",
        "created_at": 1_700_000_000,
        "model": request.model,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": None,
    }


def _usage(turn: Turn) -> dict[str, Any]:
    return {
        "input_tokens": turn.input_tokens,
        "input_tokens_details": {"cached_tokens": turn.cached_tokens},
        "output_tokens": turn.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": turn.input_tokens + turn.output_tokens,
    }
