"""What a run has spent on models, as rows; a run that cost nothing has none."""

from collections.abc import Iterator
from dataclasses import dataclass

from backend_factory.domain.amount import cost, minutes
from backend_factory.domain.run import Run
from backend_factory.domain.spending import Spending


@dataclass(frozen=True)
class Expense:
    """What one model took in one phase; the last row is the sum."""

    phase: str
    """Number and member."""
    model: str
    spending: Spending

    @property
    def cells(self) -> tuple[str, str, str, str, str, str, str]:
        """Phase, model, turns, tokens sent, of them cached, tokens received, cost, as text."""
        sums = self.spending
        return (
            self.phase,
            self.model,
            f"{sums.turns:,}",
            f"{sums.input_tokens:,}",
            f"{sums.cached_tokens:,}",
            f"{sums.output_tokens:,}",
            f"{cost(sums)} ({minutes(sums.time)})",
        )


HEADINGS = ("phase", "model", "turns", "tokens sent", "of them cached", "tokens received", "cost (time)")


def expenses(run: Run) -> tuple[Expense, ...]:
    """By phase and model in the order of the line, then the sum; empty where nothing was paid for."""
    rows = tuple(_rows(run))
    return (*rows, Expense("in all", "", run.ledger.total())) if rows else ()


def _rows(run: Run) -> Iterator[Expense]:
    for phase in run.ledger.phases:
        for model in run.ledger.models:
            spent = run.ledger.total(phase, model=model)
            if spent.turns:
                yield Expense(f"{phase.number} {phase.member}", model or "not known", spent)
