"""The program, loaded once for many commands: `python loaded_program.py SOCKET`, with the number of an open socket.

Each request that comes through the socket is performed by a process of its own, forked with all imported and what detection
learnt read, in the environment, the folder and with the three streams that came along; the answer is its exit code. To start an
interpreter for each of some hundreds of commands takes most of the tests' time, and shows nothing that the first did not.
"""

import json
import os
import socket
import sys
from typing import Any

import quick_line

import backend_factory.doctor
import backend_factory.factory  # noqa: F401 - imported for those that will want them
from backend_factory.cli import app
from backend_factory.intake import detect

LONGEST_REQUEST = 100_000
"""Bytes."""


def main(connection: socket.socket) -> None:
    app.build()
    detect("an API for notes")  # reads what was learnt
    while True:
        request, streams, _, _ = socket.recv_fds(connection, LONGEST_REQUEST, 3)
        if not request:
            return
        child = os.fork()
        if child == 0:
            connection.close()
            perform(json.loads(request), streams)
            return
        for stream in streams:
            os.close(stream)
        _, status = os.waitpid(child, 0)
        connection.send(b"%d" % os.waitstatus_to_exitcode(status))


def perform(request: dict[str, Any], streams: list[int]) -> None:
    """Become the program; SystemExit at its end."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115 - as long as the process
        for number, (mode, errors) in enumerate([("r", "strict"), ("w", "strict"), ("w", "backslashreplace")])
    )
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.argv[1:] = request["arguments"]
    (quick_line.main if request["quick"] else app.main)()


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
