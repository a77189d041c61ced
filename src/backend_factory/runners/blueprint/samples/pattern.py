"""Strings that match an RE2 expression, for the common subset of its syntax."""

import re
import warnings
from collections.abc import Callable, Iterator
from functools import lru_cache

_DIGITS = "0123456789"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = _LETTERS + _LETTERS.upper() + _DIGITS + "_"
_PRINTABLE = "".join(chr(c) for c in range(0x20, 0x7F))
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": " "}
_FRIENDLY = _LETTERS + _DIGITS + "-"
_ENUMERATED = 4096
_REPETITIONS = 8192
"""In one string: nested repetition in a stranger's pattern must not cost more than this."""

_Draw = Callable[[int], int]
"""Given a number of options, the index of the one to take."""


class _Unknown(Exception):
    """The expression uses syntax outside of the subset."""


@lru_cache(maxsize=256)
def matching(pattern: str, min_length: int, max_length: int) -> tuple[str, ...]:
    """Distinct strings that the whole pattern matches, always the same ones; empty where the pattern is beyond the subset.

    The subset: literals, escapes, classes, groups, alternatives, anchors at the ends and greedy or lazy repetition
    (https://github.com/google/re2/wiki/Syntax). Each string is checked against the pattern, so an error here cannot
    produce a wrong sample, only none. `#` and control characters never occur: they are refused inside keys.
    """
    try:
        expression = compiled(pattern)
        found: dict[str, None] = {}
        for number in range(_ENUMERATED):
            text = _Generator(pattern, max(min_length, 1), _mixed_radix(number)).text()
            fits = min_length <= len(text) <= max_length and "#" not in text and text.isprintable()
            if fits and expression.fullmatch(text):
                found[text] = None
            if len(found) >= 256:
                break
    except (_Unknown, re.error, OverflowError, RecursionError):
        return ()
    return tuple(found)


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as Python reads it; re.error where it cannot."""
    with warnings.catch_warnings():
        # Python announces set operations that RE2 does not have either: "[[" and "--" mean the same to both for now.
        warnings.simplefilter("ignore", FutureWarning)
        return re.compile(pattern, re.ASCII)


def _mixed_radix(number: int) -> _Draw:
    rest = number

    def draw(options: int) -> int:
        nonlocal rest
        rest, digit = divmod(rest, options)
        return digit

    return draw


class _Generator:
    """Reads the pattern once from left to right and writes a string on the way."""

    def __init__(self, pattern: str, wanted: int, draw: _Draw) -> None:
        self.pattern = pattern
        self.wanted = wanted
        """Characters that an open repetition may have to supply to reach the least length."""
        self.draw = draw
        self.at = 0
        self.left = _REPETITIONS

    def text(self) -> str:
        text = self._alternatives()()
        if self.at != len(self.pattern):
            raise _Unknown
        return text

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _next(self) -> str:
        if not (char := self._peek()):
            raise _Unknown
        self.at += 1
        return char

    def _alternatives(self) -> Callable[[], str]:
        branches = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            branches.append(self._sequence())
        return lambda: branches[self.draw(len(branches)) if len(branches) > 1 else 0]()

    def _sequence(self) -> Callable[[], str]:
        parts: list[Callable[[], str]] = []
        while self._peek() not in ("", "|", ")"):
            atom = self._atom()
            parts.append(self._repeated(atom))
        return lambda: "".join(part() for part in parts)

    def _atom(self) -> Callable[[], str]:
        char = self._next()
        if char in "^$":
            return lambda: ""
        if char == "(":
            return self._group()
        if char == "[":
            return self._one_of(self._class())
        if char == "\\":
            return self._one_of(self._escape())
        if char == ".":
            return self._one_of(_FRIENDLY)
        if char in "*+?{})]":
            raise _Unknown
        return lambda: char

    def _group(self) -> Callable[[], str]:
        if self._peek() == "?":
            if not self.pattern.startswith("?:", self.at):
                raise _Unknown
            self.at += 2
        inside = self._alternatives()
        if self._next() != ")":
            raise _Unknown
        return inside

    def _one_of(self, options: str) -> Callable[[], str]:
        if not options:
            raise _Unknown
        return lambda: options[self.draw(len(options))] if len(options) > 1 else options

    def _escape(self) -> str:
        char = self._next()
        if char in _CLASSES:
            return _CLASSES[char]
        if char in "DWS":
            return "".join(c for c in _FRIENDLY if c not in _CLASSES[char.lower()])
        if char.isalnum():
            raise _Unknown
        return char

    def _class(self) -> str:
        negated = self._peek() == "^"
        self.at += negated
        members = "".join(self._members())
        if negated:
            return "".join(c for c in _FRIENDLY if c not in members)
        return "".join(dict.fromkeys(members))

    def _members(self) -> Iterator[str]:
        first = True
        while (char := self._next()) != "]" or first:
            first = False
            if char == "[":
                raise _Unknown
            low = self._escape() if char == "\\" else char
            ranged = len(low) == 1 and self._peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", "")
            yield self._range(low) if ranged else low

    def _range(self, low: str) -> str:
        self.at += 1
        high = self._next()
        if high == "\\":
            high = self._escape()
        if len(high) != 1:
            raise _Unknown
        return "".join(c for c in _PRINTABLE if low <= c <= high)

    def _repeated(self, atom: Callable[[], str]) -> Callable[[], str]:
        least, most = self._bounds()
        if (least, most) == (1, 1):
            return atom
        if self._peek() == "?":
            self.at += 1
        counts = sorted({n for n in (least, least + 1, self.wanted) if least <= n <= most})
        return lambda: "".join(self._once(atom) for _ in range(counts[self.draw(len(counts)) if len(counts) > 1 else 0]))

    def _once(self, atom: Callable[[], str]) -> str:
        self.left -= 1
        if self.left < 0:
            raise _Unknown
        return atom()

    def _bounds(self) -> tuple[int, int]:
        simple = {"?": (0, 1), "*": (0, 1000), "+": (1, 1000)}
        char = self._peek()
        if char in simple:
            self.at += 1
            return simple[char]
        if char != "{":
            return 1, 1
        counted = re.compile(r"\{(\d{1,4})(,(\d{0,4}))?\}").match(self.pattern, self.at)
        if counted is None:
            raise _Unknown
        self.at = counted.end()
        least = int(counted[1])
        return least, least if counted[2] is None else int(counted[3] or 1000)
