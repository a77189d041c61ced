"""Recognises a member that goes round in circles: steps that it took before, and nothing new among them."""

import hashlib

from backend_factory.domain.assignment import Blocked

PATIENCE = 12
"""Steps in a row that bring nothing new."""


class Steps:
    """What a member did in an attempt, step by step; a cycle of any length shows, whatever is repeated in it."""

    def __init__(self, patience: int = PATIENCE) -> None:
        self._patience = patience
        self._seen: set[bytes] = set()
        self._idle = 0

    def saw(self, step: str) -> None:
        """One step: which tool, with which arguments."""
        digest = hashlib.sha256(step.encode("utf-8", "surrogatepass")).digest()
        self._idle = self._idle + 1 if digest in self._seen else 0
        self._seen.add(digest)

    @property
    def circles(self) -> bool:
        """Whether so many steps in a row were all taken before."""
        return self._idle >= self._patience

    def blocked(self, who: str) -> Blocked:
        """What becomes of the attempt: another member takes its place, or a person is asked."""
        return Blocked(
            reason="tool",
            needed="another way of doing it",
            tried=(f"{who} goes round in circles: {self._idle} steps in a row that it had taken before",),
            question=f"{who} goes round in circles in this phase. Send it back with a remark, try another team member, or stop?",
        )
