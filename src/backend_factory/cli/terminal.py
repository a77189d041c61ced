"""Where output goes: data to stdout, all else to stderr, and nothing of a stranger's text but its visible characters."""

import json
import re
import sys
from typing import TextIO

from pydantic import BaseModel
from rich.console import Console
from rich.text import Text

from backend_factory.workspace.plain import plain

_BREAK = re.compile("[ ]*[\t\n\u2028\u2029]\\s*")
_HIDDEN = re.compile("[\u061c\u200b\ufeff\U000e0000-\U000e007f]")


def shown(text: str) -> str:
    """`text` on one line: no escape sequences, control, bidirectional or hidden characters, no lone surrogates."""
    visible = _HIDDEN.sub("", plain(text)).encode("utf-8", "replace").decode()
    return _BREAK.sub(" ", visible).strip()


class _Screen(Console):
    def on_broken_pipe(self) -> None:
        raise  # rich would end the process, with a status that means something else here


def console(stream: TextIO) -> Console:
    """A console that animates only on a terminal and takes no markup. NO_COLOR is honoured by rich.

    Where its reader has gone away, it raises BrokenPipeError.
    """
    return _Screen(file=stream, force_terminal=stream.isatty(), markup=False, highlight=False, emoji=False, soft_wrap=True)


class Terminal:
    """The two streams of a command."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.err = console(sys.stderr)
        self.screen = self.err if as_json else console(sys.stdout)
        """For people."""

    def say(self, text: str = "", style: str = "") -> None:
        """One line for people; stdout, or stderr where stdout carries JSON. `text` is made safe here."""
        mark = re.match(r"\s*", text)
        indent = mark[0] if mark else ""
        self.screen.print(Text(indent + shown(text), style))

    def note(self, text: str, style: str = "") -> None:
        """One line on stderr."""
        self.err.print(Text(shown(text), style))

    def fail(self, message: str, hint: str = "") -> None:
        """What went wrong, and what to do next."""
        self.err.print(Text.assemble(("error: ", "bold red"), shown(message)))
        if hint:
            self.hint(hint)

    def hint(self, text: str) -> None:
        """What to do next."""
        self.err.print(Text.assemble(("hint: ", "bold cyan"), shown(text)))

    def data(self, value: object) -> None:
        """One JSON object on one line of stdout, in ASCII: safe to show, and to read line by line."""
        sys.stdout.write(json_line(value) + "\n")
        sys.stdout.flush()


def json_line(value: object) -> str:
    """`value`, which may hold records, as JSON."""
    return json.dumps(value, default=_plain_value)


def _plain_value(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} is not JSON")
