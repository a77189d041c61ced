"""The readable beginning of a piece of evidence."""

import hashlib

from backend_factory.workspace.plain import plain

LONGEST = 8_000
"""Bytes shown of one piece of evidence; the whole is in the evidence store under its hash."""


def excerpt(sha256: str, blob: bytes) -> str:
    """At most `LONGEST` bytes of `blob` as plain text; says so where more was left out or the content is not the recorded one."""
    if hashlib.sha256(blob).hexdigest() != sha256:
        return "[the stored evidence does not match its hash and is not shown]"
    text = plain(blob[:LONGEST].decode(errors="replace"))
    left = len(blob) - LONGEST
    return f"{text}\n[{left} more bytes under this hash in the evidence store]" if left > 0 else text
