"""An agent's plan and tool calls as lines of progress: plain text, one line each, and not without end."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from acp.schema import AgentMessageChunk, AgentPlanUpdate, AgentThoughtChunk, TextContentBlock, ToolCallProgress, ToolCallStart

from backend_factory.runners.standstill import MOST, Output, Steps, files_below
from backend_factory.workspace.plain import plain

_WIDTH = 120
_MOST_LINES = 500
_WORDS = 16_384  # characters kept of what the agent said last


class Narration:
    """Says what an agent does; remembers its last words."""

    def __init__(self, say: Callable[[str], None], root: Path, stuck: Callable[[], None] = lambda: None) -> None:
        """`stuck` is called once it comes no further."""
        self._say = say
        self._stuck = stuck
        self._root = f"{root}/"
        self._titles: dict[str, str] = {}
        self._lines = 0
        self._last = ""
        self._inputs: dict[str, str] = {}
        self._steps, self._output = Steps(), Output(files_below(root))
        self._answer = 0
        self.standstill = ""
        """In words, once it comes no further."""
        self.words = ""
        """The end of what it said in this turn."""

    def turn(self) -> None:
        """A new turn begins."""
        self.words = ""
        self._answered()

    def tell(self, update: Any) -> None:
        """Take a session update of any kind."""
        match update:
            case AgentPlanUpdate():
                done = sum(entry.status == "completed" for entry in update.entries)
                now = next((entry.content for entry in update.entries if entry.status == "in_progress"), "")
                self.line(f"plan: {done} of {len(update.entries)} done" + (f", now: {now}" if now else ""))
            case ToolCallStart() | ToolCallProgress():
                if isinstance(update, ToolCallStart):
                    self._answered()
                self._call(update.tool_call_id, update.title or "", failed=update.status == "failed")
                self._step(update)
            case AgentMessageChunk(content=TextContentBlock() as said):
                self.words = (self.words + said.text)[-_WORDS:]
                self._said(len(said.text))
            case AgentThoughtChunk(content=TextContentBlock() as thought):
                self._said(len(thought.text))
            case _:
                pass

    def _call(self, call: str, title: str, *, failed: bool) -> None:
        """A tool call: said when it gets its title, and another one, and when it fails."""
        known = self._titles.get(call, "")
        if title and title != known and len(self._titles) <= _MOST_LINES:
            self._titles[call] = known = title
            self.line(title)
        if failed:
            self.line(f"failed: {known or 'a tool'}")

    def _step(self, update: ToolCallStart | ToolCallProgress) -> None:
        """A tool call that has ended, with what it was given last, is a step."""
        call = update.tool_call_id
        if update.raw_input is not None or update.locations:
            self._inputs[call] = repr((update.raw_input, update.locations))
        if update.status in ("completed", "failed"):
            given = self._inputs.pop(call, "")
            self._said(len(given))
            self._steps.saw(f"{self._titles.get(call, '')} {given}")
            self._look()

    def _said(self, length: int) -> None:
        self._answer += length
        if self._answer > MOST:
            self._answered()

    def _answered(self) -> None:
        """What it said up to a tool call, or to the end of a turn, was an answer."""
        if self._answer:
            self._output.saw(self._answer)
            self._answer = 0
            self._look()

    def _look(self) -> None:
        self.standstill = self.standstill or self._steps.standstill or self._output.standstill
        if self.standstill:
            self._stuck()

    def line(self, text: str) -> None:
        """Say one line, unless it was the last one too, or too many were said."""
        shown = " ".join(plain(text[: 8 * _WIDTH].replace(self._root, "")).split())[:_WIDTH]
        if not shown or shown == self._last or self._lines > _MOST_LINES:
            return
        self._last = shown
        self._lines += 1
        self._say(shown if self._lines <= _MOST_LINES else "further steps are not shown")
