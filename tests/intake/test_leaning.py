"""The text as a whole: its clues, where they lean, and how the leaning and the rules become one verdict."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from backend_factory.intake import detect
from backend_factory.intake.detector import clues_in
from backend_factory.intake.encoder import shares
from backend_factory.intake.leaning import KINDS, lean, learnt, weights
from backend_factory.intake.signals import Kind

ROOT = Path(__file__).parents[2]
TUNING = ROOT / "tests" / "intake" / "labelled" / "tuning.tsv"


def script(name: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "scripts" / name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Bump express from 4.17.1 to 4.18.2", Kind.UPKEEP),
        ("Enemies should respawn after a minute", Kind.ELSEWHERE),
        ("Make the login page look nicer on phones", Kind.INTERFACE),
        ("How do I get the invoices out of the database?", Kind.QUESTION),
        ("NullPointerException when the owner is missing", Kind.TROUBLE),
        ("docs: describe pagination", Kind.DOCUMENTATION),
        ("Added an endpoint for tags", Kind.REPORT),
        ("Add an endpoint that lists the invoices of a customer", Kind.BACKEND),
    ],
)
def test_a_text_leans_to_what_it_is(text: str, kind: Kind) -> None:
    assert lean(clues_in(text), shares(text)).kind == kind


def test_every_row_of_the_weights_has_a_weight_for_each_kind() -> None:
    assert learnt()
    assert {len(weights(clue)) for clue in learnt()} == {len(KINDS)}


def test_the_weights_are_those_of_the_texts_beside_them() -> None:
    assert script("train_detection.py", "--check").returncode == 0, "run scripts/train_detection.py"


def test_the_weights_know_what_they_were_learnt_from() -> None:
    rows = [line.split("\t", 2) for line in TUNING.read_text(encoding="utf-8").splitlines() if not line.startswith("#")][1::30]
    answers = [(label == "backend", detect(text.replace("\\n", "\n")).verdict == "backend") for label, _, text in rows]
    right = sum(meant and found for meant, found in answers)
    assert right / sum(found for _, found in answers) >= 0.95
    assert right / sum(meant for meant, _ in answers) >= 0.95


def test_a_verdict_names_the_words_that_tell() -> None:
    assert "Words that tell:" in detect("Add an endpoint that lists the invoices of a customer").reason
    assert "endpoint" in detect("Add an endpoint that lists the invoices of a customer").reason


def test_the_words_that_tell_are_plain_whatever_the_text_holds() -> None:
    for text in ("Add `$(rm -rf /)` <b>endpoint</b> {{7*7}}", "How does \x1b[31m the API; DROP TABLE x work?"):
        words = detect(text).reason.partition("Words that tell:")[2]
        assert not set(words) & set('<>{}`$|\\"/;&*_#[]()\x1b')


@pytest.mark.parametrize("text", ["docs: add an endpoint for invoices", "[Question] add an endpoint for invoices"])
def test_what_the_author_tags_as_another_kind_stays_that_kind(text: str) -> None:
    assert detect(text).verdict == "other"


def test_work_that_only_the_whole_text_shows_still_gets_a_name() -> None:
    detection = detect(
        "ok here's the deal: the cinema app needs a hold on seats, seven minutes, then released. server has to do it"
    )
    assert detection.verdict == "backend"
    assert detection.title


@pytest.mark.parametrize("text", ["Füge eine Überschrift hinzu", "xyzzy plugh", "🎉🎉🎉"])
def test_what_says_nothing_known_is_left_alone(text: str) -> None:
    assert detect(text).verdict == "other"


def test_the_number_of_clues_is_bounded() -> None:
    text = "Add an API\n" + "\n".join(f"- word{number} other{number} thing{number}" for number in range(20_000))
    assert len(clues_in(text)) < 1_000


def test_the_measurement_prints_totals_and_fails_below_its_thresholds() -> None:
    done = script("detection.py", "--json", "--every", "20")
    measured = json.loads(done.stdout)
    held = measured["sets"]["held_out_whole"]
    reached = held["precision"] >= measured["wanted"]["precision"] and held["recall"] >= measured["wanted"]["recall"]
    assert done.returncode == (0 if reached else 1)
    assert set(measured["sets"]) == {"validation", "held_out", "held_out_trackers", "held_out_whole"}
    assert all(isinstance(figure, int | float) for figure in held.values())
