"""Tries to break one promise, from where a stranger's program stands. A script of its own, which imports nothing of the factory.

`python -I -S trial.py NAME SCENE`, where SCENE is JSON: see `promises.Scene`. Prints JSON: `broken`, what it could do, and
`held`, what kept it from the rest.
"""
# ruff: noqa: PTH101, PTH102, PTH104, PTH108, PTH112, PTH113, PTH116, PTH118, PTH120, PTH123, PTH208, PTH211, SIM115

import contextlib
import ctypes
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

_METADATA = "169.254.169.254"
_DOCUMENTATION = "192.0.2.1"  # RFC 5737: nobody's
_HOST_SOCKETS = ("/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock", "/run/dbus/system_bus_socket")


class Trial:
    """What came of it so far."""

    def __init__(self, scene: dict[str, Any]) -> None:
        self.scene = scene
        self.broken: list[str] = []
        self.held: list[str] = []

    def attempt(self, what: str, act: Callable[[], object]) -> None:
        """Do it; any error of the system is a wall."""
        try:
            act()
        except OSError as reason:
            self.held.append(f"{what}: {reason.strerror or reason}")
        else:
            self.broken.append(what)

    def place(self, name: str) -> str:
        """A path of the scene."""
        return str(self.scene[name])


def write(trial: Trial) -> None:
    secret, work = trial.place("secret"), trial.place("work")
    linked, hard = os.path.join(work, "link"), os.path.join(work, "hard")
    trial.attempt("append to a file", lambda: open(secret, "a").close())
    trial.attempt("make a file beside it", lambda: open(secret + ".new", "x").close())
    trial.attempt("make a folder beside it", lambda: os.mkdir(secret + ".folder"))
    trial.attempt("truncate", lambda: os.truncate(secret + ".spare", 0))
    trial.attempt("rename", lambda: os.rename(secret + ".spare", secret + ".moved"))
    trial.attempt("delete", lambda: os.unlink(secret + ".moved"))
    with contextlib.suppress(OSError):
        os.symlink(secret, linked)
    trial.attempt("through a symbolic link", lambda: open(linked, "a").close())
    trial.attempt("through a hard link", lambda: _linked(secret, hard))
    for root in ("/proc/self/root", "/proc/1/root", "/proc/self/cwd/../../../../.."):
        trial.attempt(f"through {root}", lambda root=root: open(root + secret, "a").close())  # type: ignore[misc]
    for number in range(64):
        if os.path.isdir(f"/proc/self/fd/{number}"):
            place = f"/proc/self/fd/{number}/../../../../../../..{secret}"
            trial.attempt(f"through descriptor {number}", lambda place=place: open(place, "a").close())  # type: ignore[misc]


def _linked(file: str, hard: str) -> None:
    os.link(file, hard)
    open(hard, "a").close()


def modes(trial: Trial) -> None:
    secret = trial.place("secret")
    trial.attempt("change the mode", lambda: os.chmod(secret, 0o644))
    trial.attempt("change the times", lambda: os.utime(secret))


def read(trial: Trial) -> None:
    trial.attempt("read a file", lambda: open(trial.place("secret")).read())
    trial.attempt("list its folder", lambda: os.listdir(os.path.dirname(trial.place("secret"))))
    trial.attempt("through /proc/1/root", lambda: open("/proc/1/root" + trial.place("secret")).read())
    for name in ("home", "state"):
        trial.attempt(f"list {name}", lambda name=name: _listed(trial.place(name)))  # type: ignore[misc]
    trial.attempt("read /etc/shadow", lambda: open("/etc/shadow").read())


def _listed(folder: str) -> None:
    # Above the places that were given there are empty folders with the names that the machine has.
    if not any(os.path.isfile(os.path.join(folder, name)) for name in os.listdir(folder)):
        raise OSError(0, "no files in it")


def names(trial: Trial) -> None:
    trial.attempt("see that a file is there, and its size", lambda: os.stat(trial.place("secret")))


def processes(trial: Trial) -> None:
    marker, victim = trial.place("marker")[::-1], int(trial.scene["victim"])
    trial.attempt("see another process", lambda: _find(marker, "cmdline"))
    trial.attempt("read its environment", lambda: _find(marker, "environ"))
    trial.attempt("read its memory", lambda: open(f"/proc/{victim}/mem", "rb").close())
    trial.attempt("signal it", lambda: os.kill(victim, 0))


def _find(marker: str, file: str) -> None:
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            with contextlib.suppress(OSError):
                if marker.encode() in open(f"/proc/{name}/{file}", "rb").read():
                    return
    raise OSError(0, "not among the processes that can be seen")


def network(trial: Trial) -> None:
    trial.attempt("the machine's loopback", lambda: _connect("127.0.0.1", int(trial.scene["port"])))
    trial.attempt("a way out", lambda: _way(_DOCUMENTATION))


def metadata(trial: Trial) -> None:
    trial.attempt("a way to the metadata address", lambda: _way(_METADATA))


def _connect(address: str, port: int) -> None:
    with socket.create_connection((address, port), 2) as connection:
        connection.settimeout(2)
        if connection.recv(16) != b"hello":
            raise OSError(0, "nobody answers")


def _way(address: str) -> None:
    # A datagram socket that is connected sends nothing: it only looks for a way.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as looking:
        looking.connect((address, 80))


def sockets(trial: Trial) -> None:
    for place in (trial.place("socket"), "\0" + trial.place("abstract"), *_HOST_SOCKETS):
        trial.attempt(place.replace("\0", "@"), lambda place=place: _local(place))  # type: ignore[misc]


def _local(place: str) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(place)


def families(trial: Trial) -> None:
    raw, stream = socket.SOCK_RAW, socket.SOCK_STREAM
    # By number: not every Python has the names.
    for name, number, kind in (("packets", 17, raw), ("virtual machines", 40, stream), ("ciphers", 38, socket.SOCK_SEQPACKET)):
        trial.attempt(f"a socket for {name}", lambda number=number, kind=kind: socket.socket(number, kind).close())  # type: ignore[misc]


def loopback(trial: Trial) -> None:
    """Turned round: what a test with a server of its own must be able to do."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), 2).close()
    except OSError as reason:
        trial.broken.append(f"a server of its own cannot be reached: {reason.strerror or reason}")
    else:
        trial.held.append("a server of its own can be reached")


def ports(trial: Trial) -> None:
    try:
        _connect("127.0.0.1", int(trial.scene["allowed"]))
    except OSError as reason:
        trial.broken.append(f"the allowed port cannot be reached: {reason.strerror or reason}")
    trial.attempt("a port that was not allowed", lambda: _connect("127.0.0.1", int(trial.scene["port"])))


def powers(trial: Trial) -> None:
    libc = ctypes.CDLL(None, use_errno=True)

    def system_call(number: int, *arguments: object) -> None:
        if libc.syscall(number, *arguments) < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    x86 = os.uname().machine == "x86_64"
    trial.attempt("a user namespace", lambda: _in_a_child(lambda: system_call(272 if x86 else 97, 0x10000000)))
    trial.attempt("a mount", lambda: system_call(165 if x86 else 40, b"none", trial.place("work").encode(), b"tmpfs", 0, None))
    trial.attempt("an io_uring", lambda: system_call(425, 1, ctypes.create_string_buffer(120)))
    trial.attempt("the kernel's settings", lambda: open("/proc/sys/kernel/core_pattern", "r+").close())


def _in_a_child(act: Callable[[], None]) -> None:
    child = os.fork()
    if child == 0:
        with contextlib.suppress(OSError):
            act()
            os._exit(0)
        os._exit(1)
    if os.waitpid(child, 0)[1]:
        raise OSError(0, "refused")


def git(trial: Trial) -> None:
    work = trial.place("work")
    folder, draft = os.path.join(work, ".git"), os.path.join(work, "draft")
    open(draft, "w").close()
    trial.attempt("write a hook", lambda: open(os.path.join(folder, "hooks", "pre-commit"), "w").close())
    trial.attempt("rename a file into it", lambda: os.rename(draft, os.path.join(folder, "hooks", "post-checkout")))
    trial.attempt("change the settings", lambda: open(os.path.join(folder, "config"), "a").close())
    hard = os.path.join(work, "settings")
    trial.attempt("through a hard link", lambda: _linked(os.path.join(folder, "config"), hard))
    trial.attempt("delete a file of it", lambda: os.unlink(os.path.join(folder, "config")))
    trial.attempt("put another in its place", lambda: os.rename(folder, folder + ".old"))


def tasks(trial: Trial) -> None:
    for _ in range(200):
        if os.fork() == 0:
            time.sleep(3)
            os._exit(0)
    time.sleep(0.5)
    trial.broken.append("200 processes at a time")


def memory(trial: Trial) -> None:
    taken = bytearray(600_000_000)
    for position in range(0, len(taken), 4096):
        taken[position] = 1
    time.sleep(0.5)
    trial.broken.append("600 MB of memory")


def file(trial: Trial) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    trial.attempt("a file of 16 MB", lambda: _filled(os.path.join(trial.place("work"), "big"), 16))


def disk(trial: Trial) -> None:
    for number in range(16):
        _filled(os.path.join(trial.place("work"), f"part{number}"), 6)
        time.sleep(0.05)  # what others free at one moment hides only what is written at the same
    time.sleep(1.5)
    trial.broken.append("96 MB of files")


def _filled(path: str, megabytes: int) -> None:
    with open(path, "wb", buffering=0) as growing:
        for _ in range(megabytes):
            if growing.write(bytes(1_000_000)) < 1_000_000:
                raise OSError(0, "it was cut short")


def cpu(trial: Trial) -> None:
    while time.process_time() < 2:
        pass
    trial.broken.append("2 s of processor time")


def wall(trial: Trial) -> None:
    time.sleep(3)
    trial.broken.append("3 s")


def survive(trial: Trial) -> None:
    """What it leaves behind counts in a file, for as long as it lives."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            for stream in (0, 1, 2):
                os.close(stream)
            ends = time.monotonic() + 3
            while time.monotonic() < ends:
                with open(os.path.join(trial.place("work"), "alive"), "a") as alive:
                    alive.write(".")
                time.sleep(0.02)
        os._exit(0)
    time.sleep(0.3)
    trial.held.append("left behind")


TRIALS = {
    each.__name__: each
    for each in (
        *(write, modes, read, names, processes, network, metadata, sockets, families, loopback, ports, powers, git),
        *(tasks, memory, file, disk, cpu, wall, survive),
    )
}

if __name__ == "__main__":
    trying = Trial(json.loads(sys.argv[2]))
    TRIALS[sys.argv[1]](trying)
    print(json.dumps({"broken": trying.broken, "held": trying.held}))  # noqa: T201
