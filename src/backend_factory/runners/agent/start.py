"""Starts an agent: its home, its environment, its broker, its confinement, its process, and the connection to it."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from backend_factory.domain.assignment import Lane
from backend_factory.runners.agent import broker, conversation, deliverable
from backend_factory.runners.agent.broker import Broker
from backend_factory.runners.agent.conversation import Conversation
from backend_factory.runners.agent.exchange import Answer
from backend_factory.runners.agent.hands import Hands
from backend_factory.runners.agent.home import environment, furnish
from backend_factory.runners.agent.installation import program_of
from backend_factory.runners.agent.ledger import Ledger
from backend_factory.runners.agent.profile import Profile, filled
from backend_factory.runners.agent.terms import Terms
from backend_factory.runners.agent.transport import Stream
from backend_factory.workspace.ground import Ground
from backend_factory.workspace.process import running
from backend_factory.workspace.sandbox.confinement import Confinement, Limits
from backend_factory.workspace.workbench import Workbench

_STDERR = 64 * 1024  # bytes kept
_TURNS = 6  # at most: the brief, three after refusals, a repair, and the start


@contextlib.asynccontextmanager
async def started(
    profile: Profile,
    terms: Terms,
    model: str,
    lane: Lane,
    workbench: Workbench,
    home: Path,
    ledger: Ledger,
    hands: Hands,
) -> AsyncIterator[Conversation]:
    """An agent that runs in the worktree, confined where the workbench has a sandbox, connected, without a session yet.

    At the end it and all that it started are ended. OperatorError where its program is missing.
    """
    async with contextlib.AsyncExitStack() as stack:
        door: Broker | None = None
        if terms.credential is not None:

            async def told(answer: Answer) -> None:
                await ledger.told(answer, terms.now())
                if door is not None and ledger.stop.is_set():
                    door.close()

            door = await stack.enter_async_context(broker.opened(terms.credential, told, terms.now, hands.note))
        base_url, token, ports = (door.url, door.token, (door.port,)) if door else ("", "", ())
        values = {"home": str(home), "model": model, "base_url": base_url, "token": token}
        furnish(profile, home, values)
        command = [program_of(profile, terms.path), *(filled(argument, values) for argument in profile.arguments)]
        env = {**terms.environment, **environment(profile, home, terms.path, values)}
        ground = stack.enter_context(workbench.ground(lane, deliverable.HANDOFF))
        confined = _confined(command, env, terms, ground, workbench, home, ports)
        stream = Stream(lambda text: text.replace(token, "***") if token else text)
        stream.refused = hands.note
        process = await stack.enter_async_context(
            running(confined[0], cwd=workbench.root, env=confined[1], output_limit=_STDERR, supervised=True, hear=stream.hear)
        )
        stream.tell = process.tell
        if door is not None:
            stack.callback(door.close)
        yield await stack.enter_async_context(conversation.opened(process, stream, hands, ledger.stop))


def _confined(
    command: Sequence[str],
    env: Mapping[str, str],
    terms: Terms,
    ground: Ground,
    workbench: Workbench,
    home: Path,
    ports: tuple[int, ...],
) -> tuple[Sequence[str], Mapping[str, str]]:
    if workbench.sandbox is None:
        return command, env
    root = workbench.root
    confinement = Confinement(
        folder=root,
        writable=(home, root / deliverable.OUTBOX, *ground.writable),
        readable=terms.readable,
        protected=(root / deliverable.FOLDER, *ground.protected),
        ports=ports,
        limits=Limits(wall=_TURNS * terms.patience.turn, cpu=_TURNS * terms.patience.turn),
    )
    return workbench.sandbox.wrap(command, env, confinement)
