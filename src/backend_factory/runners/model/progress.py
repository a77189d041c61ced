"""What a model says while it works, line by line, to whoever watches."""

from collections.abc import Callable

from backend_factory.workspace.plain import plain

LONGEST = 200
"""Characters of a line."""
MOST = 12
"""Lines of one turn: progress is to be followed, not to be flooded."""


class Voice:
    """Of one turn."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._open = ""
        self._said = 0

    def hear(self, text: str) -> None:
        """A piece of text; each line is told once it is whole."""
        *whole, self._open = (self._open + text).split("\n")
        self._open = self._open[: 4 * LONGEST]
        for line in whole:
            self._tell(line)

    def end(self) -> None:
        """The text is over."""
        self._tell(self._open)
        self._open = ""

    def _tell(self, line: str) -> None:
        shown = " ".join(plain(line).split())
        if shown and self._said < MOST:
            self._said += 1
            self._say(shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…")
