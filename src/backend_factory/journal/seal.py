"""The seal of a recorded event: what shows that it was changed later, be it by a hand, a disk or a ray."""

import hashlib


def seal(run_id: str, sequence: int, body: bytes) -> str:
    """SHA-256 of the event and its place, as 64 hexadecimal digits."""
    return hashlib.sha256(f"{run_id} {sequence} ".encode() + body).hexdigest()
