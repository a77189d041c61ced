"""Death on time: a journal whose process is killed just before or just after it records an event."""

import os
import signal
from pathlib import Path
from typing import Literal

from backend_factory.domain.event import Event
from backend_factory.domain.run import Run
from backend_factory.journal.journal import Journal


class DoomedJournal(Journal):
    """Kills its process (SIGKILL) around the `nth` append, counted from 1; everything else is as it always is."""

    def __init__(self, path: Path, nth: int, when: Literal["before", "after"]) -> None:
        """`before`: the action is done and not recorded. `after`: it is recorded, and nothing else was done."""
        super().__init__(path)
        self._left = nth
        self._when = when

    def append(self, run: Run, happened: Event, token: str | None = None) -> Run:
        """Record as any journal does, unless it is time."""
        self._left -= 1
        if self._left == 0 and self._when == "before":
            _die()
        following = super().append(run, happened, token)
        if self._left == 0:
            _die()
        return following


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
