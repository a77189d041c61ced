"""The second opinion on a text as a whole: a small transformer encoder that reads it word by word, in order.

Architecture: BERT (https://arxiv.org/abs/1810.04805), twelve narrow layers, begun from bge-small-en-v1.5 (MIT;
https://arxiv.org/abs/2309.07597) and taught by scripts/train_encoder.py. Plain numpy: a text takes 30 to 80 ms, on any machine.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from math import pi, sqrt
from typing import Any

from backend_factory.intake.wordpiece import tokenize

WEIGHTS = "encoder.npz"
"""Each matrix as signed bytes with a factor a row, vectors as 32-bit floats; `source` says what they were learnt from."""

LONGEST = 192
"""Tokens that are read."""
LAYERS, HEADS, WIDTH = 12, 12, 384
_SMALL = 1e-12

Array = Any
"""A numpy array; in training one of JAX, which has the same functions."""


def shares(text: str) -> Sequence[float]:
    """The probability of each of `leaning.KINDS`, 0 to 1, together 1."""
    import numpy as np  # 0.1 s, and most commands read no text

    tokens = tokenize(text, LONGEST)
    ids, parts = np.array([tokens.ids]), np.array([tokens.parts])
    # Several threads wait for each other by spinning: on a busy machine ten times the time for products as small as these.
    with _threads().limit(limits=1, user_api="blas"):
        scores = scores_of(weights(), ids, parts, np.ones(ids.shape, dtype=np.float32), np)[0]
    powers = np.exp(scores - scores.max())
    return [float(share) for share in powers / powers.sum()]


@cache
def _threads() -> Any:
    """What numpy's matrix library is told how many threads to use by."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@cache
def weights() -> Mapping[str, Array]:
    """Read `WEIGHTS`; the matrix of words stays in bytes, for of it only some rows are needed."""
    import numpy as np

    with as_file(files(__package__).joinpath(WEIGHTS)) as path, np.load(path, allow_pickle=False) as stored:
        read = {name: stored[name] for name in stored.files if name != "source"}
    factors = {name: read.pop(f"{name}/factor") for name in [*read] if f"{name}/factor" in read}
    return {
        name: Rows(rows, factors[name]) if name == "words" else rows * factors.get(name, np.float32(1))
        for name, rows in read.items()
    }


@dataclass(frozen=True, slots=True)
class Rows:
    """A matrix in bytes whose rows are made floats when they are asked for."""

    rows: Array
    factor: Array

    def __getitem__(self, ids: Array) -> Array:
        return self.rows[ids] * self.factor[ids]


def scores_of(weights: Mapping[str, Array], ids: Array, parts: Array, mask: Array, xp: Any) -> Array:
    """The score of each of `KINDS` for a batch of texts, before the softmax: (texts, kinds).

    `ids`, `parts` and `mask` (1 for a token, 0 behind the end) are (texts, tokens). `xp` is numpy or jax.numpy.
    """
    return scores(weights, read_on(weights, begun(weights, ids, parts, xp), mask, range(LAYERS), xp), mask, xp)


def begun(weights: Mapping[str, Array], ids: Array, parts: Array, xp: Any) -> Array:
    """What each token is before the first layer: (texts, tokens, width)."""
    return _normal(
        weights["words"][ids] + weights["places"][: ids.shape[1]][None] + weights["parts"][parts], weights, "begin", xp
    )


def read_on(
    weights: Mapping[str, Array], hidden: Array, mask: Array, layers: range, xp: Any, drop: Callable[[Array], Array] = lambda x: x
) -> Array:
    """What each token is after `layers`: (texts, tokens, width). `drop` is what learning does to forget at random."""
    texts, length, _ = hidden.shape
    hide = (1.0 - mask[:, None, None, :]) * -1e9
    for layer in layers:
        name = f"{layer}/"
        query, key, value = (
            _linear(hidden, weights, name + part).reshape(texts, length, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        looks = _softmax(query @ key.transpose(0, 1, 3, 2) / sqrt(WIDTH // HEADS) + hide, xp)
        seen = (looks @ value).transpose(0, 2, 1, 3).reshape(texts, length, WIDTH)
        hidden = _normal(hidden + drop(_linear(seen, weights, name + "seen")), weights, name + "seen", xp)
        wide = _gelu(_linear(hidden, weights, name + "wide"), xp)
        hidden = _normal(hidden + drop(_linear(wide, weights, name + "narrow")), weights, name + "narrow", xp)
    return hidden


def scores(weights: Mapping[str, Array], hidden: Array, mask: Array, xp: Any) -> Array:
    """What the last layer says of each text: (texts, kinds)."""
    mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]
    return _linear(xp.concatenate([hidden[:, 0], mean], 1), weights, "kinds")


def _linear(x: Array, weights: Mapping[str, Array], name: str) -> Array:
    return x @ weights[name].T + weights[f"{name}/bias"]


def _normal(x: Array, weights: Mapping[str, Array], name: str, xp: Any) -> Array:
    centred = x - x.mean(-1, keepdims=True)
    spread = xp.sqrt((centred * centred).mean(-1, keepdims=True) + _SMALL)
    return centred / spread * weights[f"{name}/scale"] + weights[f"{name}/shift"]


def _softmax(x: Array, xp: Any) -> Array:
    powers = xp.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _gelu(x: Array, xp: Any) -> Array:
    """The approximation by tanh of https://arxiv.org/abs/1606.08415."""
    return 0.5 * x * (1.0 + xp.tanh(sqrt(2.0 / pi) * (x + 0.044715 * x * x * x)))
