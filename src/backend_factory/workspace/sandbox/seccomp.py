"""A filter of system calls: what no build, test or agent needs, and what leads around the other walls.

The program is classic BPF over `struct seccomp_data`: https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import ctypes
import errno
import os
import struct

from backend_factory.workspace.sandbox.syscalls import PR_SET_SECCOMP, prctl

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Name: number on x86-64, on arm64 (-1: there is none).
_REFUSED = {
    # Other processes.
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438),
    # Mounts and namespaces: a new one would give back powers that were taken.
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    # It does by itself what a filter of system calls would refuse: sockets, for one.
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    # Memory that belongs to no process and no size-limited folder.
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
    # Parts of the kernel that are the machine's, or that have been its weak ones.
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "syslog": (103, 116), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225),
    "acct": (163, 89), "quotactl": (179, 60), "settimeofday": (164, 170), "clock_settime": (227, 112), "iopl": (172, -1),
    "ioperm": (173, -1),
}  # fmt: skip
# Where there is no namespace of its own, these reach what a rule about paths does not cover.
_REFUSED_OUTSIDE = {
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "chown": (92, -1), "fchown": (93, 55), "lchown": (94, -1), "fchownat": (260, 54),
    "setpriority": (141, 140), "sched_setaffinity": (203, 122),
}  # fmt: skip
_CLONE, _CLONE3, _SOCKET, _IOCTL = (56, 220), (435, 435), (41, 198), (16, 29)
_ANY_NAMESPACE = 0x7E020000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24  # offsets in struct seccomp_data, of the lower halves
_LOAD, _AND, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000

_UNIX, _INTERNET, _INTERNET_6, _NETLINK, _STREAM = 1, 2, 10, 16, 1  # the module socket would take longer than all else here

LOCAL = (_UNIX, _INTERNET, _INTERNET_6, _NETLINK)
"""Families of sockets that stay within a network namespace; a virtual machine's AF_VSOCK, for one, does not."""
INTERNET = (_INTERNET, _INTERNET_6)


def program(families: tuple[int, ...], *, namespaces: bool) -> bytes:
    """The filter. Only sockets of these families can be made; without namespaces only streams: rules for ports know no others."""
    machine = os.uname().machine
    column = list(_ARCHITECTURES).index(machine)
    lines = [_op(_LOAD, _ARCHITECTURE), _op(_EQUAL, _ARCHITECTURES[machine], 1, 0), _refuse(errno.EPERM), _op(_LOAD, _NUMBER)]
    if machine == "x86_64":
        lines += _where(_AT_LEAST, 0x40000000, [_refuse(errno.ENOSYS)])
    for numbers in (*_REFUSED.values(), *(() if namespaces else _REFUSED_OUTSIDE.values())):
        if numbers[column] >= 0:
            lines += _where(_EQUAL, numbers[column], [_refuse(errno.EPERM)])
    # Its flags are out of a filter's sight; every C library then uses clone.
    lines += _where(_EQUAL, _CLONE3[column], [_refuse(errno.ENOSYS)])
    lines += _where(
        _EQUAL,
        _CLONE[column],
        [_op(_LOAD, _FIRST), *_where(_ANY_BIT, _ANY_NAMESPACE, [_refuse(errno.EPERM)]), _op(_RETURN, _ALLOW)],
    )
    typing = [*_where(_EQUAL, _TIOCSTI, [_refuse(errno.EPERM)]), *_where(_EQUAL, _TIOCLINUX, [_refuse(errno.EPERM)])]
    lines += _where(_EQUAL, _IOCTL[column], [_op(_LOAD, _SECOND), *typing, _op(_RETURN, _ALLOW)])
    lines += _where(_EQUAL, _SOCKET[column], _sockets(families, namespaces))
    return b"".join([*lines, _op(_RETURN, _ALLOW)])


def install(filtering: bytes) -> None:
    """From now on, for this process and all that it starts; there is no way back."""
    lines = ctypes.create_string_buffer(filtering, len(filtering))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(filtering) // 8, ctypes.addressof(lines)))
    prctl(PR_SET_SECCOMP, 2, ctypes.addressof(header))


def _sockets(families: tuple[int, ...], namespaces: bool) -> list[bytes]:
    lines = []
    if not namespaces:
        low_bits = 0xF  # the others say close-on-exec and not to block
        stream = [_op(_LOAD, _SECOND), _op(_AND, low_bits), _op(_EQUAL, _STREAM, 1, 0), _refuse(errno.EACCES)]
        lines += stream
    lines.append(_op(_LOAD, _FIRST))
    for family in families:
        lines += _where(_EQUAL, family, [_op(_RETURN, _ALLOW)])
    return [*lines, _refuse(errno.EACCES)]


def _where(test: int, value: int, then: list[bytes]) -> list[bytes]:
    return [_op(test, value, 0, len(then)), *then]


def _refuse(number: int) -> bytes:
    return _op(_RETURN, _ERRNO | number)


def _op(code: int, value: int, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("HBBI", code, true, false, value)
