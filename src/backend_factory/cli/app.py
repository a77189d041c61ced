"""The program `backend-factory`: commands put together, and every ending turned into words and an exit code."""

import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from backend_factory.cli.examples import epilog
from backend_factory.cli.exits import Exit
from backend_factory.cli.interrupted import Interrupted, first_interruption
from backend_factory.cli.streams import make_usable
from backend_factory.cli.terminal import Terminal
from backend_factory.errors import FactoryError
from backend_factory.workspace.plain import plain

if TYPE_CHECKING:
    from backend_factory.cli.facade import Opener

COMMANDS = {
    "run": "commands_run",
    "resume": "commands_run",
    "answer": "commands_answer",
    "cancel": "commands_answer",
    "status": "commands_look",
    "watch": "commands_look",
    "log": "commands_look",
    "report": "commands_report",
    "metrics": "commands_report",
    "detect": "commands_detect",
    "team": "commands_team",
    "doctor": "commands_machine",
    "init": "commands_machine",
}
"""Command -> module with a function of that name, imported when it is wanted: `detect` must not wait for the others."""

MACHINES = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EIO}
    | {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENXIO, errno.ENODEV, errno.ESTALE}
)
"""Trouble of the machine wherever it comes from; every other error of the operating system is a fault of ours."""


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("backend-factory"))
        raise typer.Exit


def _root(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """From one sentence to a reviewed, tested, deployed backend feature."""


class ReaderGone(Exception):
    """Whoever read standard output does not any more."""


def _ending(command: Callable[..., int]) -> Callable[..., int]:
    """`command`, whose two endings from outside are told apart before typer gives them exit codes of its own."""

    @wraps(command)
    def performed(*arguments: object, **options: object) -> int:
        try:
            ended = command(*arguments, **options)
            sys.stdout.flush()
            return ended
        except BrokenPipeError as reason:
            raise ReaderGone from reason
        except KeyboardInterrupt as reason:
            raise first_interruption(reason) from None

    return performed


def build(wanted: str = "") -> typer.Typer:
    """The program with the one command that is wanted, or with all where it names none."""
    app = typer.Typer(name="backend-factory", rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback()(_root)
    for name in [wanted] if wanted in COMMANDS else COMMANDS:
        command = getattr(import_module(f"backend_factory.cli.{COMMANDS[name]}"), name)
        app.command(name, epilog=epilog(name))(_ending(command))
    return app


def execute(arguments: Sequence[str], opener: "Opener | None" = None) -> int:
    """Perform one command line and return its exit code; `opener` opens the façade, by default that of this machine."""
    try:
        return _told(list(arguments) or ["--help"], opener)
    except (ReaderGone, BrokenPipeError):
        # What is still in the buffers would raise again when Python flushes them at the end.
        for stream in (sys.stdout, sys.stderr):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return Exit.PIPE


def _told(line: list[str], opener: "Opener | None") -> int:
    """The command's exit code, with every error told; ReaderGone or BrokenPipeError where nobody is there to be told."""
    try:
        return int(build(line[0])(args=line, prog_name="backend-factory", standalone_mode=False, obj=opener) or Exit.OK)
    except SystemExit as reason:
        raise ReaderGone from reason  # typer's only use of it here: a help page that nobody reads
    except ReaderGone:
        raise
    except (Interrupted, typer.Abort) as reason:
        return _interrupted(reason)
    except typer.TyperException as reason:
        return _misused(reason)
    except FactoryError as reason:
        Terminal().fail(reason.message, reason.hint)
        return reason.exit_code
    except OSError as reason:
        return _broken() if reason.errno not in MACHINES else _refused(reason)
    except Exception:  # noqa: BLE001 - the last place where a fault can be told in words and given its exit code
        return _broken()


def _interrupted(reason: BaseException) -> Exit:
    with _deaf_to_ctrl_c():  # all is put away: one more would only cut the last words
        terminal = Terminal()
        if isinstance(reason, Interrupted) and reason.run_id:
            terminal.note(f"interrupted; run {reason.run_id} is kept as it is")
            terminal.hint(f"backend-factory resume {reason.run_id}")
        else:
            terminal.note("interrupted")
        return Exit.INTERRUPTED


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _misused(reason: typer.TyperException) -> Exit:
    context = getattr(reason, "ctx", None)
    Terminal().fail(reason.format_message(), f"{context.command_path if context else 'backend-factory'} --help")
    return Exit.ASKER


def _refused(reason: OSError) -> Exit:
    place = f": {reason.filename}" if reason.filename else ""
    hint = "free or allow what is missing, then `backend-factory resume`; what was recorded is kept"
    Terminal().fail(f"the machine refuses to go on: {reason.strerror}{place}", hint)
    return Exit.OPERATOR


def _broken() -> Exit:
    terminal = Terminal()
    terminal.err.print(Text(plain(traceback.format_exc()).encode("utf-8", "replace").decode(), "dim"), end="")
    terminal.fail("the factory has a fault", "what was recorded is kept; report the lines above")
    return Exit.INTERNAL


def main(opener: "Opener | None" = None) -> None:
    """Entry point of `backend-factory` and `bf`; `opener` as of `execute`."""
    make_usable()
    sys.exit(execute(sys.argv[1:], opener))
