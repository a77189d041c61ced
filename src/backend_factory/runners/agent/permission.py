"""Answers an agent's "may I?" from its lane. What cannot be told to be allowed is not."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from acp.schema import AllowedOutcome, DeniedOutcome, FileEditToolCallContent, PermissionOption, ToolCallUpdate

_LOOKING = frozenset({"read", "search", "think"})
_CHANGING = frozenset({"edit", "delete", "move"})
_PATH_NAMES = ("path", "file_path", "filePath", "filepath", "notebook_path", "absolute_path", "abs_path")


def allowed(call: ToolCallUpdate, writable: Callable[[str], bool], readable: Callable[[str], bool], *, runs: bool) -> bool:
    """Whether the tool call may go on. `writable` and `readable` judge a path; `runs`: commands are held by a sandbox.

    An edit must name every path that it touches; one that names none is refused, and so are fetching, a change of mode
    and what an agent calls "other".
    """
    paths = tuple(_paths(call))
    if call.kind in _CHANGING:
        return bool(paths) and all(writable(path) for path in paths)
    if call.kind in _LOOKING:
        return all(readable(path) for path in paths)
    return call.kind == "execute" and runs


def answer(yes: bool, options: Sequence[PermissionOption]) -> AllowedOutcome | DeniedOutcome:
    """The option to choose: once and never always; where the agent offers no such option, it is refused."""
    wanted = ("allow_once",) if yes else ("reject_once", "reject_always")
    for kind in wanted:
        for option in options:
            if option.kind == kind:
                return AllowedOutcome(outcome="selected", option_id=option.option_id)
    return DeniedOutcome(outcome="cancelled")


def relative(path: str, root: Path) -> str | None:
    """`path` as one below `root` with forward slashes, links resolved; None for one that leads elsewhere."""
    try:
        inside = (root / path).resolve().relative_to(root.resolve())
    except (ValueError, OSError, RuntimeError):
        return None
    return inside.as_posix()


def _paths(call: ToolCallUpdate) -> Iterable[str]:
    for location in call.locations or ():
        yield location.path
    for content in call.content or ():
        if isinstance(content, FileEditToolCallContent):
            yield content.path
    if isinstance(call.raw_input, dict):
        yield from _named(call.raw_input)


def _named(given: dict[str, Any]) -> Iterable[str]:
    for name in _PATH_NAMES:
        if isinstance(given.get(name), str):
            yield given[name]
