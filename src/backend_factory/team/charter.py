"""Charters: a member's standing orders, one Markdown page with front matter in the format of coding agents' sub-agents."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import AskerError
from backend_factory.team.visible import is_visible

FOLDER = ".backend-factory/charters"
"""In the repository, as its base branch has it."""
FILES: Mapping[PhaseId, str] = MappingProxyType({phase: f"{phase.member.lower().replace(' ', '-')}.md" for phase in PhaseId})
MOST_LINES = 150

_KEYS = ("name", "description", "tools")
_FRONT = re.compile(r"---\n(.*?)\n---\n(.*)", re.DOTALL)
_BUILT_IN = "built in"


class Charter(Record):
    """What a member is always told."""

    phase: PhaseId
    name: str
    """business-analyst"""
    description: str
    tools: tuple[str, ...]
    """As coding agents name them: Read, Glob, Grep, Edit, Write, Bash. The lane decides what they can do."""
    orders: str
    """Markdown."""
    place: str = _BUILT_IN
    """Where it is from."""


@cache
def built_in(phase: PhaseId) -> Charter:
    """The factory's own charter."""
    return _parsed(phase, files(__package__).joinpath("charters", FILES[phase]).read_text(encoding="utf-8"), _BUILT_IN)


@cache
def reviewers(phase: PhaseId) -> Charter:
    """The charter of whoever reviews that phase; no repository can give another one."""
    return _parsed(phase, files(__package__).joinpath("charters", "reviewer.md").read_text(encoding="utf-8"), _BUILT_IN)


def read_charter(phase: PhaseId, text: str, place: str) -> Charter:
    """A repository's charter instead of the factory's own; `place` says where it is from.

    It can ask for other things and for fewer tools, never for more. AskerError for what is unknown, wrong, too long or hidden.
    """
    charter = _parsed(phase, text.replace("\r\n", "\n"), place)
    own = built_in(phase)
    if charter.name != own.name:
        raise _wrong(place, f"name is {charter.name[:80]!r}", f"name: {own.name}")
    if more := [tool for tool in charter.tools if tool not in own.tools]:
        raise _wrong(place, f"{more[0][:80]!r} is not among the member's tools", f"tools: {', '.join(own.tools)}, or fewer")
    if not is_visible(charter.orders + charter.description):
        raise _wrong(place, "it has characters that do not show", "take out control, bidirectional and zero-width characters")
    return charter


def _parsed(phase: PhaseId, text: str, place: str) -> Charter:
    if text.count("\n") >= MOST_LINES:
        raise _wrong(place, f"it has {text.count(chr(10)) + 1} lines", f"say it in fewer than {MOST_LINES}")
    found = _FRONT.fullmatch(text)
    if not found or not found[2].strip():
        raise _wrong(place, "it has no front matter, or no orders after it", "begin with --- name, description, tools ---")
    front = _front_matter(found[1], place)
    tools = tuple(tool.strip() for tool in front["tools"].split(","))
    return Charter(
        phase=phase,
        name=front["name"],
        description=front["description"],
        tools=tuple(filter(None, tools)),
        orders=found[2].strip(),
        place=place,
    )


def _front_matter(text: str, place: str) -> dict[str, str]:
    """One `key: value` a line. Not the whole of YAML: nothing more is needed, and it comes from strangers."""
    front: dict[str, str] = {}
    for line in filter(str.strip, text.split("\n")):
        key, colon, value = line.partition(":")
        if not colon or key not in _KEYS or key in front:
            hint = "the model is chosen in .backend-factory/team.toml" if key == "model" else f"one line each: {', '.join(_KEYS)}"
            raise _wrong(place, f"its front matter has {line[:80]!r}", hint)
        front[key] = value.strip()
    if missing := [key for key in _KEYS if key not in front or (key != "tools" and not front[key])]:
        raise _wrong(place, f"its front matter lacks {missing[0]}", f"one line each: {', '.join(_KEYS)}")
    return front


def _wrong(place: str, message: str, hint: str) -> AskerError:
    return AskerError(f"{place}: {message}", hint=hint)
