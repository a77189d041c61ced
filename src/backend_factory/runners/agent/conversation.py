"""One session with an agent's process: begun in the mode that its profile wants, turn by turn, and cancelled cleanly."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from acp import PROTOCOL_VERSION, RequestError, text_block
from acp.client.connection import ClientSideConnection
from acp.schema import (
    ClientCapabilities,
    FileSystemCapabilities,
    Implementation,
    NewSessionResponse,
    PromptResponse,
)
from pydantic import ValidationError

from backend_factory.runners.agent.hands import Hands
from backend_factory.runners.agent.profile import Profile
from backend_factory.runners.agent.transport import Stream
from backend_factory.workspace.plain import plain
from backend_factory.workspace.process import Running

T = TypeVar("T")

_GRACE = 3.0  # seconds that a cancelled turn gets to end
_LAST_WORDS = 600


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an attempt waits for what."""

    start: timedelta = timedelta(seconds=90)
    """For the agent to be ready for its first word."""
    turn: timedelta = timedelta(minutes=45)
    """For a turn to end."""
    quota: timedelta = timedelta(minutes=1)
    """What an agent may wait by itself when its provider is overloaded; for longer, the run waits."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a conversation did not go on, in plain words of the factory and the last ones of the agent."""

    why: str
    said: str = ""


@dataclass
class Conversation:
    """A session that has begun."""

    process: Running
    stream: Stream
    connection: ClientSideConnection
    stop: asyncio.Event
    """Set from outside when there is to be no further request."""
    session: str = field(default="")

    async def begin(self, profile: Profile, mode: str, root: Path, patience: timedelta) -> Broken | None:
        """Agree on the protocol, open a session in the worktree and set its mode; why not, where that fails."""
        fs = FileSystemCapabilities(read_text_file=True, write_text_file=True)
        opening = self._opening(profile, mode, root, ClientCapabilities(fs=fs, terminal=False))
        opened = await self._answer(opening, patience, "was not ready")
        if isinstance(opened, Broken):
            return opened
        self.session = opened.session_id
        return None

    async def _opening(self, profile: Profile, mode: str, root: Path, capabilities: ClientCapabilities) -> NewSessionResponse:
        us = Implementation(name="backend-factory", version="1")
        await self.connection.initialize(PROTOCOL_VERSION, client_capabilities=capabilities, client_info=us)
        opened = await self.connection.new_session(str(root), mcp_servers=[], **profile.session)
        if mode:
            await self.connection.set_session_mode(session_id=opened.session_id, mode_id=mode)
        return opened

    async def turn(self, text: str, patience: timedelta) -> PromptResponse | Broken:
        """Say `text`; how the turn ended. Cancelled from outside, it cancels the agent's turn first."""
        prompting = self.connection.prompt(session_id=self.session, prompt=[text_block(text)])
        return await self._answer(prompting, patience, "did not come to an end")

    async def _answer(self, asked: Awaitable[T], patience: timedelta, what: str) -> T | Broken:
        """What `asked` gives, unless the process ends, the patience does, or somebody says stop."""
        answering = asyncio.ensure_future(asked)
        gone = asyncio.create_task(self.process.wait())
        stopped = asyncio.create_task(self.stop.wait())
        try:
            waited = {answering, gone, stopped}
            await asyncio.wait(waited, timeout=patience.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
            if not answering.done() and gone.done():
                await asyncio.wait({answering}, timeout=1)  # its last message may still be on the way
            if answering.done():
                return await self._outcome(answering)
            if self.stop.is_set():
                return Broken("it was stopped")
            if gone.done():
                return self._ended()
            return Broken(f"it {what} within {patience}", self._stderr())
        finally:
            for task in (gone, stopped):
                task.cancel()
            await self._cancel(answering)

    async def _outcome(self, answering: "asyncio.Future[T]") -> T | Broken:
        try:
            return answering.result()
        except RequestError as reason:
            said = f"{reason}: {reason.data}" if reason.data else str(reason)
            return Broken("it answered with an error", _words(said))
        except ValidationError:
            return Broken("what it answered is not the Agent Client Protocol", self._stderr())
        except ConnectionError:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), 1)
            return self._ended()

    def _ended(self) -> Broken:
        if self.stream.fault:
            return Broken(self.stream.fault, self._stderr())
        status = self.process.exit_status
        return Broken("it closed its output" if status is None else f"its process ended with status {status}", self._stderr())

    async def _cancel(self, answering: "asyncio.Future[T]") -> None:
        if answering.done():
            return
        if self.session:
            with contextlib.suppress(Exception):  # whatever is wrong with it, the process group is ended next
                async with asyncio.timeout(_GRACE):
                    await self.connection.cancel(session_id=self.session)
                    await asyncio.wait({answering})
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)

    def _stderr(self) -> str:
        return _words(self.process.stream(2))


@contextlib.asynccontextmanager
async def opened(process: Running, stream: Stream, hands: Hands, stop: asyncio.Event) -> AsyncIterator[Conversation]:
    """A connection to a running agent, without a session yet; closed at the end."""
    connection = ClientSideConnection(hands, stream)  # type: ignore[arg-type] # terminals and elicitation are not offered
    try:
        yield Conversation(process, stream, connection, stop)
    finally:
        await connection.close()


def _words(text: str) -> str:
    return " ".join(plain(text[-4 * _LAST_WORDS :]).split())[-_LAST_WORDS:]
