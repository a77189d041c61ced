"""The acceptance criteria that one scenario shows, asked for by behaviour."""

from collections.abc import Iterable
from dataclasses import dataclass

from backend_factory.domain.deliverable import Behaviour, Criterion


@dataclass(frozen=True)
class Wanted:
    """Criteria of one entity (and of its correlation with another, where that is the story)."""

    criteria: tuple[Criterion, ...]

    def has(self, *behaviours: Behaviour) -> bool:
        """Whether some criterion is about one of the behaviours."""
        return any(c.behaviour in behaviours for c in self.criteria)

    def fields(self, behaviour: Behaviour, otherwise: Iterable[str]) -> tuple[str, ...]:
        """The fields that criteria of the behaviour name; `otherwise` too where one of them names none."""
        of = [c for c in self.criteria if c.behaviour is behaviour]
        named = [c.field for c in of if c.field]
        everything = otherwise if any(not c.field for c in of) else ()
        return tuple(dict.fromkeys([*named, *everything]))
