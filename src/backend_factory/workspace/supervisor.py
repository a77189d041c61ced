"""Runs one command and ends everything it started when the factory is gone, even by kill -9.

Started by `process.py` as a script of its own, so it imports nothing of the factory:
`python -I -S supervisor.py FD LC_CTYPE PROGRAM ARG...`. FD is the reading end of a pipe that only the
factory holds open: its end of file is the factory's death. LC_CTYPE is the command's, which Python changes at its start
(PEP 538). Exits as the command did, by the same status or the same signal.
"""
# pathlib would double the time that this takes to start.
# ruff: noqa: PTH112, PTH123, PTH208

import contextlib
import ctypes
import os
import select
import signal
import sys
import time

GRACE = 2.0  # seconds between SIGTERM and SIGKILL
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _start(command: list[str]) -> int:
    supervisor = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        os.setpgid(0, 0)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == supervisor:
            os.execv(command[0], command)  # noqa: S606
    except OSError as reason:
        os.write(2, f"{command[0]}: {reason.strerror}\n".encode())
    os._exit(127)


def _descendants() -> list[int]:
    """Every process below this one; as a subreaper it inherits even those that made their own session."""
    parents: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with (
                contextlib.suppress(OSError, ValueError, IndexError),
                open(f"/proc/{name}/stat", "rb") as file,
            ):
                parent = int(file.read().rpartition(b")")[2].split()[1])
                parents.setdefault(parent, []).append(int(name))
    found = list(parents.get(os.getpid(), ()))
    for process in found:
        found += parents.get(process, ())
    return found


def _signal_all(child: int, number: int) -> None:
    targets = _descendants() if os.path.isdir("/proc/self") else [-child]
    for process in targets:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, number)


def _reap(child: int) -> tuple[bool, int | None]:
    """(anything left to wait for, the command's wait status if it has ended just now)."""
    status = None
    while True:
        try:
            process, ended = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False, status
        if process == 0:
            return True, status
        if process == child:
            status = ended


def _end_all(child: int) -> int | None:
    """SIGTERM, a grace period, SIGKILL until nothing is left; the command's wait status if it ended here."""
    status = None
    _signal_all(child, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    while True:
        left, ended = _reap(child)
        status = ended if ended is not None else status
        if not left or time.monotonic() > deadline + GRACE:
            return status
        if time.monotonic() > deadline:
            _signal_all(child, signal.SIGKILL)
        time.sleep(0.01)


def _supervise(pipe: int, child: int, wakeups: int) -> int:
    poller = select.poll()
    poller.register(pipe, select.POLLIN | select.POLLHUP)
    poller.register(wakeups, select.POLLIN)
    while True:
        ready = dict(poller.poll())
        signals = os.read(wakeups, 512) if wakeups in ready else b""
        left, status = _reap(child)
        if status is not None:
            if left:
                _end_all(child)
            return status
        if pipe in ready or signal.SIGTERM in signals:
            ended = _end_all(child)
            return ended if ended is not None else signal.SIGKILL


def _exit_as(status: int) -> None:
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        os._exit(code)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if -code not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)


def main() -> None:
    pipe, locale, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    os.environ.pop("LC_CTYPE", None)
    if locale:
        os.environ["LC_CTYPE"] = locale
    os.set_inheritable(pipe, False)
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    child = _start(command)
    _exit_as(_supervise(pipe, child, reading))


if __name__ == "__main__":
    main()
