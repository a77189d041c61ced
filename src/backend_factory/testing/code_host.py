"""A code host in memory."""

from backend_factory.delivery.code_host.port import PullRequest


class MemoryCodeHost:
    """Keeps pull requests as long as it lives."""

    def __init__(self) -> None:
        self._pulls: dict[str, PullRequest] = {}

    async def find(self, run: str) -> PullRequest | None:
        """The pull request of that run."""
        return self._pulls.get(run)

    async def open(self, wanted: PullRequest) -> PullRequest:
        """Open it, or bring it up to date."""
        present = self._pulls.get(wanted.run)
        kept = {"number": present.number, "opened": present.opened} if present else {"number": len(self._pulls) + 1}
        self._pulls[wanted.run] = wanted.model_copy(update=kept)
        return self._pulls[wanted.run]
