"""What the command line needs of the façade, and nothing else."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Literal, Protocol

from backend_factory.domain.assignment import Limits
from backend_factory.domain.event import Event
from backend_factory.domain.notice import Notice
from backend_factory.domain.run import Run, RunSummary


class PullRequest(Protocol):
    """A pull request as its host knows it."""

    @property
    def body(self) -> str:
        """Markdown."""


Reply = Literal["go_on", "send_back", "stop"]


class Probe(Protocol):
    """One thing of the machine that was looked at."""

    @property
    def name(self) -> str:
        """git, go, C compiler..."""

    @property
    def ok(self) -> bool:
        """It can be used."""

    @property
    def needed(self) -> bool:
        """Runs cannot be worked on without it."""

    @property
    def detail(self) -> str:
        """Version and place, or why it cannot be used."""

    @property
    def hint(self) -> str:
        """What to do where it cannot be used."""


class Facade(Protocol):
    """`backend_factory.factory.Factory`; its docstrings hold."""

    def close(self) -> None: ...
    async def submit(
        self,
        text: bytes | str,
        repository: Path,
        *,
        ticket: str | None = None,
        base_branch: str | None = None,
        branch: str | None = None,
        unattended: bool = False,
        limits: Limits | None = None,
        team_file: Path | None = None,
        sandboxed: bool = True,
        by: str = "",
    ) -> str: ...
    async def drive(self, run_id: str, observe: Callable[[Notice | Event], None] | None = None) -> Run: ...
    async def answer(
        self, run_id: str, answer: Reply, *, remark: str = "", by: str, accept: tuple[str, ...] = (), raise_to: str = ""
    ) -> Run: ...
    async def cancel(self, run_id: str, *, by: str) -> Run: ...
    def find(self, prefix: str = "") -> str: ...
    def run(self, run_id: str) -> Run: ...
    def runs(self, limit: int = 50) -> tuple[RunSummary, ...]: ...
    def events(self, run_id: str) -> tuple[Event, ...]: ...
    def evidence(self, sha256: str) -> bytes: ...
    async def pull_request(self, run_id: str) -> PullRequest | None: ...
    def follow(self, run_id: str) -> AsyncIterator[Event | Notice]: ...
    def report_path(self, run_id: str, suffix: str) -> Path: ...
    async def person(self, repository: Path) -> str: ...
    async def doctor(self) -> tuple[Probe, ...]: ...
    async def init(self, path: Path) -> Path: ...


Opener = Callable[[], Facade]


def open_factory() -> Facade:
    """The factory on this machine; imported only now, because commands that need none should start at once."""
    from backend_factory.factory import Factory

    return Factory.open()
