"""The encoder reads a text as a whole; its weights belong to the texts beside them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_factory.intake.encoder import LONGEST, scores_of, shares, weights
from backend_factory.intake.leaning import KINDS
from backend_factory.intake.wordpiece import tokenize

ROOT = Path(__file__).parents[2]


def test_the_weights_are_those_of_the_texts_beside_them() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "train_encoder.py"), "--check"]
    assert subprocess.run(command, check=False, timeout=120).returncode == 0, "run scripts/train_encoder.py"


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=500))
def test_the_probabilities_of_the_kinds_are_one_together_whatever_the_text(text: str) -> None:
    found = shares(text)
    assert len(found) == len(KINDS)
    assert all(0 <= share <= 1 for share in found)
    assert sum(found) == pytest.approx(1)
    assert found == shares(text)


def test_the_order_of_words_counts() -> None:
    one, other = shares("an endpoint was added for invoices"), shares("add an endpoint for invoices")
    assert one[KINDS.index("backend")] < 0.5 < other[KINDS.index("backend")]


def test_what_fills_a_batch_up_changes_nothing() -> None:
    """Learning reads texts in batches of one length, and a verdict is about one text."""
    tokens = tokenize("Store the consent of a patient", LONGEST)
    size = len(tokens.ids)
    ids, parts, mask = np.zeros((2, size + 7), int), np.zeros((2, size + 7), int), np.ones((2, size + 7), np.float32)
    ids[0, :size], mask[0, size:] = tokens.ids, 0
    ids[0, size:], ids[1] = 2_000, 3_000
    alone = scores_of(weights(), ids[:1, :size], parts[:1, :size], mask[:1, :size], np)
    assert scores_of(weights(), ids, parts, mask, np)[0] == pytest.approx(alone[0], abs=1e-3)
