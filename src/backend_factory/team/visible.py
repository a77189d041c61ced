"""Text of strangers as a model is to read it: nothing that a person would not see."""

import unicodedata

from backend_factory.workspace.plain import plain

_LINES = "\n\t"
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
# Fillers and selectors that show nothing although they count as letters or marks: text can be hidden in them.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0x180B, 0x1810))


def visible(text: str) -> str:
    """`text` without escape sequences; every other character that does not show is written as `\\u....`, as JSON does."""
    return "".join(char if _shows(char) else _escaped(char) for char in plain(text))


def is_visible(text: str) -> bool:
    """Whether all characters of it show, or are blanks and line ends."""
    return all(map(_shows, text))


def _shows(char: str) -> bool:
    if char.isascii():
        return char.isprintable() or char in _LINES
    return unicodedata.category(char) not in _HIDDEN and char not in _BLANKS and not any(ord(char) in each for each in _SELECTORS)


def _escaped(char: str) -> str:
    raw = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{raw[at : at + 2].hex()}" for at in range(0, len(raw), 2))
