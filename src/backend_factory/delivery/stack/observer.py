"""What only the account can tell about a running stack: queues and the functions' logs."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from backend_factory.delivery.stack.call import Refusal, ask, attempt
from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.domain.model import Record

_DEPTHS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")
_LOGS = "/aws/lambda/"
_OF_THE_PLATFORM = ("START RequestId:", "END RequestId:", "REPORT RequestId:")


class Depth(Record):
    """How many messages a queue holds."""

    waiting: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        return self.waiting + self.in_flight + self.delayed


class LogLine(Record):
    """One line that a function wrote."""

    at: datetime
    function: str
    text: str


class Observer:
    """Looks at an emulator's account; changes nothing but what `quick_retries` says."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def depth(self, queue_url: str) -> Depth:
        """Messages in a queue now."""
        answer = await ask(self._emulator.client("sqs"), "get_queue_attributes", QueueUrl=queue_url, AttributeNames=list(_DEPTHS))
        waiting, in_flight, delayed = (int(answer["Attributes"].get(name, 0)) for name in _DEPTHS)
        return Depth(waiting=waiting, in_flight=in_flight, delayed=delayed)

    async def messages(self, queue_url: str) -> int:
        """How many messages a queue holds, whether they can be received now or not."""
        return (await self.depth(queue_url)).total

    async def wait_for_messages(self, queue_url: str, count: int, within: timedelta) -> int:
        """Waits until the queue holds `count` messages; how many it held at last, also when time has run out."""
        deadline = time.monotonic() + within.total_seconds()
        while (found := await self.messages(queue_url)) != count and time.monotonic() < deadline:  # noqa: ASYNC110 - a queue on the network tells nobody
            await asyncio.sleep(0.05)
        return found

    @contextlib.asynccontextmanager
    async def quick_retries(self, queue_url: str) -> AsyncIterator[None]:
        """Lets a message that failed come back after a second, until the block is left.

        A queue's own visibility timeout, say a minute, times its receive count is too long to watch a message die.
        """
        sqs = self._emulator.client("sqs")
        name = "VisibilityTimeout"
        before = await ask(sqs, "get_queue_attributes", QueueUrl=queue_url, AttributeNames=[name])
        await ask(sqs, "set_queue_attributes", QueueUrl=queue_url, Attributes={name: "1"})
        try:
            yield
        finally:
            await ask(sqs, "set_queue_attributes", QueueUrl=queue_url, Attributes={name: before["Attributes"][name]})

    async def logs(self, since: datetime | None = None, limit: int = 200) -> tuple[LogLine, ...]:
        """The last `limit` lines of all functions, oldest first, without the platform's own START, END and REPORT."""
        client = self._emulator.client("logs")
        groups = await ask(client, "describe_log_groups", logGroupNamePrefix=_LOGS)
        lines = []
        for group in groups["logGroups"]:
            lines += await self._lines(group["logGroupName"], since)
        return tuple(sorted(lines, key=lambda line: line.at)[-limit:])

    async def _lines(self, group: str, since: datetime | None) -> list[LogLine]:
        arguments = {"logGroupName": group}
        start = {"startTime": int(since.timestamp() * 1000)} if since else {}
        lines: list[LogLine] = []
        token: dict[str, str] = {}
        while True:
            page = await attempt(self._emulator.client("logs"), "filter_log_events", **arguments, **start, **token)
            if isinstance(page, Refusal):
                return lines
            lines += [
                LogLine(
                    at=datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
                    function=group.removeprefix(_LOGS),
                    text=event["message"],
                )
                for event in page["events"]
                if not event["message"].startswith(_OF_THE_PLATFORM)
            ]
            if not page.get("nextToken"):
                return lines
            token = {"nextToken": page["nextToken"]}
