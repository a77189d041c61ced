"""The one connection of a journal to its file: kept open, one thing at a time."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from backend_factory.errors import OperatorError
from backend_factory.journal.statements import ADD_SEALS, SCHEMA, SCHEMA_VERSION

_BUSY = 5.0  # seconds that another process's transaction is waited for


class Database:
    """Transactions that are durable when they end. A second thread waits its turn, a second process up to the busy timeout."""

    def __init__(self, path: Path) -> None:
        """Open the file, made if it is not there, and bring it to this version's tables. sqlite3.Error, OperatorError."""
        self._path = path
        self._turn = threading.Lock()
        self._synchronous = "FULL"
        # Without an isolation level of the driver's own, transactions begin and end where it is said here.
        self._connection = sqlite3.connect(path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
        try:
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._migrate()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def rows(self, query: str, values: Mapping[str, object]) -> list[Any]:
        """What one SELECT finds, all of it as of one moment. sqlite3.Error."""
        with self._turn:
            return self._connection.execute(query, values).fetchall()

    @contextlib.contextmanager
    def transaction(self, *, outlives: Literal["machine", "process"] = "machine") -> Iterator[sqlite3.Cursor]:
        """A cursor; what it wrote is recorded when the block ends, and undone when an error leaves it. sqlite3.Error.

        What need not outlive the machine's going down, only this process's, is spared the wait for the disk; it becomes
        durable with the next transaction that is.
        """
        with self._turn:
            cursor = self._connection.cursor()
            self._wait_for_the_disk(cursor, "FULL" if outlives == "machine" else "NORMAL")
            # A writer that starts as a reader cannot wait for another writer; one that says so at once waits its turn.
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    with contextlib.suppress(sqlite3.Error):
                        cursor.execute("ROLLBACK")
                cursor.close()

    def _wait_for_the_disk(self, cursor: sqlite3.Cursor, synchronous: Literal["FULL", "NORMAL"]) -> None:
        if synchronous != self._synchronous:
            cursor.execute(f"PRAGMA synchronous={synchronous}")
            self._synchronous = synchronous

    def _migrate(self) -> None:
        """Only one of two processes that open a new file does it."""
        if self._version() == SCHEMA_VERSION:
            return
        with self.transaction() as cursor:
            version = self._version()
            if version == 1:
                cursor.execute(ADD_SEALS)
            if version < SCHEMA_VERSION:
                for statement in SCHEMA:
                    cursor.execute(statement)
                cursor.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    def _version(self) -> int:
        [version] = self._connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            hint = "upgrade this one, or use another folder"
            raise OperatorError(f"{self._path} was written by a newer Backend Factory", hint=hint)
        return int(version)
