"""Work that was rejected: what is kept of it, and how to know it again."""

import hashlib
import json
from typing import Any

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


class Fingerprint(Record):
    """By which work is known again."""

    whole: str
    """The same for the same deliverable with the same files."""
    work: str
    """The same, whatever is said about it, where there are files: `summary`, `purpose` and `reason` are left out."""


def fingerprint(deliverable: Deliverable, commit: str) -> Fingerprint:
    """That of a deliverable, and of the commit of its files; "" where the phase writes none."""
    said = deliverable.model_dump(mode="json")
    return Fingerprint(whole=_digest(commit, said), work=_digest(commit, _wordless(said) if commit else said))


_WORDS = frozenset({"summary", "purpose", "reason"})


def _wordless(value: Any) -> Any:
    if isinstance(value, list):
        return [_wordless(each) for each in value]
    if isinstance(value, dict):
        return {name: _wordless(each) for name, each in value.items() if name not in _WORDS}
    return value


def _digest(commit: str, said: Any) -> str:
    return hashlib.sha256(f"{commit} {json.dumps(said)}".encode()).hexdigest()
