"""The rows of the battery: what is attacked, by whom, what held it, what the user saw. Each is the marker of a test."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pytest

Who = Literal["agent", "model", "member", "text", "code", "provider"]
"""`member`: a model or an agent; `text`: of the request, the repository or a tool; `code`: what a member generated."""
HOLDS = ("sandbox", "lane", "gate", "meter", "brief", "workbench", "broker", "factory", "screen")
"""What can hold an attack; a gate is followed by the id of the check."""
MARKERS = (
    "attack(row): one attack of the hostile battery; scripts/hostile_page.py makes docs/hostile.md of all",
    "claim(row): one way to claim success without work",
)
NOTHING = ""
"""In place of what the user saw: the attack came to nothing, silently, and the work went on to its gate."""


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One line of docs/hostile.md."""

    what: str
    who: str
    held: str
    saw: str
    """Words that were really shown; `one or another` where machines differ."""
    control: bool = False
    """Whether the test also shows that it succeeds without the defence."""


class User:
    """Whoever watches the run."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self.looked = False
        self.controlled = False

    def saw(self, *shown: object) -> None:
        """What progress, findings, questions or errors said: the row's words are among them; nothing where it says so."""
        self.looked = True
        text = "\n".join(str(each) for each in shown)
        if self._row.saw == NOTHING:
            assert text == ""
        assert any(words in text for words in self._row.saw.split(" or ")), text

    def without(self, harm: object) -> None:
        """What the same attack did where the defence was missing: something, or the test proves nothing."""
        self.controlled = True
        assert harm, "without the defence it did no harm either"


def attacks(who: Who, held: str, rows: Mapping[str, tuple[Any, ...]], *, control: bool = False) -> list[Any]:
    """Parameters, an attack each: what -> (what the user saw, the test's own values...)."""
    return [
        pytest.param(*values, marks=pytest.mark.attack(Row(what, who, held, saw, control)), id=what)
        for what, (saw, *values) in rows.items()
    ]


def attack(what: str, who: Who, held: str, saw: str, *, control: bool = False) -> pytest.MarkDecorator:
    """The marker of a test that is one attack."""
    return pytest.mark.attack(Row(what, who, held, saw, control))


def claim(what: str, who: Who, held: str, saw: str, *, control: bool = False) -> pytest.MarkDecorator:
    """The marker of a test that is one false completion."""
    return pytest.mark.claim(Row(what, who, held, saw, control))


def row_of(item: Any) -> Row | None:
    """What the test's marker says."""
    marks = [mark for mark in item.iter_markers() if mark.name in ("attack", "claim")]
    return marks[0].args[0] if marks else None


def rows(items: Iterable[pytest.Item], kind: str) -> list[Row]:
    """What the markers of that kind say in collected tests, each once."""
    return sorted({mark.args[0] for item in items for mark in item.iter_markers(kind)}, key=lambda row: (row.who, row.held, row))
