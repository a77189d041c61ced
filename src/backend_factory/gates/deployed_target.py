"""The rehearsed stack as scenarios reach it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from backend_factory.delivery.stack.call import ask
from backend_factory.delivery.stack.client import api_url
from backend_factory.delivery.stack.identity import tampered
from backend_factory.delivery.stack.observer import Observer
from backend_factory.delivery.stack.port import StackState
from backend_factory.gates.check import Unreadable
from backend_factory.gates.rehearsal import Rehearsal, deployed, rehearsal
from backend_factory.gates.subject import Subject

_QUEUE = "QueueUrl"
_LOG_LINES = 20


@dataclass(frozen=True, slots=True)
class DeployedTarget:
    """Implements `gates.scenario.Target` on the emulator."""

    at: Rehearsal
    state: StackState

    @property
    def base_url(self) -> str:
        """Where the API answers."""
        return api_url(self.at.emulator, self._output("ApiEndpoint"))

    async def token(self, tenant: str) -> str:
        """A valid token of the tenant's user."""
        return self.at.identity.token(tenant)

    async def tampered(self, tenant: str) -> str:
        """The same, claiming more than was signed."""
        return tampered(self.at.identity.token(tenant), scope="admin")

    async def other_audience(self, tenant: str) -> str:
        """A valid token for another application."""
        return self.at.identity.foreign[tenant]

    async def send(self, queue: str, message: str) -> None:
        """A message straight to the queue."""
        await ask(self.at.emulator.client("sqs"), "send_message", QueueUrl=self._output(queue), MessageBody=message)

    async def depth(self, queue: str) -> int:
        """Messages in the queue."""
        return await Observer(self.at.emulator).messages(self._output(queue))

    async def logs(self) -> str:
        """What the functions logged last."""
        lines = await Observer(self.at.emulator).logs(limit=_LOG_LINES)
        return "\n".join(f"{line.at.isoformat()} {line.function}: {line.text.rstrip()}" for line in lines)

    def _output(self, name: str) -> str:
        try:
            return self.state.outputs[name]
        except KeyError:
            raise Unreadable(f"the stack has no output {name}") from None


@asynccontextmanager
async def reached(subject: Subject) -> AsyncIterator[DeployedTarget]:
    """The deployed feature; while the block lasts, failed messages come back after a second instead of a minute."""
    state = await deployed(subject)
    at = await rehearsal(subject)
    target = DeployedTarget(at, state)
    if _QUEUE not in state.outputs:
        yield target
        return
    async with Observer(at.emulator).quick_retries(state.outputs[_QUEUE]):
        yield target
