"""What a client asked of a scripted model, seen alike in every dialect."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Dialect = Literal["anthropic", "openai-chat", "openai-responses"]


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a client says that a tool answered."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One recorded request for an answer of the model."""

    number: int
    """1 is the first that the server got."""
    dialect: Dialect
    path: str
    """With its query."""
    headers: dict[str, str]
    """Names in lower case."""
    body: dict[str, Any]

    @property
    def model(self) -> str:
        return str(self.body.get("model", ""))

    @property
    def stream(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def tools(self) -> dict[str, dict[str, Any]]:
        """Name -> JSON Schema of the arguments, of the tools that the model was offered."""
        found: dict[str, dict[str, Any]] = {}
        for tool in self.body.get("tools") or ():
            inner = tool.get("function") if self.dialect == "openai-chat" else tool
            if isinstance(inner, dict) and "name" in inner:
                found[inner["name"]] = inner.get("input_schema") or inner.get("parameters") or {}
        return found

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation so far, as the dialect writes it."""
        given = self.body.get("input" if self.dialect == "openai-responses" else "messages") or []
        return [{"role": "user", "content": given}] if isinstance(given, str) else list(given)

    @property
    def system(self) -> str:
        """The standing orders."""
        own = _text(self.body.get("system") or self.body.get("instructions") or "")
        said = [_text(m.get("content")) for m in self.messages if m.get("role") in ("system", "developer")]
        return "\n".join(filter(None, (own, *said)))

    @property
    def said(self) -> str:
        """All that the user said, tool results aside."""
        return "\n".join(filter(None, (_text(m.get("content")) for m in self.messages if m.get("role") == "user")))

    @property
    def turns(self) -> int:
        """Answers of the model that the conversation holds already."""
        roles = ["assistant" if self._is_answer(message) else "other" for message in self.messages]
        return sum(role == "assistant" and (at == 0 or roles[at - 1] != "assistant") for at, role in enumerate(roles))

    @property
    def results(self) -> tuple[ToolResult, ...]:
        """What tools answered since the model's last answer."""
        latest: list[dict[str, Any]] = []
        for message in reversed(self.messages):
            if self._is_answer(message):
                break
            latest.insert(0, message)
        return tuple(result for message in latest for result in _results(message))

    def _is_answer(self, message: dict[str, Any]) -> bool:
        return message.get("role") == "assistant" or message.get("type") in ("function_call", "custom_tool_call", "reasoning")


def _results(message: dict[str, Any]) -> Iterator[ToolResult]:
    if message.get("role") == "tool":
        yield ToolResult(str(message.get("tool_call_id", "")), _text(message.get("content")))
    if message.get("type") in ("function_call_output", "custom_tool_call_output"):
        yield ToolResult(str(message.get("call_id", "")), _text(message.get("output")))
    content = message.get("content")
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict) and part.get("type") == "tool_result":
            yield ToolResult(str(part.get("tool_use_id", "")), _text(part.get("content")))


def _text(content: object) -> str:
    """The text of a message's content: a text, or a list of parts."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    texts = (part.get("text") for part in content if isinstance(part, dict) and part.get("type") != "tool_result")
    return "\n".join(text for text in texts if isinstance(text, str))
