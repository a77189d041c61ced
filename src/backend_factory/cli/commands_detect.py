"""`detect`: is a text for us?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from backend_factory.cli.exits import Exit
from backend_factory.cli.options import AsJson
from backend_factory.cli.streams import standard_input
from backend_factory.cli.terminal import Terminal
from backend_factory.domain.detection import Detection
from backend_factory.errors import AskerError
from backend_factory.intake import LONGEST_REQUEST, read_request
from backend_factory.intake import detect as look_at


def detect(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="The text; - reads it from standard input.")] = None,
    lines: Annotated[Path | None, typer.Option(help="A file of one text a line; - is standard input.")] = None,
    as_json: AsJson = False,
) -> int:
    """Say whether a text asks for backend work, and what for. Starts nothing."""
    terminal = Terminal(as_json=as_json)
    if (text is None) == (lines is None):
        raise AskerError("give the text either as TEXT or with --lines", hint='backend-factory detect "I need an API for ..."')
    if text is not None:
        raw = standard_input().read(LONGEST_REQUEST + 1) if text == "-" else text
        _tell(terminal, look_at(read_request(raw)))
    elif lines == Path("-"):
        _stream(terminal, standard_input())
    elif lines is not None:
        try:
            with lines.open("rb") as stream:
                _stream(terminal, stream)
        except BrokenPipeError:
            raise  # the reader's doing, not the file's
        except OSError as reason:
            raise AskerError(f"{lines} cannot be read: {reason.strerror}", hint="check the path") from reason
    return Exit.OK


def _stream(terminal: Terminal, stream: BinaryIO) -> None:
    for raw in _texts(stream):
        try:
            detection = look_at(read_request(raw))
        except AskerError as reason:
            # Every line has its answer, so that answers and lines can be put side by side.
            detection = Detection(verdict="other", title="", patterns=(), entities=(), frontend="", reason=reason.message)
        _tell(terminal, detection)


def _texts(stream: BinaryIO) -> Iterator[bytes]:
    """Lines without their ends, each at most one byte longer than a request may be; the rest of a longer one is skipped."""
    while raw := stream.readline(LONGEST_REQUEST + 1):
        rest = raw
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_REQUEST)
        yield raw.removesuffix(b"\n") or b" "


def _tell(terminal: Terminal, detection: Detection) -> None:
    if terminal.as_json:
        terminal.data(detection)
    elif detection.verdict == "backend":
        terminal.say(f"🏭 Backend Factory detected: {detection.title}")
    else:
        terminal.say(f"Not backend work: {detection.reason}")
