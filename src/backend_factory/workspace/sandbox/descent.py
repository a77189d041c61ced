"""All processes below this one, and what they use."""
# pathlib would take longer than all else that is imported here.
# ruff: noqa: PTH208

import contextlib
import os
import signal
import time

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Process:
    """One line of /proc/<pid>/stat."""

    __slots__ = ("cpu", "parent", "pid", "resident", "threads")

    def __init__(self, pid: int, fields: list[bytes]) -> None:
        self.pid = pid
        self.parent = int(fields[1])
        self.threads = int(fields[17])
        self.cpu = sum(int(field) for field in fields[11:15]) / _TICKS
        """Seconds, with those of its children that ended."""
        self.resident = int(fields[21]) * _PAGE
        """Bytes, those shared with others too."""


def everybody() -> dict[int, Process]:
    """All processes that can be seen, by their numbers."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                found[int(name)] = _read(int(name))
    return found


def below(exempt: tuple[int, ...] = ()) -> list[Process]:
    """Those that this process started, and those that these started, nearest first. As a subreaper it inherits daemons too."""
    all_of_them = everybody()
    children: dict[int, list[int]] = {}
    for process in all_of_them.values():
        if process.pid not in exempt:
            children.setdefault(process.parent, []).append(process.pid)
    found = list(children.get(os.getpid(), ()))
    for pid in found:
        found += children.get(pid, ())
    return [all_of_them[pid] for pid in found]


def is_below(process: int) -> bool:
    """Whether it started this process, or started who did."""
    parent = os.getppid()
    with contextlib.suppress(OSError, ValueError, IndexError):
        return process in (parent, _read(parent).parent)
    return False


def private_memory(process: Process) -> int:
    """Bytes that are not files': anonymous memory, also where it is shared between processes."""
    kilobytes = 0
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in _bytes(f"/proc/{process.pid}/status").splitlines():
            if line.startswith((b"RssAnon:", b"RssShmem:")):
                kilobytes += int(line.split()[1])
    return kilobytes * 1024


def end_all(patience: float = 5) -> None:
    """SIGKILL until no process is left below this one, or `patience` seconds are over."""
    deadline = time.monotonic() + patience
    while _any_left() and time.monotonic() < deadline:
        for process in below():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process.pid, signal.SIGKILL)
        time.sleep(0.002)


def _any_left() -> bool:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _read(pid: int) -> Process:
    return Process(pid, _bytes(f"/proc/{pid}/stat").rpartition(b")")[2].split())


def _bytes(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, 8192)
    finally:
        os.close(descriptor)
