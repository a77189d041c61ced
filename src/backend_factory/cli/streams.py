"""The three streams of the process, whatever state they were handed over in."""

import os
import sys
from typing import BinaryIO

from backend_factory.errors import AskerError


def make_usable() -> None:
    """Put /dev/null where a stream is closed, so that no file of ours gets its number and is written to as if it were one.

    A terminal that cannot show a character gets the character's code instead of a crash.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as we do
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def standard_input() -> BinaryIO:
    """What is read for `-`. AskerError when it is closed."""
    if sys.stdin is None:
        raise AskerError("standard input is closed", hint="pipe the text in, or give it as TEXT")
    return sys.stdin.buffer
