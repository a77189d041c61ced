"""An agent's plan and tool calls as lines of progress: plain text, one line each, and not without end."""

from collections.abc import Callable
from typing import Any

from acp.schema import AgentMessageChunk, AgentPlanUpdate, TextContentBlock, ToolCallProgress, ToolCallStart

from backend_factory.workspace.plain import plain

_WIDTH = 120
_MOST_LINES = 500
_WORDS = 16_384  # characters kept of what the agent said last


class Narration:
    """Says what an agent does; remembers its last words."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._lines = 0
        self._last = ""
        self.words = ""
        """The end of what it said in this turn."""

    def turn(self) -> None:
        """A new turn begins."""
        self.words = ""

    def tell(self, update: Any) -> None:
        """Take a session update of any kind."""
        match update:
            case AgentPlanUpdate():
                done = sum(entry.status == "completed" for entry in update.entries)
                now = next((entry.content for entry in update.entries if entry.status == "in_progress"), "")
                self.line(f"plan: {done} of {len(update.entries)} done" + (f", now: {now}" if now else ""))
            case ToolCallStart():
                self.line(update.title or str(update.kind or "a tool"))
            case ToolCallProgress() if update.status == "failed":
                self.line(f"failed: {update.title or update.tool_call_id}")
            case AgentMessageChunk(content=TextContentBlock() as said):
                self.words = (self.words + said.text)[-_WORDS:]
            case _:
                pass

    def line(self, text: str) -> None:
        """Say one line, unless it was the last one too, or too many were said."""
        shown = " ".join(plain(text[: 4 * _WIDTH]).split())[:_WIDTH]
        if not shown or shown == self._last or self._lines > _MOST_LINES:
            return
        self._last = shown
        self._lines += 1
        self._say(shown if self._lines <= _MOST_LINES else "further steps are not shown")
