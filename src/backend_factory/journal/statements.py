"""The journal's writing statements, built once: composing one costs more than running it."""

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from backend_factory.journal.tables import events, leases, runs

APPEND = insert(events)

APPEND_HELD = insert(events).from_select(
    [column.name for column in events.columns],
    select(*(bindparam(column.name, type_=column.type) for column in events.columns)).where(
        select(leases.c.run).where(leases.c.run == bindparam("run"), leases.c.token == bindparam("token")).exists()
    ),
)
"""Appends only while the lease with that token is held: fencing in the same statement."""

_project = upsert(runs)
PROJECT = _project.on_conflict_do_update(
    index_elements=["id"], set_={name: _project.excluded[name] for name in ("sequence", "status", "created", "summary")}
)

_take = upsert(leases)
TAKE = _take.on_conflict_do_update(
    index_elements=["run"], set_={name: _take.excluded[name] for name in ("token", "owner", "expires")}
)
