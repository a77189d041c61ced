"""What has been spent: sums of paid turns, and the ledger that keeps them by phase, attempt and model."""

from datetime import timedelta
from decimal import Decimal

from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.usage import Dollars, Tokens, Usage


class Spending(Record):
    """A sum of paid turns."""

    turns: Tokens = 0
    requests: Tokens = 0
    input_tokens: Tokens = 0
    cached_tokens: Tokens = 0
    output_tokens: Tokens = 0
    cost_usd: Dollars = Decimal(0)
    """Of the turns whose price is known."""
    unpriced: Tokens = 0
    """Turns whose price is not known: what they cost is not in `cost_usd`."""
    time: timedelta = timedelta(0)
    """For which the members worked; gates and waiting are not in it."""

    @property
    def tokens(self) -> int:
        """Sent and received."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "Spending") -> "Spending":
        return Spending(
            turns=self.turns + other.turns,
            requests=self.requests + other.requests,
            input_tokens=self.input_tokens + other.input_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost_usd=self.cost_usd + other.cost_usd,
            unpriced=self.unpriced + other.unpriced,
            time=self.time + other.time,
        )


def spending(usage: Usage, time: timedelta) -> Spending:
    """What one turn took. Without a request only time passed: that is no turn, and has no price."""
    paid = usage.requests > 0
    return Spending(
        turns=int(paid),
        requests=usage.requests,
        input_tokens=usage.input_tokens,
        cached_tokens=usage.cached_tokens,
        output_tokens=usage.output_tokens,
        cost_usd=usage.cost_usd or Decimal(0),
        unpriced=int(paid and usage.cost_usd is None),
        time=time,
    )


class Entry(Record):
    """What one model took in one attempt."""

    phase: PhaseId
    attempt: int
    model: str
    spending: Spending


class Ledger(Record):
    """All that a run has spent."""

    entries: tuple[Entry, ...] = ()
    """In the order in which they were begun."""

    def plus(self, phase: PhaseId, attempt: int, model: str, more: Spending) -> "Ledger":
        """The ledger with that much more for that model in that attempt."""
        key = (phase, attempt, model)
        if all((each.phase, each.attempt, each.model) != key for each in self.entries):
            return Ledger(entries=(*self.entries, Entry(phase=phase, attempt=attempt, model=model, spending=more)))
        return Ledger(
            entries=tuple(
                each.model_copy(update={"spending": each.spending + more})
                if (each.phase, each.attempt, each.model) == key
                else each
                for each in self.entries
            )
        )

    def total(self, phase: PhaseId | None = None, attempt: int | None = None, model: str | None = None) -> Spending:
        """The sum of all, or of that phase, attempt or model alone."""
        return sum(
            (
                each.spending
                for each in self.entries
                if phase in (None, each.phase) and attempt in (None, each.attempt) and model in (None, each.model)
            ),
            Spending(),
        )

    @property
    def models(self) -> tuple[str, ...]:
        """Every model that was paid, in the order of their first turns."""
        return tuple(dict.fromkeys(each.model for each in self.entries if each.spending.turns))

    @property
    def phases(self) -> tuple[PhaseId, ...]:
        """Every phase in which something was spent, in the order of the line."""
        return tuple(phase for phase in PhaseId if any(each.phase is phase for each in self.entries))
