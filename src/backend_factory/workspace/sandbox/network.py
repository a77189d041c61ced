"""Ports that lead through an attempt's own network: of the machine's loopback inside it, and of its own outside."""

import contextlib
import fcntl
import os
import signal
import struct
from _socket import AF_INET, AF_UNIX, SCM_RIGHTS, SO_REUSEADDR, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET, socket, socketpair

from backend_factory.workspace.sandbox.syscalls import CLONE_NEWNET, CLONE_NEWUSER, PR_SET_PDEATHSIG, prctl, setns

_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1
_CONNECTIONS = 256
_LOOPBACK = "127.0.0.1"


def raise_loopback() -> None:
    """In a new network namespace the loopback is down."""
    asking = socket(AF_INET, SOCK_DGRAM)
    answer = bytearray(fcntl.ioctl(asking.fileno(), _SIOCGIFFLAGS, struct.pack("16sh22x", b"lo", 0)))
    flags = struct.unpack_from("h", answer, 16)[0] | _IFF_UP
    fcntl.ioctl(asking.fileno(), _SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags))
    asking.close()


def exchange() -> tuple[socket, socket]:
    """Where listening sockets go from inside (second) to outside (first)."""
    return socketpair(AF_UNIX, SOCK_DGRAM)


def listen(ports: list[int], exchanged: socket) -> None:
    """Called inside: hands sockets that listen on these ports of the attempt's own loopback to the outside."""
    descriptors = []
    for port in ports:
        listening = socket(AF_INET, SOCK_STREAM)
        listening.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        listening.bind((_LOOPBACK, port))
        listening.listen(128)
        descriptors.append(listening.detach())
    exchanged.sendmsg([b"."], [(SOL_SOCKET, SCM_RIGHTS, struct.pack(f"{len(descriptors)}i", *descriptors))])
    for descriptor in descriptors:
        os.close(descriptor)


def listen_within(process: int, ports: list[int], exchanged: socket) -> None:
    """As `listen`, in the network namespace of another process, which is a child's. OSError where it cannot be entered."""
    helper = os.fork()
    if helper == 0:
        with contextlib.suppress(OSError):
            setns(os.pidfd_open(process), CLONE_NEWUSER | CLONE_NEWNET)
            listen(ports, exchanged)
            os._exit(0)
        os._exit(1)
    if os.waitpid(helper, 0)[1]:
        raise OSError(0, "the network of the sandbox cannot be entered")


def listening(ports: list[int]) -> list[socket]:
    """Called outside: sockets that listen on these ports of the machine's loopback. OSError where one is taken."""
    doors = []
    for port in ports:
        door = socket(AF_INET, SOCK_STREAM)
        door.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        door.bind((_LOOPBACK, port))
        door.listen(128)
        doors.append(door)
    return doors


def lead_in(process: int, ports: list[int], doors: list[socket]) -> int:
    """The number of a new process that connects what arrives at `doors` to these ports in the network of another, which is a
    child's. It makes its connections from in there; the doors stay outside."""
    pid = os.fork()
    if pid:
        for door in doors:
            door.close()
        return pid
    try:
        _stay()
        setns(os.pidfd_open(process), CLONE_NEWUSER | CLONE_NEWNET)
        _stay()  # what a process wants of its parent can get lost on such a way
        _serve(dict(zip([door.detach() for door in doors], ports, strict=True)))
    finally:
        os._exit(1)


def _stay() -> None:
    """As long as the launcher does, and no longer."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def forward(ports: list[int], exchanged: socket) -> int:
    """The number of a new process that connects what arrives at these listening sockets to the machine's loopback."""
    pid = os.fork()
    if pid:
        return pid
    try:
        _stay()
        message = exchanged.recvmsg(1, 4096)[1]
        descriptors = struct.unpack(f"{len(ports)}i", message[0][2][: 4 * len(ports)])
        _serve(dict(zip(descriptors, ports, strict=True)))
    finally:
        os._exit(1)


def _serve(listening: dict[int, int]) -> None:
    import socket
    import threading

    free = threading.BoundedSemaphore(_CONNECTIONS)

    def copy(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while arrived := source.recv(65536):
                sink.sendall(arrived)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def converse(inside: socket.socket, port: int) -> None:
        with free, contextlib.suppress(OSError), inside, socket.create_connection((_LOOPBACK, port), 10) as outside:
            outside.settimeout(None)
            for end in (inside, outside):
                # Or a second small piece would wait for the first one's delayed acknowledgement.
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answering = threading.Thread(target=copy, args=(outside, inside), daemon=True)
            answering.start()
            copy(inside, outside)
            answering.join()

    def accept(descriptor: int, port: int) -> None:
        with socket.socket(fileno=descriptor) as door:
            while True:
                inside, _ = door.accept()
                threading.Thread(target=converse, args=(inside, port), daemon=True).start()

    for descriptor, port in listening.items():
        threading.Thread(target=accept, args=(descriptor, port), daemon=True).start()
    signal.pause()
