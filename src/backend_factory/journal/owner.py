"""Who holds a lease: a process, told apart from a later one with the same number."""

import os
import socket
from functools import cache
from pathlib import Path


def this_process() -> str:
    """host:pid:start of this process, also where it was forked from another."""
    return _process(os.getpid())


@cache
def _process(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{_started(pid)}"


def is_gone(owner: str) -> bool:
    """True only when the owner is known to be dead: it ran on this host and its process is no more."""
    host, pid, started = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """Start time in clock ticks since boot (proc(5), field 22), or "?" where there is no such file."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "?"
    return stat.rpartition(")")[2].split()[19]
