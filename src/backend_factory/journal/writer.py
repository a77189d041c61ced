"""The one connection through which a journal does its everyday work: kept open, one thing at a time, without detours."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from sqlalchemy import Engine


class Writer:
    """Transactions that are durable when they end. A second thread waits its turn, a second process up to the busy timeout."""

    _synchronous = "FULL"

    def __init__(self, engine: Engine) -> None:
        self._pooled = engine.raw_connection()
        connection = self._pooled.driver_connection
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - the engine is SQLite's
        self._connection = connection
        self._turn = threading.Lock()

    def close(self) -> None:
        """Give the connection back."""
        self._pooled.close()

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
