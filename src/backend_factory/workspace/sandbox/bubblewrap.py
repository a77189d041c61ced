"""Walls by bubblewrap: https://github.com/containers/bubblewrap."""

import os
import signal

from backend_factory.workspace.sandbox import seccomp
from backend_factory.workspace.sandbox.isolate import SIGNALS
from backend_factory.workspace.sandbox.orders import Orders
from backend_factory.workspace.sandbox.syscalls import PR_SET_PDEATHSIG, prctl
from backend_factory.workspace.sandbox.tree import MACHINE

_FLAGS = (
    *("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--unshare-cgroup-try"),
    *("--die-with-parent", "--cap-drop", "ALL"),
)

MEMORY = ("/dev/shm", "/tmp")  # noqa: S108 - in the tree, not the machine's


def arguments(orders: Orders, information: int, go: int, filtering: int) -> list[str]:
    """The options for this attempt; the three are descriptors."""
    line = [orders.program, *_FLAGS, "--info-fd", str(information), "--block-fd", str(go), "--seccomp", str(filtering)]
    line += ["--proc", "/proc", *_machine(), "--dev", "/dev"]
    for place in MEMORY:
        line += ["--size", str(orders.scratch), "--tmpfs", place]
    options = {"read": "--ro-bind", "write": "--bind", "link": "--symlink"}
    for kind, source, target in orders.mounts:
        line += [options[kind], source, target]
    return [*line, "--remount-ro", "/", "--remount-ro", "/dev", "--chdir", orders.folder, "--"]


def start(orders: Orders, command: list[str]) -> tuple[int, tuple[int, int]]:
    """(bubblewrap's process, (where it tells about itself, what it waits for before it starts the command))."""
    telling, information = os.pipe()
    waiting, go = os.pipe()
    filtering = _program_to_read()
    child = os.fork()
    if child == 0:
        try:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            for number in SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            for descriptor in (information, waiting, filtering):
                os.set_inheritable(descriptor, True)
            line = [*arguments(orders, information, waiting, filtering), *command]
            os.execv(line[0], line)  # noqa: S606
        except OSError as reason:
            os.write(2, f"{orders.program}: {reason.strerror}\n".encode())
        os._exit(126)
    for descriptor in (information, waiting, filtering):
        os.close(descriptor)
    return child, (telling, go)


def first_process(pipes: tuple[int, int]) -> int:
    """The first process behind the walls, seen from here; 0 if bubblewrap could not put them up, which it has said."""
    told = b""
    while piece := os.read(pipes[0], 4096):
        told += piece
        if b"}" in told:
            break
    os.close(pipes[0])
    return int(told.partition(b'"child-pid":')[2].strip(b" \n}").partition(b",")[0]) if told else 0


def release(pipes: tuple[int, int]) -> None:
    """Lets the command begin."""
    os.write(pipes[1], b".")
    os.close(pipes[1])


def meant(status: int) -> int:
    """The command's wait status: bubblewrap says a signal as shells do, by 128 and its number."""
    code = os.waitstatus_to_exitcode(status)
    return code - 128 if 128 < code <= 128 + signal.NSIG else status


def _machine() -> list[str]:
    # Bubblewrap makes them read-only where access(2) says that they can be written, which it does not of a folder that is
    # read-only while the files in it are root's to change.
    return [word for name in MACHINE for word in ("--ro-bind-try", f"/proc/{name}", f"/proc/{name}")]


def _program_to_read() -> int:
    reading, writing = os.pipe()
    os.write(writing, seccomp.program(seccomp.LOCAL, namespaces=True))
    os.close(writing)
    return reading
