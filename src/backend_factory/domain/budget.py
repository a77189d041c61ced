"""What a run may spend: limits on money, tokens and time for an attempt, a phase and the whole run."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.spending import Ledger, Spending

Scope = Literal["run", "phase", "attempt"]
Quantity = Literal["money", "tokens", "time"]

SCOPES: tuple[Scope, ...] = ("run", "phase", "attempt")
QUANTITIES: tuple[Quantity, ...] = ("money", "tokens", "time")


class Budget(Record):
    """Limits of one scope; None: none."""

    money: Annotated[Decimal, Field(gt=0, allow_inf_nan=False)] | None = None
    """US dollars."""
    tokens: Annotated[int, Field(gt=0)] | None = None
    """Sent and received, cached ones included."""
    time: Annotated[timedelta, Field(gt=timedelta(0))] | None = None
    """For which the member works; gates and waiting are not in it."""


class Budgets(Record):
    """The limits that hold. The defaults are far above what the blueprint team takes: it spends nothing but seconds."""

    run: Budget = Budget(money=Decimal(20), tokens=20_000_000)
    phase: Budget = Budget()
    attempt: Budget = Budget(time=timedelta(hours=1))

    def of(self, scope: Scope) -> Budget:
        """The limits of that scope."""
        match scope:
            case "run":
                return self.run
            case "phase":
                return self.phase
            case "attempt":
                return self.attempt

    def with_limits(self, scope: Scope, limits: Budget) -> "Budgets":
        """These, with the limits that `limits` names replaced in that scope."""
        named = {name: value for name, value in limits if value is not None}
        return self.model_copy(update={scope: self.of(scope).model_copy(update=named)})


class Reached(Record):
    """A limit that is used up."""

    scope: Scope
    quantity: Quantity
    unpriced: bool = False
    """A price is not known, and no limit on tokens stands in: nobody can say whether the limit on money is used up."""


def reached(budgets: Budgets, ledger: Ledger, phase: PhaseId, attempt: int) -> Reached | None:
    """The first limit that is used up, the widest scope first; None where work may go on."""
    for scope in SCOPES:
        budget, spent = budgets.of(scope), spent_in(scope, ledger, phase, attempt)
        if budget.money is not None and spent.cost_usd >= budget.money:
            return Reached(scope=scope, quantity="money")
        if budget.money is not None and spent.unpriced and not (budget.tokens or budgets.run.tokens):
            return Reached(scope=scope, quantity="money", unpriced=True)
        if budget.tokens is not None and spent.tokens >= budget.tokens:
            return Reached(scope=scope, quantity="tokens")
        if budget.time is not None and spent.time >= budget.time:
            return Reached(scope=scope, quantity="time")
    return None


def time_left(budgets: Budgets, ledger: Ledger, phase: PhaseId, attempt: int) -> timedelta | None:
    """For how long the attempt may go on; None where no limit says so."""
    left = [
        limit - spent_in(scope, ledger, phase, attempt).time for scope in SCOPES if (limit := budgets.of(scope).time) is not None
    ]
    return max(min(left), timedelta(0)) if left else None


def spent_in(scope: Scope, ledger: Ledger, phase: PhaseId, attempt: int) -> Spending:
    """What counts against the limits of that scope."""
    match scope:
        case "run":
            return ledger.total()
        case "phase":
            return ledger.total(phase)
        case "attempt":
            return ledger.total(phase, attempt)
