"""One attempt, from outside its walls: begun, watched, ended with everything that it started."""
# pathlib would take longer than all else that is imported here.
# ruff: noqa: PTH102, PTH116

import contextlib
import os
import resource
import select
import signal
import time
from _socket import socket

from backend_factory.workspace.sandbox import bubblewrap, descent
from backend_factory.workspace.sandbox.isolate import be_first, confine, refuse, separate
from backend_factory.workspace.sandbox.orders import Orders, heard
from backend_factory.workspace.sandbox.syscalls import PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG, prctl
from backend_factory.workspace.sandbox.watch import EVERY, Watch

_TEMPORARY = "/tmp"  # noqa: S108
_BEGAN = time.time_ns()
Begun = tuple[int, int | None, tuple[int, ...]]
"""The child, where its command's wait status is told if not by its own, processes that lead connections in and out."""
_GRACE = 1.5  # seconds after SIGTERM; less than the supervisor's


def main(told: str, command: list[str]) -> None:
    """Never returns: exits as the command does."""
    orders = heard(told)
    os.environ.pop("LC_CTYPE", None)
    if orders.locale:
        os.environ["LC_CTYPE"] = orders.locale
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if not descent.is_below(orders.factory):  # it ended before this could be wished for
        os._exit(1)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    wakeups = _wakeups()
    _limit(orders)
    _come_first()
    try:
        begin = {"bubblewrap": _within_bubblewrap, "namespaces": _within_namespaces, "landlock": _within_landlock}[orders.kind]
        child, report, helpers = begin(orders, command)
    except OSError as reason:
        refuse(reason)
        return
    status = _attend(orders, child, report, helpers, wakeups)
    descent.end_all()
    _clear(orders)
    _exit_as(status)


def _wakeups() -> int:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    return reading


def _limit(orders: Orders) -> None:
    """What the kernel holds for each process by itself; what they use up together is watched."""
    seconds = max(1, round(orders.cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for kind, most in ((resource.RLIMIT_FSIZE, orders.file), (resource.RLIMIT_CPU, seconds)):
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    # Where memory runs out all the same, the machine's other programs are not the ones to go.
    with contextlib.suppress(OSError):
        descriptor = os.open("/proc/self/oom_score_adj", os.O_WRONLY | os.O_CLOEXEC)
        os.write(descriptor, b"1000")
        os.close(descriptor)


def _come_first() -> None:
    """For root the kernel limits no processes, so whoever watches must get its turn among thousands that want theirs."""
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))


def _within_bubblewrap(orders: Orders, command: list[str]) -> Begun:
    doors = _doors(orders)
    child, go = bubblewrap.start(orders, command)
    helpers = []
    inside = bubblewrap.first_process(go)
    if inside:
        # A user's limit of processes counts anew in a namespace of that user; for root there is none.
        resource.prlimit(inside, resource.RLIMIT_NPROC, (orders.tasks, orders.tasks))
        if orders.ports:
            from backend_factory.workspace.sandbox.network import exchange, forward, listen_within

            outer, inner = exchange()
            listen_within(inside, orders.ports, inner)
            helpers.append(forward(orders.ports, outer))
        if doors:
            from backend_factory.workspace.sandbox.network import lead_in

            helpers.append(lead_in(inside, orders.served, doors))
        bubblewrap.release(go)
    return child, None, tuple(helpers)


def _within_namespaces(orders: Orders, command: list[str]) -> Begun:
    from backend_factory.workspace.sandbox import network

    doors = _doors(orders)
    report, writing = os.pipe()
    waiting, apart = os.pipe()
    outer, inner = network.exchange()
    child = os.fork()
    if child == 0:
        signal.set_wakeup_fd(-1)
        try:
            for door in doors:
                door.close()
            separate()
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            network.raise_loopback()
            os.write(apart, b".")
            os.close(apart)
            if orders.ports:
                network.listen(orders.ports, inner)
            resource.setrlimit(resource.RLIMIT_NPROC, (orders.tasks, orders.tasks))
            first = os.fork()
            if first == 0:
                prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
                be_first(orders, command, writing)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os._exit(126 if os.waitpid(first, 0)[1] else 0)
        except OSError as reason:
            refuse(reason)
    os.close(writing)
    os.close(apart)
    helpers = [network.forward(orders.ports, outer)] if orders.ports else []
    if doors and os.read(waiting, 1):
        helpers.append(network.lead_in(child, orders.served, doors))
    os.close(waiting)
    return child, report, tuple(helpers)


def _doors(orders: Orders) -> list[socket]:
    """Sockets for what is served; made first, so that nothing is started where a port is taken."""
    if not orders.served:
        return []
    from backend_factory.workspace.sandbox.network import listening

    return listening(orders.served)


def _within_landlock(orders: Orders, command: list[str]) -> Begun:
    own = _own_folder(os.getpid())
    os.mkdir(own, 0o700)
    child = os.fork()
    if child == 0:
        signal.set_wakeup_fd(-1)
        os.environ |= {name: own for name in ("HOME", "TMPDIR") if os.environ.get(name) == _TEMPORARY}
        if os.geteuid():
            most = _tasks_of_user() + orders.tasks
            with contextlib.suppress(ValueError):
                resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
        os.chdir(orders.folder)
        confine(orders, command, (own,), namespaces=False)
    return child, None, ()


def _own_folder(pid: int) -> str:
    """Where there is no mount namespace, the attempt's /tmp is a folder in the machine's."""
    return f"{_TEMPORARY}/sandbox-{os.geteuid()}-{pid}-{_BEGAN}"


def _clear(orders: Orders) -> None:
    if orders.kind == "landlock":
        import shutil

        shutil.rmtree(_own_folder(os.getpid()), ignore_errors=True)


def _tasks_of_user() -> int:
    total = 0
    for process in descent.everybody().values():
        with contextlib.suppress(OSError):
            total += process.threads if os.stat(f"/proc/{process.pid}").st_uid == os.geteuid() else 0
    return total


def _attend(orders: Orders, child: int, report: int | None, helpers: tuple[int, ...], wakeups: int) -> int:
    """The command's wait status, once it has ended or was ended."""
    watch = Watch(orders, helpers)
    poller = select.poll()
    poller.register(wakeups, select.POLLIN)
    ending = 0.0
    look = time.monotonic() + EVERY / 2
    while True:
        arrived = poller.poll(max(0, 1000 * (look - time.monotonic())))
        if arrived and signal.SIGTERM in os.read(wakeups, 512):
            ending = ending or time.monotonic() + _GRACE
        status = _ended(orders, child, report)
        if status is not None:
            return status
        if ending and time.monotonic() > ending:
            return signal.SIGKILL
        if time.monotonic() >= look:
            breach = watch.breach()
            if breach:
                descent.end_all()
                os.write(2, f"\nsandbox: ended: {breach}\n".encode())
                return signal.SIGKILL
            look = time.monotonic() + EVERY


def _ended(orders: Orders, child: int, report: int | None) -> int | None:
    """The command's wait status if it has ended; buries whatever has."""
    status = None
    with contextlib.suppress(ChildProcessError):
        while True:
            process, ended = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                break
            if process == child:
                status = ended
    if status is None:
        return None
    if report is not None:
        told = os.read(report, 4)
        return int.from_bytes(told, "little") if told else status
    return bubblewrap.meant(status) if orders.kind == "bubblewrap" else status


def _exit_as(status: int) -> None:
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        os._exit(code)
    if -code not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
