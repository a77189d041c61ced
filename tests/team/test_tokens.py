"""The count is above what tokenizers make of the same text."""

import re
from pathlib import Path

import pytest

from backend_factory.domain.assignment import Limits
from backend_factory.team.brief import overhead
from backend_factory.team.charter import FILES, built_in
from backend_factory.team.limits import shown_limits
from backend_factory.team.tokens import tokens

MEASURED = {
    "Say what the feature must do, so completely that nobody later has to guess.": 16,
    '{"kind":"plan","title":"Maintenance Window API","slug":"maintenance-window"}': 17,
    "func (s *Store) Create(ctx context.Context, w Window) error {\n\treturn nil\n}\n": 25,
    "docs/*/design.md, api/openapi.yaml": 12,
    "Fenêtre de maintenance über 窓 🏭": 12,
}
"""Text -> the most that o200k_base, cl100k_base or @anthropic-ai/tokenizer 0.0.4 make of it (npm gpt-tokenizer 4.0.0)."""


@pytest.mark.parametrize(("text", "most"), MEASURED.items())
def test_no_measured_tokenizer_makes_more_of_a_text(text: str, most: int) -> None:
    assert most <= tokens(text) <= 2.5 * most


@pytest.mark.parametrize("phase", list(FILES))
def test_the_count_is_above_that_of_words_and_signs(phase: object) -> None:
    orders = built_in(phase).orders  # type: ignore[arg-type]
    assert tokens(orders) > len(re.findall(r"\w+|[^\w\s]", orders))


def test_nothing_is_nothing_and_more_is_more() -> None:
    assert tokens("") == 0
    assert tokens("word " * 1000) == 1000
    assert tokens("\n" * 50) == 1


def test_the_documented_figures_are_about_those_of_today() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "team.md").read_text(encoding="utf-8")
    documented = {
        row[0]: int(row[1].replace(",", "")) for row in re.findall(r"^\| `(backend-\w+)` \| ([\d,]+) \|", page, re.MULTILINE)
    }
    assert set(documented) == {*FILES}
    for phase, charter in ((phase, built_in(phase)) for phase in FILES):
        assert overhead(charter, Limits()) == pytest.approx(documented[phase], rel=0.1)


def test_limits_are_told_with_their_units() -> None:
    said = list(shown_limits(Limits()))
    assert {"attempts 3", "reworks 5", "wall clock 2 h"} <= {*said}
    assert not any("None" in each or "(" in each for each in said)
