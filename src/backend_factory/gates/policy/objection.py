"""What a rule objects to, and where."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from backend_factory.gates.policy.world import World

Path = tuple[str | int, ...]
"""The way to a part of the template: ("Resources", "Queue", "Properties")."""


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing in a template that must not stay."""

    at: Path
    message: str
    """Names the resource."""
    expected: str
    seen: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A small named rule."""

    name: str
    check: Callable[["World"], Iterator[Objection]]
    objects: Literal["somewhere", "everywhere"] = "somewhere"
    """Whether one way of deploying is enough to object (doubt is a finding), or only what is wrong in every one."""
