"""The database's trouble, told as an error that says who can act."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from backend_factory.errors import FactoryError, InternalError, OperatorError

_SPACE = "free some space, then resume; nothing is lost"


@contextlib.contextmanager
def reported(path: Path, doing: str) -> Iterator[None]:
    """Turn what SQLite raises about the journal at `path` into OperatorError or InternalError.

    `doing` says what was tried: "reading run 1a2b". A broken uniqueness stays what it is: it has a meaning to the caller.
    """
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        raise _told(path, doing, error) from error
    except UnicodeDecodeError as error:
        # SQLite's complaint about a damaged table quotes its name, and that is no text any more.
        raise damaged(path, f"bytes that are no text when {doing}") from error


def damaged(path: Path, what: str) -> InternalError:
    """The error for a record that cannot be what the factory wrote."""
    hint = f"keep a copy of {path}; `sqlite3 FILE .recover` may save what is readable; nothing was guessed"
    return InternalError(f"the journal is damaged: {what}", hint=hint)


def _told(path: Path, doing: str, error: sqlite3.Error) -> FactoryError:
    name = getattr(error, "sqlite_errorname", "")
    kind = "_".join(name.split("_")[:2])  # extended codes, such as SQLITE_BUSY_SNAPSHOT, start with their kind
    match kind:
        case "SQLITE_BUSY" | "SQLITE_LOCKED":
            return OperatorError(f"the journal {path} is locked by another program", hint="close it or wait; try again")
        case "SQLITE_FULL":
            return OperatorError(f"no space left for the journal {path}", hint=_SPACE)
        case "SQLITE_IOERR":
            hint = f"check the disk; {_SPACE}"
            return OperatorError(f"the disk refuses the journal {path} ({name}) when {doing}", hint=hint)
        case "SQLITE_CORRUPT" | "SQLITE_NOTADB" | "SQLITE_ERROR":
            return damaged(path, f"{error} when {doing}")
        case _:
            hint = "check its permissions, or set BACKEND_FACTORY_HOME"
            return OperatorError(f"the journal {path} cannot be used: {error}", hint=hint)
