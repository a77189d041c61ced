"""Learn the weights of detection from the labelled texts, and write them beside the code that uses them.

Usage: train_detection.py [--check]

Texts: training/detection/KIND.txt, one a line ("\\n" is a line break, a slot in braces takes values of slots.toml), and the
tuning half of tests/intake/labelled, which says backend or other only; each 16th of these is kept back to compare settings by
(scripts/detection.py shows it as `validation`). The held-out half is never opened here.
Model: multinomial logistic regression over `intake.clues`, by AdaGrad, in plain Python; the same texts give the same weights.
`--check` only says whether the weights belong to the texts (exit status 1 when they do not).
"""

import hashlib
import math
import random
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from backend_factory.intake.detector import clues_in
from backend_factory.intake.leaning import KINDS, WEIGHTS

ROOT = Path(__file__).parent.parent
TEXTS = ROOT / "training" / "detection"
TUNING = ROOT / "tests" / "intake" / "labelled" / "tuning.tsv"
WRITTEN = ROOT / "src" / "backend_factory" / "intake" / WEIGHTS

VARIANTS = 3
"""Fillings of a text with slots."""
NESTED_SLOTS = 4
RAREST_CLUE = 3
"""Clues seen fewer times are left out: they are names, not signs."""
ROUNDS = 6
SETTLED = 3
"""The weights after each round from this one on count towards the mean, which is steadier than any of them."""
STARTS = 3
"""Times that it is learnt anew in another order; the mean is taken over these too."""
STEP = 0.3
SHRINK = 0.003
WITHOUT_RULES = 0.3
"""How often a text is shown without what the rules read in it, so that its words learn to speak too."""
WITHOUT_A_CLUE = 0.1
WRITTEN_WEIGHT = 2.0
KEPT_BACK = 16
"""Of so many texts of the tuning half one is kept back."""
SMALLEST_WEIGHT = 5
"""Hundredths; rows without a greater one are not written."""
ONE_TEXT_MUST_NOT_DECIDE = 1e-2
RULES = ("rules ", "opens as", "some ")
SLOT = re.compile(r"\{(\w+)\}")

Encoded = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Example:
    """A text to learn from."""

    clues: Mapping[str, float]
    kind: int | None
    """Index in `KINDS`; None: any but backend."""
    weight: float


def main(arguments: list[str]) -> int:
    """Exit status."""
    source = fingerprint()
    if "--check" in arguments:
        return 0 if WRITTEN.read_text(encoding="utf-8").startswith(f"# {source}\n") else 1
    examples = [*written_examples(), *tuning_examples()]
    seen = Counter(clue for example in examples for clue in example.clues)
    known = {clue: at for at, clue in enumerate(sorted(clue for clue, times in seen.items() if times >= RAREST_CLUE))}
    rows = learn(examples, known)
    lines = [f"# {source}", "# clue\t" + "\t".join(KINDS)]
    for clue, at in known.items():
        weights = [round(weight * 100) for weight in rows[at]]
        if max(map(abs, weights)) >= SMALLEST_WEIGHT:
            lines.append("\t".join([clue, *map(str, weights)]))
    WRITTEN.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(examples)} texts, {len(lines) - 2} clues -> {WRITTEN.relative_to(ROOT)}")
    return 0


def fingerprint() -> str:
    """The hash of the texts in `TEXTS`; new texts of the tuning half do not make the weights wrong, only improvable."""
    digest = hashlib.sha256()
    for path in sorted(TEXTS.iterdir()):
        digest.update(path.read_bytes())
    return f"learnt from texts with sha256 {digest.hexdigest()}"


def written_examples() -> Iterator[Example]:
    """The texts of `TEXTS`; the variants of one text weigh together as much as a text without slots."""
    slots = tomllib.loads((TEXTS / "slots.toml").read_text(encoding="utf-8"))
    chance = random.Random(1)  # noqa: S311 - the same choice each time is what is wanted
    for index, kind in enumerate(KINDS):
        for line in (TEXTS / f"{kind}.txt").read_text(encoding="utf-8").splitlines():
            filled = {fill(line, slots, chance) for _ in range(VARIANTS if SLOT.search(line) else 1)}
            for text in sorted(filled):
                yield Example(clues_in(text), index, WRITTEN_WEIGHT / len(filled))


def fill(text: str, slots: Mapping[str, list[str]], chance: random.Random) -> str:
    """Replace each slot by one of its values; braces that are no slot stay."""
    for _ in range(NESTED_SLOTS):
        text = SLOT.sub(lambda slot: chance.choice(slots[slot[1]]) if slot[1] in slots else slot[0], text)
    return text.replace("\\n", "\n")


def tuning_examples() -> Iterator[Example]:
    """The tuning half of the labelled texts, but for what is kept back."""
    for label, text in tuning_texts(kept_back=False):
        yield Example(clues_in(text), 0 if label == "backend" else None, WRITTEN_WEIGHT)


def tuning_texts(*, kept_back: bool) -> Iterator[tuple[str, str]]:
    """(label, text) of the tuning half that is learnt from, or of what is kept back."""
    lines = [line for line in TUNING.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for at, line in enumerate(lines):
        if (at % KEPT_BACK == 0) == kept_back:
            label, _, text = line.split("\t", 2)
            yield label, text.replace("\\n", "\n")


def learn(examples: list[Example], known: Mapping[str, int]) -> list[list[float]]:
    """Return a row of weights for each clue of `known`, one weight for each of `KINDS`."""
    encoded = [[(known[clue], strength) for clue, strength in example.clues.items() if clue in known] for example in examples]
    from_rules = [clue.startswith(RULES) for clue in known]
    mean = [[0.0] * len(KINDS) for _ in known]
    share = 1 / (STARTS * (ROUNDS - SETTLED))
    for start in range(STARTS):
        rows = [[0.0] * len(KINDS) for _ in known]
        travelled = [ONE_TEXT_MUST_NOT_DECIDE] * len(known)
        chance = random.Random(start)  # noqa: S311 - see above
        order = list(range(len(examples)))
        for round_ in range(ROUNDS):
            chance.shuffle(order)
            for at in order:
                shown = shorten(encoded[at], from_rules, chance)
                descend(rows, travelled, shown, slopes_of(shares_of(shown, rows), examples[at]))
            if round_ >= SETTLED:
                mean = [[old + share * new for old, new in zip(*pair, strict=True)] for pair in zip(mean, rows, strict=True)]
    return mean


def shorten(clues: Encoded, from_rules: list[bool], chance: random.Random) -> Encoded:
    """Leave clues out at random, so that none is relied on alone."""
    rules_too = chance.random() >= WITHOUT_RULES
    return [pair for pair in clues if (rules_too or not from_rules[pair[0]]) and chance.random() >= WITHOUT_A_CLUE]


def shares_of(clues: Encoded, rows: list[list[float]]) -> list[float]:
    """The probability of each kind."""
    scores = [0.0] * len(KINDS)
    for at, strength in clues:
        for kind, weight in enumerate(rows[at]):
            scores[kind] += weight * strength
    highest = max(scores)
    shares = [math.exp(score - highest) for score in scores]
    total = sum(shares)
    return [share / total for share in shares]


def slopes_of(shares: list[float], example: Example) -> list[float]:
    """The slope of the loss for each kind's score; where only "not backend" is known, the other kinds share the blame."""
    if example.kind is not None:
        return [(share - (kind == example.kind)) * example.weight for kind, share in enumerate(shares)]
    rest = max(1 - shares[0], 1e-9)
    return [shares[0] * example.weight, *((share - share / rest) * example.weight for share in shares[1:])]


def descend(rows: list[list[float]], travelled: list[float], clues: Encoded, slopes: list[float]) -> None:
    """One step of AdaGrad with weight decay."""
    steepness = sum(slope * slope for slope in slopes)
    for at, strength in clues:
        travelled[at] += steepness * strength * strength
        step = STEP / math.sqrt(travelled[at])
        kept = 1 - step * SHRINK
        rows[at] = [weight * kept - step * slope * strength for weight, slope in zip(rows[at], slopes, strict=True)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
