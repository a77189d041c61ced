"""What one paid turn of a model took, and the stop that follows when a budget is used up."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from backend_factory.domain.model import Record
from backend_factory.errors import FactoryError

Tokens = Annotated[int, Field(ge=0)]
"""A count of tokens, or of requests: what a provider or an agent tells below zero is refused, for it would give money back."""

Dollars = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
"""US dollars."""


class Usage(Record):
    """One paid turn, as the provider or the agent told it; ValidationError for amounts below zero."""

    model: str
    """`provider:name`, as the member was configured; empty where nobody knows."""
    requests: Tokens = 1
    """Calls of the provider in this turn."""
    input_tokens: Tokens = 0
    """Everything that was sent, what came from the provider's cache included."""
    cached_tokens: Tokens = 0
    """The part of `input_tokens` that came from the provider's cache."""
    written_tokens: Tokens = 0
    """The part of `input_tokens` that the provider put into its cache, which some charge more for."""
    output_tokens: Tokens = 0
    cost_usd: Dollars | None = None
    """None where the price is not known: that is said, and never taken for zero."""

    @property
    def tokens(self) -> int:
        """Sent and received: what a limit on tokens counts."""
        return self.input_tokens + self.output_tokens


class BudgetReached(FactoryError):
    """The turn was paid for and recorded, and there is to be no other: raised by `Meter.charge`.

    A runner lets it through; the run then waits for a person, and the same attempt goes on once the limit is raised.
    """
