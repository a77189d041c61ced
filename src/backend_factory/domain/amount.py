"""Amounts of money, tokens and time, as people write and read them."""

import re
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from backend_factory.domain.budget import QUANTITIES, SCOPES, Budget, Budgets, Quantity, Scope
from backend_factory.domain.spending import Spending

AMOUNTS = "5usd, 2Mtok, 90min"
EXAMPLES = f"{AMOUNTS}; of a phase or an attempt: phase:1usd, attempt:20min"

_AMOUNT = re.compile(r"(?P<dollar>\$?)(?P<number>\d{1,9}(?:\.\d{1,6})?)\s?(?P<scale>[kM]?)(?P<unit>[a-z]*)", re.ASCII)
_UNITS: dict[str, Quantity] = {"usd": "money", "tok": "tokens", "tokens": "tokens", "s": "time", "min": "time", "h": "time"}
_SCALES = {"": 1, "k": 1_000, "M": 1_000_000}
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_SCOPES: dict[str, Scope] = {"run": "run", "phase": "phase", "attempt": "attempt"}


def read_budgets(texts: Iterable[str]) -> Budgets:
    """The limits that these texts name (`5usd`, `phase:1usd`, `none`), in place of the default ones on money and tokens.

    ValueError for a text that is no limit.
    """
    budgets = Budgets(run=Budget())
    for text in texts:
        if text.strip() == "none":
            continue
        first, colon, rest = text.partition(":")
        scope = _SCOPES.get(first.strip()) if colon else "run"
        if scope is None:
            raise ValueError(f"{text!r} is no limit: {first.strip()!r} is none of run, phase and attempt")
        budgets = budgets.with_limits(scope, read_amount(rest if colon else text))
    return budgets


def read_amount(text: str, bare: Quantity | None = None) -> Budget:
    """The one limit that `text` names; a number without a unit is of the quantity `bare`, dollars or tokens.

    ValueError where it names none.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no limit")
    number, scale, unit = Decimal(found["number"]), _SCALES[found["scale"]], found["unit"]
    quantity = _quantity(found["dollar"], unit, bare)
    if quantity is None or number <= 0 or (quantity != "tokens" and scale != 1):
        raise ValueError(f"{text!r} is no limit")
    match quantity:
        case "money":
            return Budget(money=number)
        case "tokens":
            return Budget(tokens=max(1, int(number * scale)))
        case "time":
            return Budget(time=timedelta(seconds=float(number * _SECONDS[unit])))


def _quantity(dollar: str, unit: str, bare: Quantity | None) -> Quantity | None:
    if dollar:
        return "money" if unit in ("", "usd") else None
    return _UNITS.get(unit) if unit else (bare if bare != "time" else None)


def dollars(amount: Decimal) -> str:
    """$12.30; four digits behind the point below a dime, where two would say nothing."""
    return f"${amount:.4f}" if 0 < amount < Decimal("0.1") else f"${amount:,.2f}"


def cost(spent: Spending) -> str:
    """What it cost, saying where a price is not known."""
    if not spent.unpriced:
        return dollars(spent.cost_usd)
    if spent.unpriced == spent.turns:
        return "price not known"
    return f"{dollars(spent.cost_usd)} and {_counted(spent.unpriced, 'turn')} of unknown price"


def taken(spent: Spending) -> str:
    """Cost, tokens and turns in one line."""
    return f"{cost(spent)}, {spent.tokens:,} tokens, {_counted(spent.turns, 'turn')}"


def limit(budget: Budget, quantity: Quantity) -> str:
    """The limit on that quantity in words; empty where there is none."""
    match quantity:
        case "money":
            return "" if budget.money is None else dollars(budget.money)
        case "tokens":
            return "" if budget.tokens is None else f"{budget.tokens:,} tokens"
        case "time":
            return "" if budget.time is None else minutes(budget.time)


def limits_line(budgets: Budgets) -> str:
    """Every limit that holds: `$20.00, 20,000,000 tokens; attempt: 60 min`; `none` where none does."""
    lines = []
    for scope in SCOPES:
        held = [words for quantity in QUANTITIES if (words := limit(budgets.of(scope), quantity))]
        if held:
            lines.append(("" if scope == "run" else f"{scope}: ") + ", ".join(held))
    return "; ".join(lines) or "none"


def minutes(time: timedelta) -> str:
    """12 min; below one minute in seconds."""
    seconds = time.total_seconds()
    return f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"
