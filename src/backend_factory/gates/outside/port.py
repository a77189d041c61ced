"""The deployed feature as the checks from outside need it: more than scenarios do, for they look at logs and turn knobs."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from backend_factory.gates.scenario.target import Target

VICTIM, ATTACKER, STRANGER, READER = "o-victim", "o-attacker", "o-stranger", "o-reader"
FORGER, FUZZER, WRITER, SENDER, REPLAYER, THROTTLED = "o-forger", "o-fuzzer", "o-writer", "o-sender", "o-replayer", "o-throttled"
"""Tenants of these checks, one a purpose, so that the checks can run side by side."""
CROWD = tuple(f"o-client-{number}" for number in range(10))
"""Tenants of the clients that make load."""
OUTSIDERS = (VICTIM, ATTACKER, STRANGER, READER, FORGER, FUZZER, WRITER, SENDER, REPLAYER, THROTTLED, *CROWD)


class Deployed(Target, Protocol):
    """A running stack with its account. Methods raise OperatorError where the environment (not the feature) fails."""

    @property
    def cold_ms(self) -> float:
        """Milliseconds that the first request after deployment took; the function had to be started for it."""
        ...

    @property
    def cold_status(self) -> int:
        """Its status; 0 where there was no answer."""
        ...

    async def expired(self) -> str:
        """A token of `ANYBODY` that was valid and is no longer."""
        ...

    async def nameless(self, tenant: str) -> str:
        """A token with a good signature that names no tenant: signed in, but as nobody's user."""
        ...

    async def everything_logged(self) -> str:
        """All that the functions have logged so far."""
        ...

    def hurried(self) -> AbstractAsyncContextManager[None]:
        """While the block lasts, a message that failed comes back after a second instead of a minute."""
        ...

    def held_back(self, requests: int) -> AbstractAsyncContextManager[None]:
        """While the block lasts, the API's function takes so many requests at a time and refuses the others."""
        ...

    def undelivered(self) -> AbstractAsyncContextManager[None]:
        """While the block lasts, nobody consumes the queue."""
        ...

    async def take(self, queue: str, holding: Sequence[str], within: float) -> tuple[str, ...]:
        """Takes the messages off the queue (a stack output) that hold one of the texts; what else is there stays there."""
        ...

    @property
    def queued(self) -> bool:
        """Whether the feature has a queue and a dead-letter queue."""
        ...
