"""What a scripted model answers: data, the same for every dialect."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from backend_factory.testing.model_server.request import ModelRequest


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model wants called."""

    name: str
    arguments: Mapping[str, Any] | str
    """A text is sent as it is, even where it is no JSON."""
    id: str = ""
    """Empty: the server gives one, `call_<request>_<place>`."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer of the model: some text, then tool calls."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    input_tokens: int = 100
    """Everything that was sent, the cached part included."""
    cached_tokens: int = 0
    output_tokens: int = 20
    stop: Literal["", "length", "refusal"] = ""
    """Empty: as the content has it. `refusal`: the provider's own word for content that it will not make."""
    pause: float = 0.0
    """Seconds between the pieces of a streamed answer."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error of the provider: 429 quota, 529 overload, 401 key, 400 request, 500."""

    status: int
    message: str = "scripted failure"
    retry_after: str = ""
    """Value of the header: seconds, or a date; empty: none."""
    headers: Mapping[str, str] | None = None
    """Any further headers: `anthropic-ratelimit-requests-reset`."""


@dataclass(frozen=True, slots=True)
class Hang:
    """Takes the request and never answers, until the client goes or the server is closed."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """An answer of status 200 that is none in any dialect."""

    body: bytes = b"<html>\x00 not what you asked for"
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Cut:
    """The answer `turn`, with the connection closed after `events` events of its stream (or half its body)."""

    turn: Turn
    events: int = 2


Answer = Turn | Failure | Hang | Garbage | Cut

Script = Sequence[Answer] | Callable[[ModelRequest], Answer]
"""Answers in the order of the requests, or whoever decides upon seeing each."""
