"""What an attempt spends, recorded turn by turn, and stopped at the first limit."""

import asyncio
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

from backend_factory.domain.assignment import Outcome
from backend_factory.domain.budget import time_left
from backend_factory.domain.event import Spent
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.domain.usage import BudgetReached, Usage
from backend_factory.errors import InternalError
from backend_factory.workflow.ports import Record
from backend_factory.workflow.pricing import priced


class RunMeter:
    """The meter of one attempt: every charge is in the journal before it returns."""

    def __init__(self, run: Run, phase: PhaseId, attempt: int, runner: str, record: Record) -> None:
        self.run = run
        """As the charges made it."""
        self._phase, self._attempt, self._runner = phase, attempt, runner
        self._record = record
        self._since = time.monotonic()
        self._scope: asyncio.Timeout | None = None
        self._told = False

    @property
    def kept(self) -> str:
        """What the last paid turn of this attempt left, in an earlier performance of it or in this one."""
        last = self.run.underway
        mine = (self._phase, self._attempt, self._runner)
        return last.kept if last and (last.phase, last.attempt, last.runner) == mine else ""

    @property
    def reached(self) -> bool:
        """Whether a limit is used up."""
        return self.run.reached is not None

    async def charge(self, usage: Usage, *, kept: str = "") -> None:
        """Record the turn. BudgetReached when a limit is used up; whoever is deaf to that is broken off at the next charge."""
        self._spend(priced(usage), kept)
        if not self.reached:
            return
        if self._told and self._scope:
            self._scope.reschedule(asyncio.get_running_loop().time())
        self._told = True
        raise self._stop

    async def stopping(self, work: Awaitable[Outcome]) -> Outcome:
        """What the member answers. It is broken off when the time is used up; BudgetReached where any limit is."""
        outcome: Outcome | None = None
        left = self._left
        try:
            async with asyncio.timeout(None if left is None else left.total_seconds()) as self._scope:
                outcome = await work
        except TimeoutError:
            if self._scope is None or not self._scope.expired():
                raise
            if not self.reached:
                self._spend(Usage(model="", requests=0), self.kept, at_least=self._left or timedelta(0))
        except BudgetReached as error:
            if not self.reached:
                raise InternalError(f"{self._runner} stopped for a limit that is not reached") from error
        if outcome is None or (self.reached and outcome.kind != "delivered"):
            raise self._stop
        return outcome

    @property
    def _stop(self) -> BudgetReached:
        return BudgetReached("a limit of the run is used up", hint=f"backend-factory status {self.run.id}")

    @property
    def _left(self) -> timedelta | None:
        return time_left(self.run.budgets, self.run.ledger, self._phase, self._attempt)

    def _spend(self, usage: Usage, kept: str, at_least: timedelta = timedelta(0)) -> None:
        turn = self.run.ledger.total(self._phase, self._attempt).turns + 1 if usage.requests else 0
        happened = Spent(
            at=datetime.now(UTC),
            phase=self._phase,
            attempt=self._attempt,
            turn=turn,
            runner=self._runner,
            usage=usage,
            time=max(self._passed(), at_least),
            kept=kept,
        )
        self.run = self._record(self.run, happened)

    def _passed(self) -> timedelta:
        """Since it was last asked."""
        before, self._since = self._since, time.monotonic()
        return timedelta(seconds=self._since - before)
