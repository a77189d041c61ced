"""The deployed feature as scenarios reach it."""

from collections.abc import Sequence
from typing import Protocol

from backend_factory.domain.scenario import Call, Scenario

ANYBODY = "acme"
"""The tenant whose token is spoilt where a call asks for a bad one."""


class Target(Protocol):
    """A running stack, its identity provider and its queues. Queues go by the name of the stack output with their URL.

    Methods raise OperatorError where the environment (not the feature) fails.
    """

    @property
    def base_url(self) -> str:
        """http://127.0.0.1:4566/... without a slash at the end; a path of the contract follows."""
        ...

    async def token(self, tenant: str) -> str:
        """A valid token of a user of the tenant."""
        ...

    async def tampered(self, tenant: str) -> str:
        """The same with a wrong signature."""
        ...

    async def other_audience(self, tenant: str) -> str:
        """A valid token that was issued for another application."""
        ...

    async def send(self, queue: str, message: str) -> None:
        """Puts a message on the queue."""
        ...

    async def depth(self, queue: str) -> int:
        """Messages that the queue holds, whether visible or not."""
        ...

    async def logs(self) -> str:
        """The last lines that the functions logged."""
        ...


def users(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """The tenants whose users have to exist before the first step; first the one whose token is spoilt, then sorted."""
    asked = {step.tenant for s in scenarios for step in s.steps if isinstance(step, Call)}
    return ANYBODY, *sorted(tenant for tenant in asked - {ANYBODY} if tenant and not tenant.startswith("!"))


def tenants(scenario: Scenario) -> tuple[str, ...]:
    """The tenants who act in it, sorted."""
    asked = {step.tenant for step in scenario.steps if isinstance(step, Call)}
    return tuple(sorted(tenant for tenant in asked if tenant and not tenant.startswith("!")))


async def bearer(target: Target, tenant: str) -> str | None:
    """The token that a call with that `tenant` carries; None where it carries none. ValueError for an unknown kind."""
    if not tenant.startswith("!"):
        return await target.token(tenant) if tenant else None
    if tenant == "!tampered":
        return await target.tampered(ANYBODY)
    if tenant == "!audience":
        return await target.other_audience(ANYBODY)
    raise ValueError(f"{tenant!r} is not a kind of token")
