"""Builds the file tree of an attempt in a mount namespace of its own, as bubblewrap does."""
# pathlib would take longer than all else that is imported here.
# ruff: noqa: PTH102, PTH103, PTH110, PTH112, PTH120, PTH211

import contextlib
import os

from backend_factory.workspace.sandbox.orders import Orders
from backend_factory.workspace.sandbox.syscalls import (
    MOUNT_ATTR_NODEV,
    MOUNT_ATTR_NOSUID,
    MOUNT_ATTR_RDONLY,
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_REC,
    mount,
    pivot_root,
    restrict_mount,
    unmount,
)

_OLD, _NEW = "/old", "/new"
_TAME = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
MACHINE = ("sys", "sysrq-trigger", "irq", "bus")
"""What of /proc whoever is root outside could change from inside too."""
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")


def enter(orders: Orders) -> None:
    """Makes the tree this process's root. Wants a mount and a process namespace; OSError where the kernel refuses."""
    mount("", "/", flags=MS_REC | MS_PRIVATE)
    _memory("/tmp", 1 << 20)  # noqa: S108 - any folder that is there; the old one is seen again below _OLD
    os.chdir("/tmp")  # noqa: S108
    os.mkdir("new")
    os.mkdir("old")
    pivot_root(".", "old")
    os.chdir("/")
    _memory(_NEW, 1 << 20)
    _memory(_made(f"{_NEW}/tmp"), orders.scratch, mode="1777")  # noqa: S108
    _processes(_made(f"{_NEW}/proc"))
    _devices(_made(f"{_NEW}/dev"), orders.scratch)
    for kind, source, target in orders.mounts:
        _place(kind, source, target)
    restrict_mount(_NEW, _TAME | MOUNT_ATTR_RDONLY, recursive=False)
    unmount(_OLD)
    os.chdir(_NEW)
    # The new root over the old one, which then goes: pivot_root(2).
    pivot_root(".", ".")
    unmount(".")
    os.chdir(orders.folder)


def _place(kind: str, source: str, target: str) -> None:
    place = _NEW + target
    if kind == "link":
        _made(os.path.dirname(place))
        os.symlink(source, place)
        return
    outside = _OLD + source
    if os.path.isdir(outside):
        _made(place)
    elif not os.path.lexists(place):
        _made(os.path.dirname(place))
        os.close(os.open(place, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0o444))
    mount(outside, place, flags=MS_BIND | MS_REC)
    restrict_mount(place, _TAME | (0 if kind == "write" else MOUNT_ATTR_RDONLY))


def _made(folder: str) -> str:
    os.makedirs(folder, exist_ok=True)
    return folder


def _memory(folder: str, size: int, mode: str = "0755") -> None:
    mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, f"mode={mode},size={size}")


def _processes(folder: str) -> None:
    mount("proc", folder, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    for name in MACHINE:
        place = f"{folder}/{name}"
        if os.path.exists(place):
            mount(place, place, flags=MS_BIND | MS_REC)
            restrict_mount(place, MOUNT_ATTR_RDONLY)


def _devices(folder: str, size: int) -> None:
    _memory(folder, 1 << 20)
    for name in _DEVICES:
        os.close(os.open(f"{folder}/{name}", os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o444))
        mount(f"{_OLD}/dev/{name}", f"{folder}/{name}", flags=MS_BIND)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"{folder}/{name}")
    os.symlink("/proc/self/fd", f"{folder}/fd")
    _memory(_made(f"{folder}/shm"), size, mode="1777")
    # Terminals are a convenience; some kernels keep them from namespaces.
    with contextlib.suppress(OSError):
        mount("devpts", _made(f"{folder}/pts"), "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620")
        os.symlink("pts/ptmx", f"{folder}/ptmx")
    restrict_mount(folder, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, recursive=False)
