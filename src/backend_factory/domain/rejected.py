"""Work that was rejected: what is kept of it, and how to know it again."""

import hashlib

from backend_factory.domain.deliverable import Deliverable
from backend_factory.domain.event import PhaseJudged
from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId


class Rejected(Record):
    """An attempt that a gate or a person rejected, and where its files are kept."""

    phase: PhaseId
    """Whose gate rejected it, or after whose gate a person did."""
    attempt: int
    patch: str
    """Path of a patch against the commit on which the work began that is done again."""


def rejected_by_gate(event: PhaseJudged) -> tuple[Rejected, ...]:
    """The attempt that was judged, where it was rejected and had files."""
    return (Rejected(phase=event.phase, attempt=event.attempt, patch=event.patch),) if event.patch else ()


def fingerprint(deliverable: Deliverable, commit: str) -> str:
    """The same for the same deliverable with the same files."""
    return hashlib.sha256(f"{commit} {deliverable.model_dump_json()}".encode()).hexdigest()
