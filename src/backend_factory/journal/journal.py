"""The append-only journal of all runs, in SQLite (WAL, synchronous FULL)."""

import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from backend_factory.domain.event import Event, Requested
from backend_factory.domain.run import Run, RunSummary, apply, begin, rebuild, summarize
from backend_factory.errors import AskerError
from backend_factory.journal import statements as sql
from backend_factory.journal.database import Database
from backend_factory.journal.owner import is_gone, this_process
from backend_factory.journal.seal import seal
from backend_factory.journal.trouble import damaged, reported

EVENT_VERSION = 1
"""Of the events' JSON."""

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
        with reported(path, "opening it"):
            self._database = Database(path)

    def close(self) -> None:
        """Let go of the database file."""
        self._database.close()

    # ------------------------------------------------------------ writing

    def start(self, run_id: str, requested: Requested) -> Run:
        """Record a new run. Conflict when the id is taken."""
        run = begin(run_id, requested)
        with self._writing(run_id) as cursor:
            self._record(cursor, run, requested, None)
        return run

    def append(self, run: Run, happened: Event, token: str | None = None) -> Run:
        """Record `happened` as the event after `run.sequence` and return the run that follows.

        With a lease's `token` the event is recorded only while that lease is held (fencing): LeaseLost otherwise.
        Conflict when the run has moved on since `run` was read.
        """
        following = apply(run, happened)
        with self._writing(run.id) as cursor:
            self._record(cursor, following, happened, token)
        return following

    def _record(self, cursor: sqlite3.Cursor, run: Run, happened: Event, token: str | None) -> None:
        row = _row(run, happened)
        try:
            if token is None:
                cursor.execute(sql.APPEND, row)
            elif cursor.execute(sql.APPEND_HELD, {**row, "token": token}).rowcount != 1:
                raise LeaseLost(run.id)
        except sqlite3.IntegrityError as error:
            raise Conflict(run.id) from error
        cursor.execute(sql.PROJECT, _projection(run))

    # ------------------------------------------------------------ leases
    # A lease is between living processes of one machine: it need not outlive the machine's going down, only theirs.

    def acquire(self, run_id: str) -> str | None:
        """A token with which this process may work on the run; None while another live worker holds it."""
        now, token = time.time(), secrets.token_hex(8)
        with self._writing(run_id, outlives="process") as cursor:
            held = cursor.execute(sql.HOLDER, {"run": run_id}).fetchone()
            if held and held[1] > now and not is_gone(held[0]):
                return None
            row = {"run": run_id, "token": token, "owner": this_process(), "expires": now + LEASE.total_seconds()}
            cursor.execute(sql.TAKE, row)
        return token

    def renew(self, run_id: str, token: str) -> bool:
        """Hold the lease for `LEASE` more; False when it was lost."""
        row = {"run": run_id, "token": token, "expires": time.time() + LEASE.total_seconds()}
        with self._writing(run_id, outlives="process") as cursor:
            return cursor.execute(sql.RENEW, row).rowcount == 1

    def release(self, run_id: str, token: str) -> None:
        """Let another worker have the run at once."""
        with self._writing(run_id, outlives="process") as cursor:
            cursor.execute(sql.RELEASE, {"run": run_id, "token": token})

    # ------------------------------------------------------------ reading

    def run(self, run_id: str) -> Run:
        """The run as its events made it. AskerError when there is none, InternalError when its record is damaged."""
        happened = self.events(run_id)
        try:
            return rebuild(run_id, happened)
        except ValueError as error:
            raise damaged(self._path, str(error)) from error

    def events(self, run_id: str, after: int = 0) -> tuple[Event, ...]:
        """The run's events, oldest first, those after sequence number `after`. Errors as of `run`."""
        with reported(self._path, f"reading run {run_id}"):
            rows = self._database.rows(sql.EVENTS, {"run": run_id, "after": after})
            last = rows[0][2] or 0 if rows else self.standing(run_id)[0]
            if not rows and last > after:  # recorded between the two looks, or lost
                rows = self._database.rows(sql.EVENTS, {"run": run_id, "after": after})
        if not last and not rows:
            raise AskerError(f"there is no run {run_id!r}", hint="`backend-factory status` lists the runs")
        found = tuple(
            self._read(run_id, expected, number, body, sealed)
            for expected, (number, body, _, sealed) in enumerate(rows, after + 1)
        )
        if after + len(found) < last:
            raise damaged(self._path, f"event {after + len(found) + 1} of run {run_id} is missing")
        return found

    def _read(self, run_id: str, expected: int, sequence: int, body: bytes, sealed: str | None) -> Event:
        if sequence != expected:
            raise damaged(self._path, f"event {expected} of run {run_id} is missing")
        # Events of the first version have no seal.
        if sealed is not None and sealed != seal(run_id, sequence, body):
            raise damaged(self._path, f"event {expected} of run {run_id} cannot be read: it is not what was recorded")
        try:
            return _EVENT.validate_json(body)
        except ValidationError as error:
            raise damaged(self._path, f"event {expected} of run {run_id} cannot be read") from error

    def summaries(self, limit: int = 50) -> tuple[RunSummary, ...]:
        """The newest runs, newest first."""
        return self._summaries(sql.NEWEST, limit=limit)

    def open_runs(self) -> tuple[RunSummary, ...]:
        """Runs that have not ended, newest first."""
        return self._summaries(sql.OPEN)

    def _summaries(self, query: str, **values: object) -> tuple[RunSummary, ...]:
        return tuple(self._summary(run_id, summary) for run_id, summary in self._listed(query, values))

    def _summary(self, run_id: str, summary: str) -> RunSummary:
        try:
            return RunSummary.model_validate_json(summary)
        except ValidationError as error:
            raise damaged(self._path, f"the summary of run {run_id} cannot be read") from error

    def ids(self, prefix: str = "") -> tuple[str, ...]:
        """Ids of all runs that start with `prefix`, oldest first."""
        return tuple(run_id for (run_id,) in self._listed(sql.IDS, {"prefix": prefix}))

    def _listed(self, query: str, values: Mapping[str, object]) -> list[Any]:
        with reported(self._path, "reading the list of runs"):
            return self._database.rows(query, values)

    def standing(self, run_id: str) -> tuple[int, str | None]:
        """The sequence number of the run's last event, 0 when there is no such run; and the token that holds it now."""
        with reported(self._path, f"reading run {run_id}"):
            [(sequence, token)] = self._database.rows(sql.STANDING, {"run": run_id})
        return sequence or 0, token

    @contextmanager
    def _writing(self, run_id: str, *, outlives: Literal["machine", "process"] = "machine") -> Iterator[sqlite3.Cursor]:
        with reported(self._path, f"recording run {run_id}"), self._database.transaction(outlives=outlives) as cursor:
            yield cursor


def _row(run: Run, happened: Event) -> dict[str, Any]:
    body = happened.model_dump_json()
    return {
        "run": run.id,
        "sequence": run.sequence,
        "at": happened.at.isoformat(),
        "kind": happened.kind,
        "version": EVENT_VERSION,
        "body": body,
        "seal": seal(run.id, run.sequence, body.encode()),
    }


def _projection(run: Run) -> dict[str, Any]:
    summary = summarize(run)
    return {
        "id": run.id,
        "sequence": run.sequence,
        "status": run.status,
        "created": summary.created.isoformat(),
        "summary": summary.model_dump_json(),
    }
