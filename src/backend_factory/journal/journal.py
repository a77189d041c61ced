"""The append-only journal of all runs, in SQLite (WAL, synchronous FULL)."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine, create_engine, delete, event, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from backend_factory.domain.event import Event, Requested
from backend_factory.domain.run import Run, RunSummary, apply, begin, rebuild, summarize
from backend_factory.errors import AskerError, InternalError, OperatorError
from backend_factory.journal.owner import is_gone, this_process
from backend_factory.journal.statements import APPEND, APPEND_HELD, PROJECT, TAKE
from backend_factory.journal.tables import SCHEMA_VERSION, events, leases, metadata, runs

LEASE = timedelta(seconds=30)
"""How long a lease holds without being renewed."""

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class Conflict(Exception):
    """Somebody else appended first: load the run again, then decide again."""


class LeaseLost(Exception):
    """Another worker has taken the run over; this one must not write any more."""


class Journal:
    """Events in, runs out. One writer at a time; readers never wait."""

    def __init__(self, path: Path) -> None:
        """Open the journal at `path`, made if it is not there. OperatorError when that cannot be done."""
        self._path = path
        self._engine = _open(path)
        self._reader = self._engine.execution_options(reading=True)
        with self._reported(), self._engine.begin() as connection:
            _migrate(connection, path)

    def close(self) -> None:
        """Let go of the database file."""
        self._engine.dispose()

    # ------------------------------------------------------------ writing

    def start(self, run_id: str, requested: Requested) -> Run:
        """Record a new run. Conflict when the id is taken."""
        run = begin(run_id, requested)
        with self._reported(), self._engine.begin() as connection:
            try:
                self._insert(connection, _row(run, requested), None)
            except IntegrityError as error:
                raise Conflict(run_id) from error
            _project(connection, run)
        return run

    def append(self, run: Run, happened: Event, token: str | None = None) -> Run:
        """Record `happened` as the event after `run.sequence` and return the run that follows.

        With a lease's `token` the event is recorded only while that lease is held (fencing): LeaseLost otherwise.
        Conflict when the run has moved on since `run` was read.
        """
        following = apply(run, happened)
        with self._reported(), self._engine.begin() as connection:
            try:
                self._insert(connection, _row(following, happened), token)
            except IntegrityError as error:
                raise Conflict(run.id) from error
            _project(connection, following)
        return following

    def _insert(self, connection: Connection, row: dict[str, Any], token: str | None) -> None:
        if token is None:
            connection.execute(APPEND, row)
        elif connection.execute(APPEND_HELD, {**row, "token": token}).rowcount != 1:
            raise LeaseLost(row["run"])

    # ------------------------------------------------------------ leases

    def acquire(self, run_id: str) -> str | None:
        """A token with which this process may work on the run; None while another live worker holds it."""
        now, token = time.time(), secrets.token_hex(8)
        with self._reported(), self._engine.begin() as connection:
            held = connection.execute(select(leases.c.owner, leases.c.expires).where(leases.c.run == run_id)).first()
            if held and held.expires > now and not is_gone(held.owner):
                return None
            row = {"run": run_id, "token": token, "owner": this_process(), "expires": now + LEASE.total_seconds()}
            connection.execute(TAKE, row)
        return token

    def renew(self, run_id: str, token: str) -> bool:
        """Hold the lease for `LEASE` more; False when it was lost."""
        mine = (leases.c.run == run_id) & (leases.c.token == token)
        with self._reported(), self._engine.begin() as connection:
            result = connection.execute(update(leases).where(mine).values(expires=time.time() + LEASE.total_seconds()))
        return result.rowcount == 1

    def release(self, run_id: str, token: str) -> None:
        """Let another worker have the run at once."""
        with self._reported(), self._engine.begin() as connection:
            connection.execute(delete(leases).where(leases.c.run == run_id, leases.c.token == token))

    # ------------------------------------------------------------ reading

    def run(self, run_id: str) -> Run:
        """The run as its events made it. AskerError when there is none, InternalError when its record is damaged."""
        return rebuild(run_id, self.events(run_id))

    def events(self, run_id: str, after: int = 0) -> tuple[Event, ...]:
        """The run's events, oldest first, those after sequence number `after`."""
        query = select(events.c.sequence, events.c.body).where(events.c.run == run_id, events.c.sequence > after)
        with self._reported(), self._reader.connect() as connection:
            rows = connection.execute(query.order_by(events.c.sequence)).all()
        if not rows and after == 0:
            raise AskerError(f"there is no run {run_id!r}", hint="`backend-factory status` lists the runs")
        return tuple(self._read(run_id, expected, row) for expected, row in enumerate(rows, after + 1))

    def _read(self, run_id: str, expected: int, row: Any) -> Event:
        if row.sequence != expected:
            raise self._damaged(f"event {expected} of run {run_id} is missing")
        try:
            return _EVENT.validate_json(row.body)
        except ValidationError as error:
            raise self._damaged(f"event {expected} of run {run_id} cannot be read") from error

    def summaries(self, limit: int = 50) -> tuple[RunSummary, ...]:
        """The newest runs, newest first."""
        query = select(runs.c.summary).order_by(runs.c.created.desc(), runs.c.id.desc()).limit(limit)
        with self._reported(), self._reader.connect() as connection:
            return tuple(RunSummary.model_validate_json(row.summary) for row in connection.execute(query))

    def sequence(self, run_id: str) -> int:
        """The sequence number of the run's last event; 0 when there is no such run."""
        query = select(runs.c.sequence).where(runs.c.id == run_id)
        with self._reported(), self._reader.connect() as connection:
            return connection.execute(query).scalar_one_or_none() or 0

    def ids(self, prefix: str = "") -> tuple[str, ...]:
        """Ids of all runs that start with `prefix`, oldest first."""
        query = select(runs.c.id).where(runs.c.id.startswith(prefix, autoescape=True)).order_by(runs.c.created, runs.c.id)
        with self._reported(), self._reader.connect() as connection:
            return tuple(connection.execute(query).scalars())

    # ------------------------------------------------------------ trouble

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Turn the database's trouble into an error that says who can act; a conflict stays what it is."""
        try:
            yield
        except OperationalError as error:
            raise _trouble(self._path, error) from error
        except IntegrityError:
            raise
        except DatabaseError as error:
            raise self._damaged(str(error.orig)) from error

    def _damaged(self, what: str) -> InternalError:
        hint = f"keep a copy of {self._path}; `sqlite3 FILE .recover` may save what is readable; nothing was guessed"
        return InternalError(f"the journal is damaged: {what}", hint=hint)


def _row(run: Run, happened: Event) -> dict[str, Any]:
    return {
        "run": run.id,
        "sequence": run.sequence,
        "at": happened.at.isoformat(),
        "kind": happened.kind,
        "version": SCHEMA_VERSION,
        "body": happened.model_dump_json(exclude_defaults=False),
    }


def _project(connection: Connection, run: Run) -> None:
    summary = summarize(run)
    row = {
        "id": run.id,
        "sequence": run.sequence,
        "status": run.status,
        "created": summary.created.isoformat(),
        "summary": summary.model_dump_json(),
    }
    connection.execute(PROJECT, row)


def _open(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 5})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer that starts as a reader cannot wait for another writer; one that says so at once waits its turn.
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _migrate(connection: Connection, path: Path) -> None:
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version > SCHEMA_VERSION:
        raise OperatorError(f"{path} was written by a newer Backend Factory", hint="upgrade this one, or use another folder")
    if version < SCHEMA_VERSION:
        metadata.create_all(connection)
        connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")


def _trouble(path: Path, error: OperationalError) -> OperatorError:
    reason = str(error.orig)
    if "locked" in reason or "busy" in reason:
        return OperatorError(f"the journal {path} is locked by another program", hint="close it or wait; try again")
    if "full" in reason:
        return OperatorError(f"no space left for the journal {path}", hint="free some space, then resume; nothing is lost")
    return OperatorError(f"the journal {path} cannot be used: {reason}", hint="check its permissions, or set BACKEND_FACTORY_HOME")
