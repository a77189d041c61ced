"""The local engine: one loop, one lease, no threads. Whatever happens, the journal says where to go on."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import timedelta

from backend_factory.domain.action import Action, WaitUntil
from backend_factory.domain.event import Event
from backend_factory.domain.run import Run
from backend_factory.domain.usage import BudgetReached
from backend_factory.errors import FactoryError
from backend_factory.journal.journal import Conflict, Journal, LeaseLost
from backend_factory.workflow.engines.watch import Watch, taken_over, watching
from backend_factory.workflow.manager import decide
from backend_factory.workflow.perform import Hands, now
from backend_factory.workflow.ports import Observe, Record
from backend_factory.workspace.machine import blamed

Recorded = Callable[[Run, Event], None]
"""Told after an event was recorded."""

NAP = timedelta(seconds=30)
"""The longest sleep until a quota is back: the clock it is measured with stands still while the machine sleeps."""


class LocalEngine:
    """Drives runs in this process; other processes on the machine keep away from them meanwhile."""

    def __init__(self, journal: Journal, hands: Hands) -> None:
        self._journal = journal
        self._hands = hands

    async def drive(self, run_id: str, observe: Observe, recorded: Recorded) -> Run:
        """Work until the run waits for a person or is finished; the run as it is then.

        OperatorError when another process is working on it. What is interrupted is done again by the next `drive`.
        """
        async with watching(self._journal, run_id) as watch:
            try:
                return await self._through(watch, run_id, observe, recorded)
            except FactoryError:
                await self._leave(run_id)
                raise

    async def _through(self, watch: Watch, run_id: str, observe: Observe, recorded: Recorded) -> Run:
        run = self._journal.run(run_id)
        while action := decide(run, now()):
            event = await watch.unless_overtaken(run, self._act(action, run, observe, self._within(watch, recorded)))
            following = self._record(run, event, watch.token) if event else None
            if event and following:
                run = following
                recorded(run, event)
            else:
                run = self._journal.run(run_id)
            await asyncio.sleep(0)  # others get their turn, however quick the actions are
        return run

    async def _leave(self, run_id: str) -> None:
        """Take away what was begun here after whoever took the run over had finished and cleared it: nobody else would."""
        run = self._journal.run(run_id)
        if run.finished:
            await self._hands.site.clear(run, delivered=False)

    async def _act(self, action: Action, run: Run, observe: Observe, record: Record) -> Event | None:
        """What happened; None when time passed or a limit was reached, and nothing else happened."""
        if not isinstance(action, WaitUntil):
            with blamed(), contextlib.suppress(BudgetReached):
                return await self._hands.perform(action, run, observe, record)
            return None
        await asyncio.sleep(max(timedelta(0), min(action.at - now(), NAP)).total_seconds())
        return None

    def _within(self, watch: Watch, recorded: Recorded) -> Record:
        """Appends what happens in the middle of an action, under the same lease."""

        def record(run: Run, event: Event) -> Run:
            following = self._record(run, event, watch.token) or self._journal.run(run.id)
            watch.wrote()
            recorded(following, event)
            return following

        return record

    def _record(self, run: Run, event: Event, token: str) -> Run | None:
        """Append what happened. Where somebody wrote first it counts all the same; None for what was only asked or ended."""
        while True:
            try:
                return self._journal.append(run, event, token)
            except Conflict:
                if event.kind in ("asked", "finished"):
                    return None
                run = self._journal.run(run.id)
            except LeaseLost as error:
                raise taken_over(run.id) from error
