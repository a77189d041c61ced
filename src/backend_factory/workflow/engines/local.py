"""The local engine: one loop, one lease, no threads. Whatever happens, the journal says where to go on."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

from backend_factory.domain.action import Action, WaitUntil
from backend_factory.domain.event import Event
from backend_factory.domain.run import Run
from backend_factory.errors import OperatorError
from backend_factory.journal.journal import LEASE, Conflict, Journal, LeaseLost
from backend_factory.workflow.manager import decide
from backend_factory.workflow.perform import Hands, now
from backend_factory.workflow.ports import Observe

Recorded = Callable[[Run, Event], None]
"""Told after an event was recorded."""

GLANCE = timedelta(seconds=1)
"""How often the engine looks whether somebody else wrote to the run while an action takes its time."""


class LocalEngine:
    """Drives runs in this process; other processes on the machine keep away from them meanwhile."""

    def __init__(self, journal: Journal, hands: Hands) -> None:
        self._journal = journal
        self._hands = hands

    async def drive(self, run_id: str, observe: Observe, recorded: Recorded) -> Run:
        """Work until the run waits for a person or is finished; the run as it is then.

        OperatorError when another process is working on it. What is interrupted is done again by the next `drive`.
        """
        async with self._lease(run_id) as token:
            run = self._journal.run(run_id)
            while action := decide(run, now()):
                if isinstance(action, WaitUntil):
                    await asyncio.sleep(max(0.0, (action.at - now()).total_seconds()))
                    run = self._journal.run(run_id)
                    continue
                event = await self._unless_overtaken(run, action, observe)
                if event is None:
                    run = self._journal.run(run_id)
                    continue
                run = self._record(run, event, token)
                recorded(run, event)
            return run

    async def _unless_overtaken(self, run: Run, action: Action, observe: Observe) -> Event | None:
        """Perform `action`; None when somebody wrote to the run meanwhile (a cancellation), and it was broken off."""
        working = asyncio.create_task(self._hands.perform(action, run, observe))
        try:
            while not (await asyncio.wait({working}, timeout=GLANCE.total_seconds()))[0]:
                if self._journal.sequence(run.id) != run.sequence:
                    return None
            return working.result()
        finally:
            if not working.done():
                working.cancel()
                await asyncio.wait({working})

    def _record(self, run: Run, event: Event, token: str) -> Run:
        """Append what happened. Where somebody wrote first, what has happened still counts, but not what was only asked."""
        while True:
            try:
                return self._journal.append(run, event, token)
            except Conflict:
                run = self._journal.run(run.id)
                if event.kind in ("asked", "finished"):
                    return run
            except LeaseLost as error:
                hint = f"`backend-factory watch {run.id}` shows what it does"
                raise OperatorError(f"another process has taken over run {run.id}", hint=hint) from error

    @contextlib.asynccontextmanager
    async def _lease(self, run_id: str) -> AsyncIterator[str]:
        token = self._journal.acquire(run_id)
        if token is None:
            hint = f"`backend-factory watch {run_id}` shows what it does"
            raise OperatorError(f"another process is working on run {run_id}", hint=hint)
        renewing = asyncio.create_task(self._renew(run_id, token))
        try:
            yield token
        finally:
            renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await renewing
            self._journal.release(run_id, token)

    async def _renew(self, run_id: str, token: str) -> None:
        held = True
        while held:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            held = self._journal.renew(run_id, token)
