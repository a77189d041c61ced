"""Where a text leans: its clues are weighed against what was learnt from labelled texts, and the encoder is heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp

from backend_factory.intake.lexicon import BOUNDARIES, DETERMINERS
from backend_factory.intake.signals import Kind

KINDS = (
    Kind.BACKEND,
    Kind.INTERFACE,
    Kind.DOCUMENTATION,
    Kind.QUESTION,
    Kind.REVIEW,
    Kind.TROUBLE,
    Kind.UPKEEP,
    Kind.REPORT,
    Kind.ELSEWHERE,
    Kind.TALK,
)
"""What a text as a whole can be: the columns of `WEIGHTS`."""

WEIGHTS = "weights.tsv"
"""A clue a row, then its weight for each of `KINDS` in hundredths; made by scripts/train_detection.py."""

_HUNDREDTH = 0.01
_MOST_TELLING = 3
_TELLS = 0.1

Weights = Mapping[str, str]
"""Each clue with its line of `WEIGHTS`, still as it is written: a text has few of the 26,000."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """The verdict of the text as a whole."""

    kind: Kind
    """The likeliest."""
    backend: float
    """Probability that it asks for backend work."""
    telling: tuple[str, ...]
    """The words of the text that speak most for `kind`, the strongest first; plain letters and digits."""


def lean(clues: Mapping[str, float], second: Sequence[float]) -> Leaning:
    """The mean of what the clues say and of a `second` opinion: a probability for each of `KINDS`."""
    shares = [(first + other) / 2 for first, other in zip(weighed(clues), second, strict=True)]
    likeliest = shares.index(max(shares))
    return Leaning(KINDS[likeliest], shares[0], _telling(clues, likeliest))


def weighed(clues: Mapping[str, float]) -> Sequence[float]:
    """The probability of each of `KINDS` by a multinomial logistic regression over `clues`."""
    scores = [0.0] * len(KINDS)
    for clue, strength in clues.items():
        for at, weight in enumerate(weights(clue)):
            scores[at] += weight * strength
    highest = max(scores)
    shares = [exp(score - highest) for score in scores]
    total = sum(shares)
    return [share / total for share in shares]


def weights(clue: str) -> Sequence[float]:
    """What the clue weighs for each of `KINDS`; nothing where it was not learnt."""
    return [int(weight) * _HUNDREDTH for weight in learnt().get(clue, "").split()]


@cache
def learnt() -> Weights:
    """Read `WEIGHTS`."""
    text = files(__package__).joinpath(WEIGHTS).read_text(encoding="utf-8")
    rows = (line.partition("\t") for line in text.splitlines() if not line.startswith("#"))
    return {clue: row for clue, _, row in rows}


def _telling(clues: Mapping[str, float], kind: int) -> tuple[str, ...]:
    """Words whose weight for `kind` stands out from their mean over all kinds."""
    found = []
    for clue, strength in clues.items():
        row = weights(clue)
        word = clue.removeprefix("body ").removeprefix("^")
        parts = word.split(" ")
        if not row or parts[0] in _NO_WORDS or not all(_is_telling(part) for part in parts):
            continue
        speaks = (row[kind] - sum(row) / len(row)) * strength
        if speaks > _TELLS:
            found.append((-speaks, word))
    return _distinct([word for _, word in sorted(found)])


def _is_telling(word: str) -> bool:
    return len(word) >= _SHORTEST_TELLING and word.replace("-", "").isalnum() and word not in _SILENT


_SILENT = BOUNDARIES | DETERMINERS
_SHORTEST_TELLING = 3
_NO_WORDS = frozenset({"always", "rules", "opens", "some", "section", "sign", "form", "tag", "title", "with"})


def _distinct(words: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for word in words:
        if not any(word in other or other in word for other in kept):
            kept.append(word)
    return tuple(kept[:_MOST_TELLING])
