"""Starts ministack; a script that `emulator.py` runs in a process and an environment of its own.

The runtime API through which ministack hands events to a function writes head and body of an answer in two pieces.
With Nagle's algorithm the second waits for the client's delayed acknowledgement: 40 ms on every request.
"""

import socketserver


def main() -> None:
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    from ministack.app import main as serve

    serve()


if __name__ == "__main__":
    main()
