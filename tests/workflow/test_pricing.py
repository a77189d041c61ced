"""A price is told, or known for the model, or not known; it is never guessed to be nothing."""

from decimal import Decimal

import pytest

from backend_factory.domain.usage import Usage
from backend_factory.workflow.pricing import priced

MILLION = 1_000_000


def cost(model: str, **tokens: int) -> Decimal | None:
    return priced(Usage(model=model, **tokens)).cost_usd


@pytest.mark.parametrize("model", ["anthropic:claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "openai:gpt-5.1"])
def test_a_known_model_is_priced_by_its_tokens(model: str) -> None:
    received, sent = cost(model, output_tokens=1000), cost(model, input_tokens=1000)
    cached = cost(model, input_tokens=1000, cached_tokens=1000)
    assert received and sent and cached
    assert received > sent > cached > 0


def test_the_price_is_the_published_one() -> None:
    # https://docs.claude.com/en/docs/about-claude/pricing: 3, 15, 0.30 and 3.75 dollars a million tokens
    model = "anthropic:claude-sonnet-4-5"
    assert (
        cost(model, input_tokens=10_000, cached_tokens=4_000, written_tokens=1_000, output_tokens=2_000)
        == (5_000 * Decimal(3) + 4_000 * Decimal("0.30") + 1_000 * Decimal("3.75") + 2_000 * Decimal(15)) / MILLION
    )


@pytest.mark.parametrize("model", ["", "ollama:some-local-model", "nobody:claude-sonnet-4-5", "anthropic:", "a:b:c", "scripted"])
def test_a_model_that_nobody_knows_has_no_known_price(model: str) -> None:
    assert cost(model, input_tokens=1000, output_tokens=10) is None


def test_tokens_that_cannot_be_have_no_known_price() -> None:
    assert cost("anthropic:claude-sonnet-4-5", input_tokens=10, cached_tokens=500) is None


def test_a_turn_that_was_not_counted_is_not_taken_for_free() -> None:
    assert cost("anthropic:claude-sonnet-4-5") is None


def test_what_was_told_stands() -> None:
    told = Usage(model="anthropic:claude-sonnet-4-5", input_tokens=1000, cost_usd=Decimal("0.5"))
    assert priced(told) == told
