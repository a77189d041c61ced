"""The contestant that is the factory: journal, manager and local engine, with a team and gates that do nothing."""

import asyncio
import sys
from pathlib import Path

from contestant import serve

from backend_factory.journal.journal import Journal
from backend_factory.testing.wiring import Line, request
from backend_factory.workflow.engines.local import LocalEngine


class Factory:
    """Six phases, three delivery steps: 18 events a run, each durable before the next action."""

    def __init__(self, database: Path) -> None:
        self._journal = Journal(database)
        self._engine = LocalEngine(self._journal, Line().hands)
        self._loop = asyncio.new_event_loop()

    def run(self, name: str) -> None:
        """Submit and drive."""
        self._journal.start(name, request())
        self._loop.run_until_complete(self._driven([name]))

    def queue(self, names: list[str]) -> None:
        """Submit all, then drive one after the other."""
        for name in names:
            self._journal.start(name, request())
        self._loop.run_until_complete(self._driven(names))

    async def _driven(self, names: list[str]) -> None:
        for name in names:
            run = await self._engine.drive(name, lambda _: None, lambda *_: None)
            assert run.status == "delivered"

    def close(self) -> None:
        """Close journal and loop."""
        self._journal.close()
        self._loop.close()


if __name__ == "__main__":
    serve(Factory(Path(sys.argv[1])), Path(sys.argv[1]))
