"""Where a team member says what it has spent, before it spends more."""

from typing import Protocol

from backend_factory.domain.usage import Usage


class Meter(Protocol):
    """Of one attempt."""

    @property
    def kept(self) -> str:
        """What the last paid turn of this very attempt left (`charge(..., kept=...)`), so that it can go on from there.

        Empty where it begins. Where it is not, the worktree is as it was left too.
        """

    async def charge(self, usage: Usage, *, kept: str = "") -> None:
        """Record a turn that was paid for, at once and before the next. BudgetReached when there is to be no other.

        `kept` names evidence (its content hash) of all that is needed to go on after this turn: the conversation.
        """


class Unmetered:
    """For members that cost nothing: whoever charges it is told nothing."""

    kept = ""

    async def charge(self, usage: Usage, *, kept: str = "") -> None:
        """Nothing is recorded."""
