"""How many tokens a text is at most, without the vocabulary of any model."""

import re
from math import ceil

_PIECE = re.compile(r"[A-Za-z]+|[0-9]+|\n+| {2,}|[^\x00-\x7f]|[^ ]")
_LETTERS, _DIGITS = 6, 2
"""A token of letters, of digits, is at least as long on average; docs/team.md has what was measured."""


def tokens(text: str) -> int:
    """A count above that of the tokenizers it was measured against, for prose, code and JSON in English.

    Every sign of punctuation and every byte beyond ASCII counts as one, every run of line ends or blanks too.
    """
    return sum(_count(match[0]) for match in _PIECE.finditer(text))


def _count(piece: str) -> int:
    if piece[0].isascii() and piece.isalpha():
        return ceil(len(piece) / _LETTERS)
    if piece[0].isascii() and piece.isdigit():
        return ceil(len(piece) / _DIGITS)
    return 1 if piece.isascii() else len(piece.encode("utf-8", "surrogatepass"))
