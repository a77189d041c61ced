"""Where a workbench puts what an attempt leaves as evidence: the journal's store, seen from below."""

import hashlib
from typing import Literal, Protocol

from backend_factory.domain.gate import Evidence as Kept
from backend_factory.errors import InternalError


class Evidence(Protocol):
    """Keeps texts by content hash."""

    def keep(self, title: str, text: str, media_type: Literal["text/plain", "application/json"] = ...) -> Kept:
        """Store `text` durably."""

    def read(self, sha256: str) -> bytes:
        """What was stored. InternalError when it is missing or was changed."""


class Forgotten:
    """For workbenches of members that leave nothing: what is kept is named by its hash, and gone."""

    def keep(self, title: str, text: str, media_type: Literal["text/plain", "application/json"] = "text/plain") -> Kept:
        """Nothing is stored."""
        content = text.encode()
        return Kept(title=title, sha256=hashlib.sha256(content).hexdigest(), media_type=media_type, bytes=len(content))

    def read(self, sha256: str) -> bytes:
        """InternalError: nothing was stored."""
        raise InternalError(f"evidence {sha256} was never kept")
