"""The local engine: one loop, one lease, no threads. Whatever happens, the journal says where to go on."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
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
        async with self._lease(run_id) as token:
            run = self._journal.run(run_id)
            while action := decide(run, now()):
                event = await self._unless_overtaken(run, token, self._act(action, run, observe))
                following = self._record(run, event, token) if event else None
                if event and following:
                    run = following
                    recorded(run, event)
                else:
                    run = self._journal.run(run_id)
            return run

    async def _act(self, action: Action, run: Run, observe: Observe) -> Event | None:
        """What happened; None when time passed and nothing else did."""
        if not isinstance(action, WaitUntil):
            return await self._hands.perform(action, run, observe)
        await asyncio.sleep(max(timedelta(0), min(action.at - now(), NAP)).total_seconds())
        return None

    async def _unless_overtaken(self, run: Run, token: str, act: Coroutine[None, None, Event | None]) -> Event | None:
        """Wait for `act`; None when somebody wrote to the run meanwhile (a cancellation), and it was broken off."""
        working = asyncio.create_task(act)
        try:
            while not (await asyncio.wait({working}, timeout=GLANCE.total_seconds()))[0]:
                sequence, holder = self._journal.standing(run.id)
                if holder != token:
                    raise _taken_over(run.id)
                if sequence != run.sequence:
                    return None
            return working.result()
        finally:
            if not working.done():
                working.cancel()
                await asyncio.wait({working})

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
                raise _taken_over(run.id) from error

    @contextlib.asynccontextmanager
    async def _lease(self, run_id: str) -> AsyncIterator[str]:
        token = self._journal.acquire(run_id)
        if token is None:
            raise OperatorError(f"another process is working on run {run_id}", hint=_watch(run_id))
        renewing = asyncio.create_task(self._renew(run_id, token))
        try:
            yield token
        finally:
            renewing.cancel()
            await asyncio.wait({renewing})
            # A lease that cannot be given back ends with this process.
            with contextlib.suppress(OperatorError):
                self._journal.release(run_id, token)

    async def _renew(self, run_id: str, token: str) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            # What cannot be renewed now may be the next time; a lease that was lost shows at the next glance.
            with contextlib.suppress(OperatorError):
                self._journal.renew(run_id, token)


def _taken_over(run_id: str) -> OperatorError:
    return OperatorError(f"another process has taken over run {run_id}", hint=_watch(run_id))


def _watch(run_id: str) -> str:
    return f"`backend-factory watch {run_id}` shows what it does"
