"""The port to a code host."""

from datetime import datetime
from typing import Literal, Protocol

from backend_factory.domain.model import Record


class PullRequest(Record):
    """A pull request as its host knows it."""

    number: int
    run: str
    repository: str
    title: str
    body: str
    """Markdown."""
    branch: str
    base: str
    commit: str
    opened: datetime
    state: Literal["open"] = "open"


class CodeHost(Protocol):
    """Opens pull requests. Asked again for the same run, it answers with the one that is there, brought up to date."""

    async def find(self, run: str) -> PullRequest | None:
        """The pull request of that run."""

    async def open(self, wanted: PullRequest) -> PullRequest:
        """Open it, or bring it up to date; `number` is the host's to choose."""
