"""Rows of the tables of tests: changes of a valid record, and what becomes of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backend_factory.runners.blueprint.golang.literal import go_string
from backend_factory.runners.blueprint.test.values import Expression, members, strings


@dataclass(frozen=True)
class Variant:
    """One row of a table of tests."""

    name: str
    change: Mapping[str, object]
    kept: Mapping[str, object] | None = None
    refused: tuple[str, ...] = ()

    def row(self) -> str:
        """The row as a Go literal."""
        parts = [f"name: {go_string(self.name)}", f"change: {members(self.change)}"]
        if self.kept is not None:
            parts.append(f"kept: {members(self.kept)}")
        if self.refused:
            parts.append(f"refused: {strings(self.refused)}")
        return "{" + ", ".join(parts) + "}"


def told_apart(variants: Iterable[Variant]) -> tuple[Variant, ...]:
    """The same with distinct names."""
    used: dict[str, int] = {}
    found = []
    for each in variants:
        used[each.name] = used.get(each.name, 0) + 1
        number = used[each.name]
        name = each.name if number == 1 else f"{each.name}_{number}"
        found.append(Variant(name, each.change, each.kept, each.refused))
    return tuple(found)


def parameter(given: object) -> str:
    """A value as the text of a parameter."""
    if isinstance(given, Expression):
        return given
    return str(given).lower() if isinstance(given, bool) else str(given)
