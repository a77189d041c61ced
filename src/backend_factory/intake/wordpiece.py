"""Text -> tokens of the encoder: the uncased WordPiece of BERT (https://arxiv.org/abs/1609.08144, section 4.1)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

VOCABULARY = "vocabulary.txt"
"""A token a line, its number is the line's; of bge-small-en-v1.5 (MIT), BERT's own."""

_LONGEST_WORD = 100
_TITLE, _BODY = 600, 2_500
"""Characters looked at."""
_CJK = re.compile("([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ceaf\U0002f800-\U0002fa1f])")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the encoder reads it."""

    ids: Sequence[int]
    """Numbers in `VOCABULARY`."""
    parts: Sequence[int]
    """For each token 0 in the title, 1 in the body."""


def tokenize(text: str, longest: int) -> Tokens:
    """[CLS] title [SEP], then body [SEP] where there is one: at most `longest`, half of them the title's if both are long."""
    title, _, body = text.strip().partition("\n")
    first, second = _ids(title[:_TITLE]), _ids(body.strip()[:_BODY])
    if not second:
        first = first[: longest - 2]
        return Tokens([_known()["[CLS]"], *first, _known()["[SEP]"]], [0] * (len(first) + 2))
    room = longest - 3
    first = first[: max(room // 2, room - len(second))]
    second = second[: room - len(first)]
    ids = [_known()["[CLS]"], *first, _known()["[SEP]"], *second, _known()["[SEP]"]]
    return Tokens(ids, [0] * (len(first) + 2) + [1] * (len(second) + 1))


@cache
def _known() -> Mapping[str, int]:
    lines = files(__package__).joinpath(VOCABULARY).read_text(encoding="utf-8").split("\n")
    return {token: number for number, token in enumerate(lines) if token}


def _ids(text: str) -> list[int]:
    known = _known()
    return [known[piece] for word in _words(text) for piece in _pieces(word, known)]


def _words(text: str) -> Iterator[str]:
    """Lower case without accents, at white space and around each sign of punctuation."""
    clean = "".join(_clean(letter) for letter in text)
    plain = unicodedata.normalize("NFD", _CJK.sub(r" \1 ", clean)).lower()
    plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")
    for word in plain.split():
        start = 0
        for at, letter in enumerate(word):
            if _is_punctuation(letter):
                yield from (part for part in (word[start:at], letter) if part)
                start = at + 1
        if start < len(word):
            yield word[start:]


def _clean(letter: str) -> str:
    if letter in "\t\n\r" or unicodedata.category(letter) == "Zs":
        return " "
    return "" if letter in "\0\ufffd" or unicodedata.category(letter).startswith("C") else letter


def _is_punctuation(letter: str) -> bool:
    return (letter.isascii() and letter.isprintable() and not letter.isalnum() and letter != " ") or (
        unicodedata.category(letter).startswith("P")
    )


def _pieces(word: str, known: Mapping[str, int]) -> list[str]:
    """The longest known beginning, then the longest known continuation, and so on; a word that does not come out is unknown."""
    if len(word) > _LONGEST_WORD:
        return ["[UNK]"]
    pieces: list[str] = []
    start = 0
    while start < len(word):
        mark = "##" if start else ""
        end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in known), None)
        if end is None:
            return ["[UNK]"]
        pieces.append(mark + word[start:end])
        start = end
    return pieces
