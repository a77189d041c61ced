"""The journal's tables: events are the truth; `runs` is a projection of them; leases say who works on what."""

from sqlalchemy import Column, Float, Index, Integer, MetaData, String, Table, Text

SCHEMA_VERSION = 2
"""Of these tables; a file of an older version is brought to this one when it is opened."""

EVENT_VERSION = 1
"""Of the events' JSON."""

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("run", String(40), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("seal", String(64)),
    sqlite_with_rowid=False,
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("created", String(40), nullable=False),
    Column("summary", Text, nullable=False),
    Index("runs_by_creation", "created"),
    sqlite_with_rowid=False,
)

leases = Table(
    "leases",
    metadata,
    Column("run", String(40), primary_key=True),
    Column("token", String(40), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("expires", Float, nullable=False),
    sqlite_with_rowid=False,
)
