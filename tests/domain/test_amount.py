"""Amounts as people write and read them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from backend_factory.domain.amount import cost, dollars, limits_line, minutes, read_amount, read_budgets, taken
from backend_factory.domain.budget import Budget, Budgets, Quantity
from backend_factory.domain.spending import Spending


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("5usd", Budget(money=Decimal(5))),
        ("$5", Budget(money=Decimal(5))),
        ("$0.25", Budget(money=Decimal("0.25"))),
        (" 2.50 usd ", Budget(money=Decimal("2.5"))),
        ("2Mtok", Budget(tokens=2_000_000)),
        ("1.5Mtok", Budget(tokens=1_500_000)),
        ("300ktok", Budget(tokens=300_000)),
        ("5000 tokens", Budget(tokens=5_000)),
        ("45s", Budget(time=timedelta(seconds=45))),
        ("90min", Budget(time=timedelta(minutes=90))),
        ("1.5h", Budget(time=timedelta(minutes=90))),
    ],
)
def test_a_limit_is_a_number_with_its_unit(text: str, limit: Budget) -> None:
    assert read_amount(text) == limit


@pytest.mark.parametrize(
    ("text", "bare", "limit"),
    [
        ("12", "money", Budget(money=Decimal(12))),
        ("12000", "tokens", Budget(tokens=12_000)),
        ("2M", "tokens", Budget(tokens=2_000_000)),
    ],
)
def test_in_answer_to_a_question_the_unit_may_be_left_out(text: str, bare: Quantity, limit: Budget) -> None:
    assert read_amount(text, bare) == limit


@pytest.mark.parametrize(
    "text",
    ["", "lots", "5", "0usd", "-5usd", "0.0h", "5eur", "$5min", "2Musd", "2kmin", "1e9usd", "NaNusd", "5 usd or so", "٣usd",
     "99999999999999999999usd", "2M", "5usd\n6usd"],
)  # fmt: skip
def test_whatever_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no limit"):
        read_amount(text)


def test_a_bare_number_is_no_time() -> None:
    with pytest.raises(ValueError, match="no limit"):
        read_amount("12", "time")


def test_limits_that_are_named_take_the_place_of_the_default_ones_on_money_and_tokens() -> None:
    hour = Budget(time=timedelta(hours=1))
    assert read_budgets(["5usd"]) == Budgets(run=Budget(money=Decimal(5)), attempt=hour)
    assert read_budgets(["none"]) == Budgets(run=Budget(), attempt=hour)
    assert read_budgets(["5usd", "2Mtok", "phase:1usd", "attempt: 20min"]) == Budgets(
        run=Budget(money=Decimal(5), tokens=2_000_000),
        phase=Budget(money=Decimal(1)),
        attempt=Budget(time=timedelta(minutes=20)),
    )


@pytest.mark.parametrize("text", ["day:5usd", ":5usd", "phase:", "phase:lots"])
def test_a_limit_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no limit"):
        read_budgets([text])


def test_all_limits_are_told_in_one_line() -> None:
    assert limits_line(Budgets()) == "$20.00, 20,000,000 tokens; attempt: 60 min"
    assert limits_line(Budgets(run=Budget(), attempt=Budget())) == "none"


@pytest.mark.parametrize(("amount", "said"), [("0", "$0.00"), ("0.0004", "$0.0004"), ("0.1", "$0.10"), ("1234.5", "$1,234.50")])
def test_small_amounts_are_told_to_more_digits(amount: str, said: str) -> None:
    assert dollars(Decimal(amount)) == said


def test_an_unknown_price_is_said_to_be_unknown_and_never_zero() -> None:
    assert cost(Spending(turns=2, unpriced=2)) == "price not known"
    assert cost(Spending(turns=3, unpriced=1, cost_usd=Decimal("0.50"))) == "$0.50 and 1 turn of unknown price"
    assert cost(Spending(turns=3, cost_usd=Decimal("0.50"))) == "$0.50"
    assert taken(Spending(turns=1, input_tokens=1200, cost_usd=Decimal(1))) == "$1.00, 1,200 tokens, 1 turn"


def test_short_times_are_told_in_seconds() -> None:
    assert (minutes(timedelta(seconds=42)), minutes(timedelta(hours=2))) == ("42 s", "120 min")
