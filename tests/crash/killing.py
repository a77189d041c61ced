"""Runs something in a process of its own that can be killed at any moment, without warning."""

import multiprocessing
import random
import signal
import time
from collections.abc import Callable

# Forked, so that a child is at work at once and the moments are spread over its work, not over its start.
_CONTEXT = multiprocessing.get_context("fork")


def run_apart(work: Callable[[], None]) -> tuple[int | None, float]:
    """Exit code of `work` in a child process (-9: killed), and the seconds that it took."""
    child = _CONTEXT.Process(target=work)
    started = time.monotonic()
    child.start()
    child.join()
    return child.exitcode, time.monotonic() - started


def killed_within(work: Callable[[], None], seconds: float, chance: random.Random) -> bool:
    """Start `work` and kill it (SIGKILL) at a random moment of the next `seconds`; False when it had ended by then."""
    child = _CONTEXT.Process(target=work)
    child.start()
    time.sleep(chance.uniform(0, seconds))
    child.kill()
    child.join()
    return child.exitcode == -signal.SIGKILL
