"""The conversation of an attempt as evidence: a chain of records, a turn each, from which a killed attempt goes on."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter

from backend_factory.errors import InternalError
from backend_factory.runners.model.redaction import within
from backend_factory.workspace.workbench import Workbench

NAME = "conversation"


class Conversation:
    """What was said so far, kept turn by turn."""

    def __init__(self, workbench: Workbench, model: str, redact: Callable[[str], str]) -> None:
        """`model` is whose conversation it is: where a chain of members tries one after the other, none goes on for another."""
        self._workbench = workbench
        self._model = model
        self._redact = redact
        self._last = ""
        self._kept = 0

    def restore(self) -> list[ModelMessage]:
        """What the last paid turn of this attempt left; none where it begins, was another member's, or cannot be read."""
        last = self._workbench.meter.kept
        try:
            if last and json.loads(self._workbench.recall(last)).get("model") != self._model:
                return []
            messages = ModelMessagesTypeAdapter.validate_python(_chained(self._workbench, last))
        except (InternalError, ValidationError, ValueError, KeyError, TypeError, AttributeError):
            self._workbench.say("what was said before cannot be read any more: the attempt begins anew")
            return []
        self._last, self._kept = last, len(messages)
        return messages

    def keep(self, messages: Sequence[ModelMessage]) -> str:
        """Keep what is new of it, without secrets; the hash of a record from which all can be read again."""
        new = json.loads(ModelMessagesTypeAdapter.dump_json(list(messages[self._kept :])))
        record = {"model": self._model, "before": self._last, "messages": within(new, self._redact)}
        self._last = self._workbench.keep(NAME, json.dumps(record, ensure_ascii=False).encode())
        self._kept = len(messages)
        return self._last


def _chained(workbench: Workbench, last: str) -> list[Any]:
    """All messages up to that record, oldest first."""
    turns: list[list[Any]] = []
    while last:
        record = json.loads(workbench.recall(last))
        turns.append(record["messages"])
        last = record["before"]
    return [message for turn in reversed(turns) for message in turn]
