"""Which files and ports this process and all that it starts can still use: Landlock's rules.

https://docs.kernel.org/userspace-api/landlock.html
"""

import contextlib
import ctypes
import os
import stat
import struct
from collections.abc import Iterator

from backend_factory.workspace.sandbox.syscalls import call

LEAST = 3
"""The version from which nothing outside can be changed: before, any file could be truncated (Linux 6.2)."""
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION, _BENEATH, _PORT = 1, 1, 2
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE, _IOCTL_DEVICE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE
_READING = _EXECUTE | _READ_FILE | _READ_DIR
_BIND, _CONNECT = 1, 2
_SIGNALS_AND_ABSTRACT_SOCKETS = 3


class Ports:
    """Of any machine, and of this one: a rule knows ports and no addresses. A plain class, for it is imported at each start."""

    def __init__(self, connected: list[int], served: list[int]) -> None:
        """What can be connected to, and what can be listened on. Who serves may also listen on ports that the kernel chooses, and
        connect to these and its own."""
        self.connected = connected
        self.served = served


def version() -> int:
    """The kernel's, 0 where it has none or it is off."""
    try:
        return call(_CREATE, None, 0, _VERSION)
    except OSError:
        return 0


def restrict(readable: list[str], writable: list[str], ports: Ports | None) -> None:
    """Only these places and ports from now on (None: ports are not its matter).

    Needs no-new-privileges. A place that is missing is left out. OSError where the kernel refuses.
    """
    has = version()
    every = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(has, 16)) - 1
    network = 0 if ports is None or has < 4 else _BIND | _CONNECT
    scopes = _SIGNALS_AND_ABSTRACT_SOCKETS if has >= 6 else 0
    attributes = struct.pack("QQQ", every, network, scopes)[: 8 if has < 4 else 16 if has < 6 else 24]
    rules = call(_CREATE, ctypes.create_string_buffer(attributes, len(attributes)), len(attributes), 0)
    for places, rights in ((readable, _READING), (writable, every)):
        for place in places:
            with contextlib.suppress(FileNotFoundError):
                _allow(rules, place, rights & every)
    for port, allowed in _allowed(ports) if ports and network else ():
        call(_ADD, rules, _PORT, ctypes.create_string_buffer(struct.pack("QQ", allowed, port), 16), 0)
    call(_RESTRICT, rules, 0)
    os.close(rules)


def _allowed(ports: Ports) -> Iterator[tuple[int, int]]:
    for port in ports.connected:
        yield port, _CONNECT
    for port in ports.served:
        yield port, _BIND | _CONNECT
    if ports.served:
        first, last = _chosen()
        yield 0, _BIND
        for port in range(first, last + 1):
            yield port, _CONNECT


def _chosen() -> tuple[int, int]:
    """The first and the last port that the kernel chooses from."""
    descriptor = os.open("/proc/sys/net/ipv4/ip_local_port_range", os.O_RDONLY | os.O_CLOEXEC)
    first, last = map(int, os.read(descriptor, 64).split())
    os.close(descriptor)
    return first, last


def _allow(rules: int, place: str, rights: int) -> None:
    descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _FOR_FILES
        rule = struct.pack("=Qi", rights, descriptor)
        call(_ADD, rules, _BENEATH, ctypes.create_string_buffer(rule, len(rule)), 0)
    finally:
        os.close(descriptor)
