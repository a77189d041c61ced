"""From a process of the factory to one behind walls: namespaces where they can be had, Landlock and a filter always."""

import os
import signal
import sys

from backend_factory.workspace.sandbox import landlock, seccomp
from backend_factory.workspace.sandbox.orders import NO_WALLS, UNUSABLE, Orders
from backend_factory.workspace.sandbox.syscalls import (
    CLONE_NEWCGROUP,
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    drop_capabilities,
    prctl,
    unshare,
)
from backend_factory.workspace.sandbox.tree import enter

_ALL = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWNET
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/shm", "/dev/pts", "/dev/ptmx")  # noqa: S108
_OWN = ("/tmp", "/proc")  # noqa: S108 - in the tree, not the machine's
# Without a process namespace /proc would show everybody's command lines.
_FACTS = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/proc/filesystems", "/proc/loadavg", "/proc/uptime")
SIGNALS = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ)


def separate() -> None:
    """Namespaces of its own for this process (files, network) and its children (processes). OSError where they cannot be had."""
    user, group = os.geteuid(), os.getegid()
    unshare(_ALL)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY | os.O_CLOEXEC)
        os.write(descriptor, text.encode())
        os.close(descriptor)


def be_first(orders: Orders, command: list[str], report: int) -> None:
    """The first process of a process namespace: builds the tree, starts the command, buries orphans, and ends when
    the command does, which ends all the others. Writes the command's wait status to `report`; never returns."""
    enter(orders)
    child = os.fork()
    if child == 0:
        confine(orders, command, _OWN, namespaces=True)
    while True:
        process, status = os.wait()
        if process == child:
            os.write(report, status.to_bytes(4, "little"))
            os._exit(0)


def confine(orders: Orders, command: list[str], own: tuple[str, ...], *, namespaces: bool) -> None:
    """Puts up the walls that this process cannot take down again, and becomes the command. Never returns.

    `own` are places that belong to the attempt alone, beside what it was given.
    """
    try:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        drop_capabilities()
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        _fence(orders, own, namespaces=namespaces)
        families = seccomp.LOCAL if namespaces else seccomp.INTERNET if orders.ports or orders.served else ()
        seccomp.install(seccomp.program(families, namespaces=namespaces))
        os.execv(command[0], command)  # noqa: S606
    except OSError as reason:
        os.write(2, f"{command[0]}: {reason.strerror}\n".encode())
    os._exit(127)


def refuse(reason: OSError) -> None:
    """Says why there are no walls, and ends: nothing is started without them."""
    place = f": {reason.filename}" if reason.filename else ""
    os.write(2, f"{UNUSABLE}: {reason.strerror}{place}\n".encode())
    sys.stderr.flush()
    os._exit(NO_WALLS)


def _fence(orders: Orders, own: tuple[str, ...], *, namespaces: bool) -> None:
    readable = ["/"] if namespaces else [*orders.targets("read"), *orders.targets("link"), *_FACTS]
    writable = [*orders.targets("write"), *_DEVICES, *own]
    if landlock.version() or not namespaces:
        landlock.restrict(readable, writable, None if namespaces else landlock.Ports(orders.ports, orders.served))
