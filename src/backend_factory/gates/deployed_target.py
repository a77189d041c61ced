"""The rehearsed stack as scenarios and the checks from outside reach it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from backend_factory.delivery.stack.call import ask
from backend_factory.delivery.stack.client import api_url
from backend_factory.delivery.stack.identity import tampered
from backend_factory.delivery.stack.observer import Observer
from backend_factory.delivery.stack.port import StackState
from backend_factory.domain.deliverable import Plan
from backend_factory.gates.check import Unreadable
from backend_factory.gates.outside.port import Deployed
from backend_factory.gates.outside.visit import Seen, Visit, client, pay
from backend_factory.gates.rehearsal import Rehearsal, deployed, rehearsal
from backend_factory.gates.scenario.target import ANYBODY
from backend_factory.gates.subject import Subject

_QUEUE, _DEAD = "QueueUrl", "DeadLetterQueueUrl"
_LOG_LINES = 20
_ALL_LINES = 1_000_000
_START_SECONDS = 30.0
_POLL = 0.05


class Haste:
    """A block that several are in at a time: entered by the first, left by the last."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._inside = 0
        self._stack = AsyncExitStack()

    @asynccontextmanager
    async def shared(self, make: Callable[[], AbstractAsyncContextManager[None]]) -> AsyncIterator[None]:
        """Enters `make()` where nobody is inside yet."""
        async with self._lock:
            if not self._inside:
                await self._stack.enter_async_context(make())
            self._inside += 1
        try:
            yield
        finally:
            async with self._lock:
                self._inside -= 1
                if not self._inside:
                    await self._stack.aclose()


@dataclass(frozen=True, slots=True)
class DeployedTarget:
    """Implements `gates.scenario.Target` and `gates.outside.port.Deployed` on the emulator."""

    at: Rehearsal
    state: StackState
    cold_ms: float = 0.0
    cold_status: int = 0
    haste: Haste = field(default_factory=Haste)

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

    async def expired(self) -> str:
        """A token that was good for a second."""
        return await self.at.identity.expired(ANYBODY)

    async def nameless(self, tenant: str) -> str:
        """An id token: it holds no claim that names the tenant."""
        return self.at.identity.identifying[tenant]

    async def send(self, queue: str, message: str) -> None:
        """A message straight to the queue."""
        await ask(self._sqs, "send_message", QueueUrl=self._output(queue), MessageBody=message)

    async def depth(self, queue: str) -> int:
        """Messages in the queue."""
        return await Observer(self.at.emulator).messages(self._output(queue))

    async def logs(self) -> str:
        """What the functions logged last."""
        return await self._logged(_LOG_LINES)

    async def everything_logged(self) -> str:
        """All that they logged."""
        return await self._logged(_ALL_LINES)

    @property
    def queued(self) -> bool:
        """By the stack's outputs."""
        return {_QUEUE, _DEAD} <= set(self.state.outputs)

    @asynccontextmanager
    async def hurried(self) -> AsyncIterator[None]:
        """By the queue's visibility timeout, which is what it was when the last of those in a hurry has left."""
        if _QUEUE not in self.state.outputs:
            yield
            return
        async with self.haste.shared(lambda: Observer(self.at.emulator).quick_retries(self._output(_QUEUE))):
            yield

    @asynccontextmanager
    async def held_back(self, requests: int) -> AsyncIterator[None]:
        """By reserved concurrency, which is what the emulator enforces of all that throttles."""
        functions, name = self.at.emulator.client("lambda"), self._function("ApiFunction")
        await ask(functions, "put_function_concurrency", FunctionName=name, ReservedConcurrentExecutions=requests)
        try:
            yield
        finally:
            await ask(functions, "delete_function_concurrency", FunctionName=name)

    @asynccontextmanager
    async def undelivered(self) -> AsyncIterator[None]:
        """By switching the queue's event sources off."""
        functions = self.at.emulator.client("lambda")
        sources = [one.physical_id for one in self.state.resources if one.type == "AWS::Lambda::EventSourceMapping"]
        for source in sources:
            await ask(functions, "update_event_source_mapping", UUID=source, Enabled=False)
        try:
            yield
        finally:
            for source in sources:
                await ask(functions, "update_event_source_mapping", UUID=source, Enabled=True)

    async def take(self, queue: str, holding: Sequence[str], within: float) -> tuple[str, ...]:
        """Looks at messages until one is found; one that is not taken is hidden for two seconds, so that all have their turn."""
        url, deadline = self._output(queue), time.monotonic() + within
        while True:
            got = await ask(self._sqs, "receive_message", QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=2)
            taken = []
            for message in got.get("Messages", ()):
                if any(text in message["Body"] for text in holding):
                    await ask(self._sqs, "delete_message", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                    taken.append(str(message["Body"]))
            if taken or time.monotonic() > deadline:
                return tuple(taken)
            await asyncio.sleep(_POLL)

    @property
    def _sqs(self) -> Any:
        return self.at.emulator.client("sqs")

    def _function(self, logical_id: str) -> str:
        """The name of a function of the stack; that of the only API function where it is called otherwise."""
        functions = [one for one in self.state.resources if one.type == "AWS::Lambda::Function"]
        found = next((one for one in functions if one.logical_id == logical_id), next(iter(functions), None))
        if found is None:
            raise Unreadable("the stack has no function")
        return found.physical_id

    async def _logged(self, lines: int) -> str:
        found = await Observer(self.at.emulator).logs(limit=lines)
        return "\n".join(f"{line.at.isoformat()} {line.function}: {line.text.rstrip()}" for line in found)

    def _output(self, name: str) -> str:
        try:
            return self.state.outputs[name]
        except KeyError:
            raise Unreadable(f"the stack has no output {name}") from None


async def reached(subject: Subject) -> Deployed:
    """The deployed feature, its first request behind it."""
    return await subject.resources.shared("target", lambda: _reached(subject))


@asynccontextmanager
async def _reached(subject: Subject) -> AsyncIterator[Deployed]:
    state = await deployed(subject)
    if not state.complete:
        raise Unreadable(f"the stack is {state.status}")
    at = await rehearsal(subject)
    first = await _first(DeployedTarget(at, state), subject)
    yield DeployedTarget(at, state, first.ms, first.status)


async def _first(target: DeployedTarget, subject: Subject) -> Seen:
    """The request for which the function has to be started: the first planned one that changes nothing."""
    routes = [r for r in subject.handed(Plan).routes if r.method == "GET"] or list(subject.handed(Plan).routes)
    route = min(routes, key=lambda r: r.path.count("{"), default=None)
    if route is None:
        raise Unreadable("the plan has no routes")
    path = "/".join("none" if part.startswith("{") else part for part in route.path.split("/"))
    async with client(_START_SECONDS) as http:
        return await pay(http, target.base_url, Visit(route.method, path, token=await target.token(ANYBODY)))
