"""What an attempt has been told about money and quotas, from whoever tells: the broker, else the agent."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal

from acp.schema import PromptResponse
from acp.schema import Usage as ToldUsage

from backend_factory.domain.usage import BudgetReached, Usage
from backend_factory.runners.agent.exchange import OVERLOADED, Answer
from backend_factory.workspace.meter import Meter


class Ledger:
    """Charges each request that the broker saw, or each turn that the agent told of; knows when the attempt has to stop."""

    def __init__(self, meter: Meter, model: str, patience: timedelta, kept: str) -> None:
        self._meter = meter
        self._kept = kept
        self._model = model
        self._patience = patience
        self._brokered = False
        self._turn = asyncio.Lock()
        self.stop = asyncio.Event()
        """Set when no further request must be made: `reached` or `until` says why."""
        self.reached: BudgetReached | None = None
        self.until: datetime | None = None
        """When a quota is open again that is longer shut than an agent should wait."""
        self.overloaded_until: datetime | None = None
        """What the last refused request was told, if nothing has come through since."""

    async def told(self, answer: Answer, now: datetime) -> None:
        """Hear of a request's end."""
        self._brokered = True
        if answer.status in OVERLOADED:
            self.overloaded_until = answer.until
            if answer.until is not None and answer.until - now > self._patience:
                self.until = answer.until
                self.stop.set()
        elif answer.status == 200:
            self.overloaded_until = None
        if answer.usage is not None:
            await self._charge(answer.usage.model_copy(update={"model": answer.usage.model or self._model}))

    async def turn_ended(self, response: PromptResponse, cost: Decimal | None) -> None:
        """Hear of a turn's end, with what the agent says that it took and `cost`: its dollars in this turn, if it told."""
        if not self._brokered and (response.usage is not None or cost is not None):
            await self._charge(_usage(self._model, response.usage, cost))

    async def _charge(self, usage: Usage) -> None:
        async with self._turn:
            try:
                await self._meter.charge(usage, kept=self._kept)
            except BudgetReached as reached:
                self.reached = reached
                self.stop.set()


def _usage(model: str, told: ToldUsage | None, cost: Decimal | None) -> Usage:
    if told is None:
        return Usage(model=model, cost_usd=cost)
    cached = told.cached_read_tokens or 0
    return Usage(
        model=model,
        input_tokens=told.input_tokens + cached + (told.cached_write_tokens or 0),
        cached_tokens=cached,
        written_tokens=told.cached_write_tokens or 0,
        output_tokens=told.output_tokens + (told.thought_tokens or 0),
        cost_usd=cost,
    )
