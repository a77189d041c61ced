"""The one connection through which a journal writes: kept open, one transaction at a time, run by the driver itself."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator

from sqlalchemy import Engine


class Writer:
    """Transactions that are durable when they end. A second thread waits its turn, a second process up to the busy timeout."""

    def __init__(self, engine: Engine) -> None:
        self._pooled = engine.raw_connection()
        connection = self._pooled.driver_connection
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - the engine is SQLite's
        self._connection = connection
        self._turn = threading.Lock()

    def close(self) -> None:
        """Give the connection back."""
        self._pooled.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Cursor]:
        """A cursor; what it wrote is durable when the block ends, and undone when an error leaves it. sqlite3.Error."""
        with self._turn:
            cursor = self._connection.cursor()
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
