"""One façade and one event loop for the length of a command."""

import asyncio
import getpass
import os
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import typer

from backend_factory.cli.facade import Facade, Opener, open_factory
from backend_factory.errors import FactoryError

T = TypeVar("T")


class Session:
    """Commands are synchronous, so that a prompt can be interrupted; what they ask of the façade may not be."""

    def __init__(self, factory: Facade, loop: asyncio.Runner) -> None:
        self.factory = factory
        self._loop = loop

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for `work`. Ctrl-C cancels it and raises KeyboardInterrupt once it has put its things away."""
        return self._loop.run(work)


@contextmanager
def session(context: typer.Context) -> Iterator[Session]:
    """The session of a command; the façade is closed at its end."""
    opener: Opener = context.obj or open_factory
    factory = opener()
    try:
        with asyncio.Runner() as loop:
            yield Session(factory, loop)
    finally:
        factory.close()


def person(opened: Session, given: str, repository: str | Path) -> str:
    """The name under which this person's words are recorded: what they say, else what git knows, else the login name.

    Whoever sits at a keyboard can say any name; it is a record, and no proof.
    """
    if given.strip():
        return given.strip()
    # Where git or the repository is missing, the command itself says so, or does without.
    with suppress(FactoryError):
        if known := opened.do(opened.factory.person(Path(repository))):
            return known
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
