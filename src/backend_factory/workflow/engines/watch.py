"""Keeps an eye on a run while it is worked on: holds its lease, and breaks off an action that somebody has overtaken."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta

from backend_factory.domain.event import Event
from backend_factory.domain.run import Run
from backend_factory.errors import OperatorError
from backend_factory.journal.journal import LEASE, Journal

GLANCE = timedelta(seconds=1)
"""How often it looks whether somebody else wrote to the run, or took it, while an action takes its time."""


class Watch:
    """The lease of one run, from `watching` until that block ends. One timer for all of a run's actions."""

    def __init__(self, journal: Journal, run_id: str, token: str) -> None:
        self._journal = journal
        self._run_id = run_id
        self.token = token
        self._sequence = 0
        self._scope: asyncio.Timeout | None = None
        self._lost = False

    async def unless_overtaken(self, run: Run, act: Awaitable[Event | None]) -> Event | None:
        """Wait for `act`; None when somebody wrote to the run meanwhile (a cancellation), and it was broken off.

        OperatorError when another process has taken the run over.
        """
        self._sequence = run.sequence
        try:
            async with asyncio.timeout(None) as scope:
                self._scope = scope
                return await act
        except TimeoutError:
            if not scope.expired():
                raise
            if self._lost:
                raise taken_over(self._run_id) from None
            return None
        finally:
            self._scope = None

    def wrote(self) -> None:
        """An event was recorded under this lease in the middle of the action: it overtakes nobody."""
        self._sequence += 1

    async def glance(self) -> None:
        """Look and renew, for as long as it is let."""
        loop, renewed = asyncio.get_running_loop(), asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(GLANCE.total_seconds())
            # A journal that cannot be read or written just now may be the next time; a lost lease shows at the next glance.
            with contextlib.suppress(OperatorError):
                self._look(loop.time())
                if loop.time() - renewed >= LEASE.total_seconds() / 3:
                    self._journal.renew(self._run_id, self.token)
                    renewed = loop.time()

    def _look(self, now: float) -> None:
        if self._scope is None or self._scope.expired():
            return
        sequence, holder = self._journal.standing(self._run_id)
        self._lost = holder != self.token
        if self._lost or sequence != self._sequence:
            self._scope.reschedule(now)


@contextlib.asynccontextmanager
async def watching(journal: Journal, run_id: str) -> AsyncIterator[Watch]:
    """Hold the run's lease and watch over it. OperatorError when another process holds it."""
    token = journal.acquire(run_id)
    if token is None:
        raise OperatorError(f"another process is working on run {run_id}", hint=_hint(run_id))
    watch = Watch(journal, run_id, token)
    glancing = asyncio.create_task(watch.glance())
    try:
        yield watch
    finally:
        glancing.cancel()
        await asyncio.wait({glancing})
        # A lease that cannot be given back ends with this process.
        with contextlib.suppress(OperatorError):
            journal.release(run_id, token)


def taken_over(run_id: str) -> OperatorError:
    """The error of a worker whose lease another one has taken."""
    return OperatorError(f"another process has taken over run {run_id}", hint=_hint(run_id))


def _hint(run_id: str) -> str:
    return f"`backend-factory watch {run_id}` shows what it does"
