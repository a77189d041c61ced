"""The system calls that Python has no function for. Linux on x86-64 and arm64."""

import ctypes
import os

_LIBC = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 1, 2, 4
_AT_RECURSIVE = 0x8000
_AT_FDCWD = -100

_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_CAPSET = {"x86_64": 126, "aarch64": 91}
_MOUNT_SETATTR = 442


def call(number: int, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """What the system call of this number returns. OSError where it fails."""
    return _checked(_LIBC.syscall(ctypes.c_long(number), *map(_as_long, arguments)))


def prctl(option: int, value: int, pointer: int = 0) -> None:
    """OSError where it fails."""
    _checked(_LIBC.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(pointer), ctypes.c_ulong(0), ctypes.c_ulong(0)))


def unshare(flags: int) -> None:
    """OSError where this process may not have these namespaces."""
    _checked(_LIBC.unshare(flags))


def setns(descriptor: int, flags: int) -> None:
    """OSError where this process may not enter."""
    _checked(_LIBC.setns(descriptor, flags))


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """OSError with `target` where it fails."""
    words = [word.encode() or None for word in (source, target, kind)]
    _checked(_LIBC.mount(*words, ctypes.c_ulong(flags), options.encode() or None), target)


def restrict_mount(target: str, attributes: int, *, recursive: bool = True) -> None:
    """Adds MOUNT_ATTR_... to the mount at `target` and, if recursive, to all below it (Linux 5.12)."""
    asked = ctypes.create_string_buffer(attributes.to_bytes(8, "little") + bytes(24), 32)
    try:
        call(_MOUNT_SETATTR, _AT_FDCWD, os.fsencode(target), _AT_RECURSIVE if recursive else 0, asked, 32)
    except OSError as reason:
        raise OSError(reason.errno, reason.strerror, target) from reason


def unmount(target: str) -> None:
    """Out of sight at once, gone when nobody uses it."""
    _checked(_LIBC.umount2(target.encode(), MNT_DETACH), target)


def pivot_root(new: str, old: str) -> None:
    """OSError where it fails."""
    call(_PIVOT_ROOT[os.uname().machine], new.encode(), old.encode())


def drop_capabilities() -> None:
    """All of them, for this process and whatever it executes, also as root."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            # EINVAL: there are no more; EPERM: this process never had any.
            break
    version_3 = (0x20080522).to_bytes(4, "little") + bytes(4)
    call(_CAPSET[os.uname().machine], ctypes.create_string_buffer(version_3, 8), ctypes.create_string_buffer(24))


def _as_long(argument: int | bytes | ctypes.Array[ctypes.c_char] | None) -> object:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def _checked(result: int, place: str | None = None) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), place) if place else OSError(number, os.strerror(number))
    return result
