from decimal import Decimal

import pytest
from pydantic import ValidationError

from backend_factory.domain.usage import BudgetReached, Usage
from backend_factory.errors import FactoryError


def test_a_turn_is_read_again_as_it_was_recorded_to_the_last_digit_of_its_price() -> None:
    turn = Usage(model="anthropic:some", input_tokens=900, cached_tokens=800, output_tokens=12, cost_usd=Decimal("0.00010"))
    assert Usage.model_validate_json(turn.model_dump_json()) == turn
    assert turn.tokens == 912


def test_a_price_that_nobody_knows_is_not_zero() -> None:
    assert Usage(model="local:some").cost_usd is None


@pytest.mark.parametrize(
    "told",
    [
        {"input_tokens": -1},
        {"cached_tokens": -1},
        {"output_tokens": -5},
        {"requests": -1},
        {"cost_usd": Decimal("-0.01")},
        {"cost_usd": Decimal("NaN")},
        {"cost_usd": Decimal("Infinity")},
    ],
)
def test_amounts_that_would_give_money_back_or_cannot_be_added_are_refused(told: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Usage.model_validate({"model": "some", **told})


def test_a_used_up_budget_is_one_of_the_factorys_own_errors() -> None:
    assert issubclass(BudgetReached, FactoryError)
