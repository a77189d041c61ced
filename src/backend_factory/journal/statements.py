"""The journal's tables and everything that is said to them, in SQL. Parameters are named.

Events are the truth; `runs` is a projection of them; leases say who works on what.
"""

SCHEMA_VERSION = 2
"""Of these tables; a file of an older version is brought to this one when it is opened."""

SCHEMA = (
    """
    CREATE TABLE IF NOT EXISTS events (
        run VARCHAR(40) NOT NULL,
        sequence INTEGER NOT NULL,
        at VARCHAR(40) NOT NULL,
        kind VARCHAR(40) NOT NULL,
        version INTEGER NOT NULL,
        body TEXT NOT NULL,
        seal VARCHAR(64),
        PRIMARY KEY (run, sequence)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS runs (
        id VARCHAR(40) NOT NULL PRIMARY KEY,
        sequence INTEGER NOT NULL,
        status VARCHAR(20) NOT NULL,
        created VARCHAR(40) NOT NULL,
        summary TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX IF NOT EXISTS runs_by_creation ON runs (created)",
    """
    CREATE TABLE IF NOT EXISTS leases (
        run VARCHAR(40) NOT NULL PRIMARY KEY,
        token VARCHAR(40) NOT NULL,
        owner VARCHAR(200) NOT NULL,
        expires FLOAT NOT NULL
    ) WITHOUT ROWID
    """,
)
ADD_SEALS = "ALTER TABLE events ADD COLUMN seal VARCHAR(64)"
"""From version 1 to 2."""

APPEND = """
    INSERT INTO events (run, sequence, at, kind, version, body, seal)
    VALUES (:run, :sequence, :at, :kind, :version, :body, :seal)
"""
APPEND_HELD = """
    INSERT INTO events (run, sequence, at, kind, version, body, seal)
    SELECT :run, :sequence, :at, :kind, :version, :body, :seal
    WHERE EXISTS (SELECT 1 FROM leases WHERE run = :run AND token = :token)
"""
"""Appends only while the lease with that token is held: fencing in the same statement."""
PROJECT = """
    INSERT INTO runs (id, sequence, status, created, summary) VALUES (:id, :sequence, :status, :created, :summary)
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, status = excluded.status, summary = excluded.summary
"""

TAKE = """
    INSERT INTO leases (run, token, owner, expires) VALUES (:run, :token, :owner, :expires)
    ON CONFLICT (run) DO UPDATE SET token = excluded.token, owner = excluded.owner, expires = excluded.expires
"""
HOLDER = "SELECT owner, expires FROM leases WHERE run = :run"
RENEW = "UPDATE leases SET expires = :expires WHERE run = :run AND token = :token"
RELEASE = "DELETE FROM leases WHERE run = :run AND token = :token"

EVENTS = """
    SELECT sequence, CAST(body AS BLOB), (SELECT sequence FROM runs WHERE id = :run), seal
    FROM events WHERE run = :run AND sequence > :after ORDER BY sequence
"""
"""Number, body, how many events the run has in all, and seal.

The body as bytes: one that is no longer UTF-8 is then this event's damage, not the whole query's.
"""
STANDING = "SELECT (SELECT sequence FROM runs WHERE id = :run), (SELECT token FROM leases WHERE run = :run)"
"""How many events the run has, and the token that holds it; one row, of NULL where there is none."""
NEWEST = "SELECT id, summary FROM runs ORDER BY created DESC, id DESC LIMIT :limit"
OPEN = "SELECT id, summary FROM runs WHERE status IN ('working', 'waiting') ORDER BY created DESC"
IDS = "SELECT id FROM runs WHERE substr(id, 1, length(:prefix)) = :prefix ORDER BY created, id"
