"""Work in processes of its own, which can be killed at any moment, without warning."""

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess

# Forked, so that a child is at work at once and the moments are spread over its work, not over its start.
_CONTEXT = multiprocessing.get_context("fork")

Work = Callable[[], object]


def started(work: Work) -> BaseProcess:
    """A child at `work`, in a group of its own."""

    def apart_from_us() -> None:
        os.setpgid(0, 0)
        work()

    child = _CONTEXT.Process(target=apart_from_us)
    child.start()
    return child


def apart(work: Work, patience: float = 600) -> int | None:
    """Exit code of `work` in a child: -9 when it was killed, None when it did not end in time and was."""
    child = started(work)
    child.join(patience)
    if child.exitcode is None:
        kill(child)
        return None
    return child.exitcode


def kill(child: BaseProcess) -> bool:
    """SIGKILL for the process alone, as from the kernel; what it started stays. False when it had ended."""
    child.kill()
    child.join()
    return child.exitcode == -signal.SIGKILL


@contextlib.contextmanager
def working(works: list[Work]) -> Iterator[list[BaseProcess]]:
    """Children at work, none of which outlives the block."""
    children = [started(work) for work in works]
    try:
        yield children
    finally:
        for child in children:
            kill(child)


def until(holds: Callable[[], object], seconds: float = 30) -> bool:
    """Whether it came to hold in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
