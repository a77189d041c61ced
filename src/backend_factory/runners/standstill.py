"""Recognises a member that comes no further: it takes the same steps again, or says more and more while its files stay."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from backend_factory.domain.assignment import Blocked

PATIENCE = 12
"""Steps in a row that bring nothing new."""
GROWN = 8
"""Answers in a row, each longer than the one before by a quarter at least."""
SHORT = 1_000
"""Characters: what is shorter does not count as grown."""
MOST = 600_000
"""Characters in all since a file changed last; some 150,000 tokens, far above any deliverable."""


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
    def standstill(self) -> str:
        """In words, where so many steps in a row were all taken before; else empty."""
        told = f"goes round in circles: {self._idle} steps in a row that it had taken before"
        return told if self._idle >= self._patience else ""


class Output:
    """What a member said in an attempt, answer by answer, held against what became of its files meanwhile."""

    def __init__(self, files: Callable[[], object]) -> None:
        """`files` is what they are like now; it is asked only where the output alone looks like a standstill."""
        self._files = files
        self._before = files()
        self._last = self._grown = self._since = 0
        self.standstill = ""
        """In words, once the output grows and no file changes with it; else empty."""

    def saw(self, length: int) -> None:
        """One answer, with the arguments of its tool calls, in characters."""
        self._since += length
        self._grown = self._grown + 1 if length > SHORT and 4 * length >= 5 * self._last else 0
        self._last = length
        if self._grown >= GROWN or self._since > MOST:
            self._look()

    def _look(self) -> None:
        now = self._files()
        if now == self._before:
            many = (
                f"{GROWN} answers in a row, each longer than the last" if self._grown >= GROWN else f"{self._since:,} characters"
            )
            self.standstill = f"says more and more: {many}, and no file has changed"
        self._before, self._since, self._grown = now, 0, 0


def files_below(root: Path) -> Callable[[], object]:
    """Tells names, sizes and times of a worktree's files, the deliverable of an agent among them. Whoever only touches them
    is not found out here, but by its budget."""

    def look() -> object:
        found = set()
        for place, folders, names in os.walk(root):
            folders[:] = [name for name in folders if name != ".git"]
            for name in names:
                try:
                    seen = os.lstat(f"{place}/{name}")
                except OSError:
                    continue
                found.add((place, name, seen.st_size, seen.st_mtime_ns))
        return found

    return look


def blocked(who: str, standstill: str) -> Blocked:
    """What becomes of the attempt: another member takes its place, or a person is asked."""
    return Blocked(
        reason="tool",
        needed=f"another way of doing it: it {standstill}",
        tried=(f"{who} {standstill}",),
        question=f"{who} {standstill}. Send it back with a remark, try another team member, or stop?",
    )
