"""The journal's everyday statements, composed once and kept as text for the driver itself.

Of the time that a small statement takes through SQLAlchemy, most is SQLAlchemy's (docs/performance.md). Parameters are named.
"""

from typing import Any

from sqlalchemy import LargeBinary, bindparam, cast, delete, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert as upsert

from backend_factory.journal.tables import events, leases, runs


def _text(statement: Any) -> str:
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="named")))


APPEND = _text(insert(events))

APPEND_HELD = _text(
    insert(events).from_select(
        [column.name for column in events.columns],
        select(*(bindparam(column.name, type_=column.type) for column in events.columns)).where(
            select(leases.c.run).where(leases.c.run == bindparam("run"), leases.c.token == bindparam("token")).exists()
        ),
    )
)
"""Appends only while the lease with that token is held: fencing in the same statement."""

_project = upsert(runs)
PROJECT = _text(
    _project.on_conflict_do_update(
        index_elements=["id"], set_={name: _project.excluded[name] for name in ("sequence", "status", "summary")}
    )
)

_take = upsert(leases)
TAKE = _text(
    _take.on_conflict_do_update(
        index_elements=["run"], set_={name: _take.excluded[name] for name in ("token", "owner", "expires")}
    )
)
HOLDER = _text(select(leases.c.owner, leases.c.expires).where(leases.c.run == bindparam("run")))
_mine = (leases.c.run == bindparam("of")) & (leases.c.token == bindparam("held"))
RENEW = _text(update(leases).where(_mine).values(expires=bindparam("expires")))
RELEASE = _text(delete(leases).where(_mine))

EVENTS = _text(
    # The body as bytes: one that is no longer UTF-8 is then this event's damage, not the whole query's.
    select(
        events.c.sequence,
        cast(events.c.body, LargeBinary),
        select(runs.c.sequence).where(runs.c.id == bindparam("run")).scalar_subquery(),
        events.c.seal,
    )
    .where(events.c.run == bindparam("run"), events.c.sequence > bindparam("after"))
    .order_by(events.c.sequence)
)
"""Number, body, how many events the run has in all, and seal."""
STANDING = _text(
    select(
        select(runs.c.sequence).where(runs.c.id == bindparam("run")).scalar_subquery(),
        select(leases.c.token).where(leases.c.run == bindparam("run")).scalar_subquery(),
    )
)
"""How many events the run has, and the token that holds it; one row, of NULL where there is none."""
