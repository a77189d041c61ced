"""Limits on spending: what counts against which, and when one is used up."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backend_factory.domain.budget import Budget, Budgets, Reached, reached, spent_in, time_left
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.spending import Ledger, Spending, spending
from backend_factory.domain.usage import Usage

S, P = PhaseId.SUMMARIZE, PhaseId.PLAN
MINUTE = timedelta(minutes=1)
NONE = Budgets(run=Budget(), attempt=Budget())


def turn(cost: str | None = "0.10", tokens: int = 1000, time: timedelta = MINUTE) -> Spending:
    usage = Usage(model="m", input_tokens=tokens, cost_usd=None if cost is None else Decimal(cost))
    return spending(usage, time)


LEDGER = (
    Ledger()
    .plus(S, 1, "m", turn())
    .plus(S, 1, "m", turn())
    .plus(S, 2, "m", turn())
    .plus(P, 1, "m", turn())
    .plus(P, 1, "other", turn())
)
"""Five turns: run $0.50, 5,000 tokens, 5 min; plan, first attempt: two of them."""

TABLE: list[tuple[str, Budgets, Reached | None]] = [
    ("no limits", NONE, None),
    ("the default ones", Budgets(), None),
    ("one turn is left", NONE.with_limits("run", Budget(money=Decimal("0.51"))), None),
    ("all is spent", NONE.with_limits("run", Budget(money=Decimal("0.50"))), Reached(scope="run", quantity="money")),
    ("more is spent", NONE.with_limits("run", Budget(money=Decimal("0.01"))), Reached(scope="run", quantity="money")),
    ("tokens left", NONE.with_limits("run", Budget(tokens=5001)), None),
    ("tokens spent", NONE.with_limits("run", Budget(tokens=5000)), Reached(scope="run", quantity="tokens")),
    ("time left", NONE.with_limits("run", Budget(time=5 * MINUTE + timedelta(microseconds=1))), None),
    ("time spent", NONE.with_limits("run", Budget(time=5 * MINUTE)), Reached(scope="run", quantity="time")),
    ("the phase has some left", NONE.with_limits("phase", Budget(money=Decimal("0.21"))), None),
    ("the phase has none left", NONE.with_limits("phase", Budget(tokens=2000)), Reached(scope="phase", quantity="tokens")),
    ("the attempt has some left", NONE.with_limits("attempt", Budget(time=3 * MINUTE)), None),
    ("the attempt has none left", NONE.with_limits("attempt", Budget(time=MINUTE)), Reached(scope="attempt", quantity="time")),
    (
        "several are used up",
        NONE.with_limits("attempt", Budget(tokens=1)).with_limits("run", Budget(tokens=1, time=MINUTE)),
        Reached(scope="run", quantity="tokens"),
    ),
]


@pytest.mark.parametrize(("budgets", "used_up"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_limit_is_used_up_once_as_much_is_spent_in_its_scope(budgets: Budgets, used_up: Reached | None) -> None:
    assert reached(budgets, LEDGER, P, 1) == used_up


UNPRICED = Ledger().plus(S, 1, "m", turn(None))


@pytest.mark.parametrize(
    ("budgets", "used_up"),
    [
        (NONE, None),
        (NONE.with_limits("run", Budget(money=Decimal(9))), Reached(scope="run", quantity="money", unpriced=True)),
        (NONE.with_limits("attempt", Budget(money=Decimal(9))), Reached(scope="attempt", quantity="money", unpriced=True)),
        (NONE.with_limits("run", Budget(money=Decimal(9), tokens=1001)), None),
        (NONE.with_limits("run", Budget(tokens=1001)).with_limits("phase", Budget(money=Decimal(9))), None),
        (
            NONE.with_limits("run", Budget(money=Decimal(9))).with_limits("attempt", Budget(tokens=1001)),
            Reached(scope="run", quantity="money", unpriced=True),
        ),
        (NONE.with_limits("run", Budget(money=Decimal(9), tokens=1000)), Reached(scope="run", quantity="tokens")),
    ],
)
def test_where_a_price_is_not_known_a_limit_on_money_holds_only_with_one_on_tokens(
    budgets: Budgets, used_up: Reached | None
) -> None:
    assert reached(budgets, UNPRICED, S, 1) == used_up


def test_what_is_left_of_the_time_is_the_least_of_all_scopes_and_never_below_nothing() -> None:
    assert time_left(NONE, LEDGER, P, 1) is None
    limits = NONE.with_limits("run", Budget(time=9 * MINUTE)).with_limits("attempt", Budget(time=3 * MINUTE))
    assert time_left(limits, LEDGER, P, 1) == MINUTE
    assert time_left(limits.with_limits("run", Budget(time=MINUTE)), LEDGER, P, 1) == timedelta(0)


@pytest.mark.parametrize("limits", [{"money": 0}, {"money": "-1"}, {"money": "NaN"}, {"tokens": 0}, {"time": 0}])
def test_a_limit_is_more_than_nothing(limits: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Budget.model_validate(limits)


def test_a_raised_limit_leaves_the_others_as_they_are() -> None:
    limits = Budgets().with_limits("run", Budget(money=Decimal(50)))
    assert limits == Budgets(run=Budget(money=Decimal(50), tokens=20_000_000))


USAGES = st.builds(
    Usage,
    model=st.sampled_from(["a", "b"]),
    requests=st.integers(0, 3),
    input_tokens=st.integers(0, 4).map(lambda n: 100 * n),
    cost_usd=st.none() | st.integers(0, 5).map(lambda cents: Decimal(cents) / 100),
)
CHARGES = st.lists(st.tuples(st.sampled_from([S, P]), st.integers(1, 2), USAGES, st.integers(0, 3)))
LIMITS = st.builds(
    Budget,
    money=st.none() | st.integers(1, 20).map(lambda cents: Decimal(cents) / 100),
    tokens=st.none() | st.integers(1, 10).map(lambda n: 100 * n),
    time=st.none() | st.integers(1, 10).map(lambda n: n * MINUTE),
)


@given(CHARGES, st.builds(Budgets, run=LIMITS, phase=LIMITS, attempt=LIMITS))
def test_whatever_is_charged_no_limit_is_passed_by_more_than_the_last_charge(
    charges: list[tuple[PhaseId, int, Usage, int]], budgets: Budgets
) -> None:
    ledger = Ledger()
    for phase, attempt, usage, minutes in charges:
        if reached(budgets, ledger, phase, attempt):
            continue  # it would be asked about, and nothing be paid
        for limits, spent in (
            (budgets.run, spent_in("run", ledger, phase, attempt)),
            (budgets.phase, spent_in("phase", ledger, phase, attempt)),
            (budgets.attempt, spent_in("attempt", ledger, phase, attempt)),
        ):
            assert limits.money is None or spent.cost_usd < limits.money
            assert limits.money is None or not spent.unpriced or limits.tokens or budgets.run.tokens
            assert limits.tokens is None or spent.tokens < limits.tokens
            assert limits.time is None or spent.time < limits.time
        ledger = ledger.plus(phase, attempt, usage.model, spending(usage, minutes * MINUTE))


@given(CHARGES)
def test_the_ledger_loses_and_invents_nothing(charges: list[tuple[PhaseId, int, Usage, int]]) -> None:
    ledger = Ledger()
    for phase, attempt, usage, minutes in charges:
        ledger = ledger.plus(phase, attempt, usage.model, spending(usage, minutes * MINUTE))
    total = ledger.total()
    assert total.cost_usd == sum(usage.cost_usd or 0 for _, _, usage, _ in charges)
    assert total.unpriced == sum(usage.cost_usd is None and usage.requests > 0 for _, _, usage, _ in charges)
    assert total.requests == sum(usage.requests for _, _, usage, _ in charges)
    assert total.time == sum((minutes * MINUTE for _, _, _, minutes in charges), timedelta(0))
    assert sum((ledger.total(phase) for phase in ledger.phases), Spending()) == total
    assert sum((ledger.total(S, attempt) for attempt in (1, 2)), Spending()) == ledger.total(S)
    assert ledger.total(model="a") + ledger.total(model="b") == total
    assert Ledger.model_validate_json(ledger.model_dump_json()) == ledger
