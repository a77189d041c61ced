"""Server-sent events, and the pieces in which a text is streamed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from backend_factory.testing.model_server.script import ToolCall

PIECE = 24
"""Characters of a streamed piece of text."""


def event(content: Mapping[str, Any], name: str = "") -> bytes:
    """One event with a JSON body; `name` as its type, where the dialect has them."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(content)}\n\n".encode()


def pieces(text: str) -> Iterator[str]:
    """`text` in order, a piece at a time; nothing of an empty one."""
    size = max(PIECE, len(text) // 100)  # a long one in a hundred: readers take their time with each
    for start in range(0, len(text), size):
        yield text[start : start + size]


def raw(call: ToolCall) -> str:
    """The arguments as the text that is sent."""
    return call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments)


def call_id(call: ToolCall, request: int, place: int) -> str:
    """The call's own id, or one that is the same in every replay."""
    return call.id or f"call_{request}_{place}"
