"""A coding agent does a team member's work: it is started, served and watched, and its deliverable is read from a file."""

import contextlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from acp.schema import PromptResponse

from backend_factory.domain.assignment import Assignment, Blocked, Lane, Outcome, Paused
from backend_factory.errors import AskerError
from backend_factory.runners.agent import deliverable
from backend_factory.runners.agent.conversation import Broken, Conversation
from backend_factory.runners.agent.exchange import named_time
from backend_factory.runners.agent.hands import Hands
from backend_factory.runners.agent.instructions import put_aside
from backend_factory.runners.agent.ledger import Ledger
from backend_factory.runners.agent.narration import Narration
from backend_factory.runners.agent.profile import Profile, needs_model
from backend_factory.runners.agent.start import started
from backend_factory.runners.agent.terms import Terms
from backend_factory.runners.standstill import blocked
from backend_factory.workspace.plain import plain
from backend_factory.workspace.workbench import Workbench

_MOST_REFUSALS = 3
"""Turns more for an agent that gives up at a refusal, as some do: it is told to go on without."""

_GOING_ON = """
You were interrupted in this very attempt. What the worktree has beyond the last commit is your own work: look at it, and go on.
"""


class AgentRunner:
    """Any agent that speaks the Agent Client Protocol."""

    def __init__(self, profile: Profile, terms: Terms, model: str = "", *, name: str = "agent") -> None:
        """`name` is how events and reports name it: "agent claude-code (opus)"."""
        if not model and needs_model(profile):
            raise AskerError(f"{profile.title} must be told a model", hint='model = "name" in the team configuration')
        self.name = name
        self._profile = profile
        self._terms = terms
        self._model = model

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        """Do the assignment.

        BudgetReached goes through. Blocked where the agent breaks off, or hands in nothing that can be taken; OperatorError
        where its program is missing. Cancelled, it cancels the agent, and ends all that the agent has started.
        """
        with contextlib.ExitStack() as attempt:
            home = attempt.enter_context(_home(self._terms.scratch))
            if not self._terms.own_configuration:
                for path in attempt.enter_context(put_aside(workbench.root)):
                    workbench.say(f"{path} does not come along")
            attempt.callback(deliverable.clear, workbench.root)
            deliverable.lay_out(workbench.root, self._terms.artefacts(assignment))
            return await self._attempt(assignment, workbench, home)

    async def _attempt(self, assignment: Assignment, workbench: Workbench, home: Path) -> Outcome:
        kept = workbench.keep("agent.json", json.dumps({"agent": self._profile.title, "model": self._model}).encode())
        ledger = Ledger(workbench.meter, self._charged_as(), self._terms.patience.quota, kept)
        narration = Narration(workbench.say, workbench.root, ledger.stop.set)
        lane = assignment.lane if {"Edit", "Write"} & set(self._terms.named) else Lane(writes=(), never=assignment.lane.never)
        hands = Hands(workbench, lane, home, narration, runs=workbench.runs and "Bash" in self._terms.named)
        starting = started(self._profile, self._terms, self._model, lane, workbench, home, ledger, hands)
        async with starting as talk:
            work = _Work(talk, ledger, narration, hands, self._terms.patience.turn)
            try:
                refused = await talk.begin(self._profile, self._mode(workbench), workbench.root, self._terms.patience.start)
                if refused is not None:
                    return self._broken(refused, work)
                return await self._worked(assignment, workbench, work)
            finally:
                workbench.keep("conversation.jsonl", talk.stream.record())

    async def _worked(self, assignment: Assignment, workbench: Workbench, work: "_Work") -> Outcome:
        """The brief, and one round of repair."""
        root = workbench.root
        text = self._terms.brief(assignment) + (_GOING_ON if workbench.meter.kept else "")
        handed = await self._turn(text, assignment, root, work)
        for _ in range(_MOST_REFUSALS):
            if not isinstance(handed, str) or not work.hands.refused or work.ledger.stop.is_set():
                break
            handed = await self._turn(deliverable.refusal(work.hands.refused), assignment, root, work)
        if isinstance(handed, str) and not work.ledger.stop.is_set() and self._quota(work) is None:
            work.narration.line("the deliverable is sent back once")
            handed = await self._turn(deliverable.repair(handed), assignment, root, work)
        if isinstance(handed, str):
            handed = Broken("its deliverable could not be taken", handed)
        return self._broken(handed, work) if isinstance(handed, Broken) else handed

    async def _turn(self, text: str, assignment: Assignment, root: Path, work: "_Work") -> Outcome | Broken | str:
        """What was handed in at the end of a turn; a text says what is wrong with it."""
        ended = await work.turn(text)
        return ended if isinstance(ended, Broken) else deliverable.read(root, assignment.owed)

    def _broken(self, broken: Broken, work: "_Work") -> Outcome:
        """What becomes of an attempt that came to no deliverable."""
        if work.ledger.reached is not None:
            raise work.ledger.reached
        title = self._profile.title
        if work.narration.standstill:
            work.hands.note(f"{title} {work.narration.standstill}")
            return blocked(title, work.narration.standstill)
        until = self._quota(work, broken.said)
        if until is not None:
            return Paused(until=until, reason=f"{title}: its provider's quota or overload")
        words = " ".join(plain(work.narration.words).split())[-600:]
        return Blocked(
            reason="tool",
            needed=f"{title} does the work and hands it in",
            tried=tuple(text for text in (f"{title}: {broken.why}", broken.said, words) if text),
            question=f"{title} could not do this phase: {broken.why}. Try again, or with another team member?",
        )

    def _quota(self, work: "_Work", said: str = "") -> datetime | None:
        """When to go on, where a quota or an overload is what stopped the work and a time is named for it."""
        now = self._terms.now()
        told = work.ledger.until or work.ledger.overloaded_until
        return told or named_time(said, now) or named_time(work.narration.words, now)

    def _mode(self, workbench: Workbench) -> str:
        confined = workbench.sandbox is not None and workbench.sandbox.kind != "none"
        return (self._profile.confined_mode if confined else "") or self._profile.mode

    def _charged_as(self) -> str:
        provider = self._terms.credential.provider.name if self._terms.credential else self._profile.dialect
        return f"{provider}:{self._model}" if provider and self._model else self._model


@dataclass
class _Work:
    """What goes on in one attempt."""

    talk: Conversation
    ledger: Ledger
    narration: Narration
    hands: Hands
    patience: timedelta
    _paid: Decimal = Decimal(0)

    async def turn(self, text: str) -> PromptResponse | Broken:
        """Say `text`, and charge what it took."""
        self.narration.turn()
        self.hands.refused.clear()
        ended = await self.talk.turn(text, self.patience)
        if isinstance(ended, PromptResponse):
            cost = None if self.hands.cost is None else max(self.hands.cost - self._paid, Decimal(0))
            self._paid = self.hands.cost or self._paid
            await self.ledger.turn_ended(ended, cost)
        return ended


@contextlib.contextmanager
def _home(scratch: Path) -> Iterator[Path]:
    """A private home, which ends with the attempt."""
    with tempfile.TemporaryDirectory(prefix="agent-", dir=scratch, ignore_cleanup_errors=True) as place:
        home = Path(place).resolve()
        (home / "tmp").mkdir()
        yield home
