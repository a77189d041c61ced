"""What happened to a run, without when: for comparing a run that was disturbed with one that was not."""

from collections.abc import Sequence
from typing import Any

from backend_factory.domain.event import Event

_TIMES = frozenset({"at", "seconds", "duration", "opened", "worktree", "patch"})


def account(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The events as plain data, without times, durations and measured figures, and without paths in the state folder."""
    return [_timeless(event.model_dump(mode="json")) for event in events]


def _timeless(value: Any) -> Any:
    match value:
        case dict():
            return {name: _timeless(each) for name, each in value.items() if name not in _TIMES and name != "figures"}
        case list():
            return [_timeless(each) for each in value]
        case _:
            return value
