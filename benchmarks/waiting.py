"""What thousands of waiting runs cost, and how soon an answer starts one."""

import asyncio
import random
import resource
import threading
import time
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

from backend_factory.delivery.code_host.local import LocalCodeHost
from backend_factory.domain.assignment import Assignment, Outcome
from backend_factory.factory import Factory
from backend_factory.journal.evidence import EvidenceStore
from backend_factory.journal.journal import Journal
from backend_factory.settings import Settings
from backend_factory.testing.team import ScriptedRunner
from backend_factory.testing.wiring import Line, request
from backend_factory.workspace.state import open_state
from backend_factory.workspace.workbench import Workbench

IDLE = timedelta(seconds=5)


class Timed(ScriptedRunner):
    """Notes when it was last asked to work."""

    at = 0.0

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        """Deliver at once."""
        self.at = time.perf_counter()
        return await super().perform(assignment, workbench)


async def waiting(folder: Path, runs: int, answers: int) -> dict[str, float]:
    """Make `runs` runs that wait at their first checkpoint, rest, and answer `answers` of them at random."""
    state, runner = open_state(folder), Timed()
    journal = Journal(state.journal)
    factory = Factory(
        state, journal, EvidenceStore(state.evidence), Line(runner=runner).hands, LocalCodeHost(folder), (), Settings(home=folder)
    )
    names = [f"{number:08d}" for number in range(runs)]
    threads = threading.active_count()
    for name in names:
        journal.start(name, request(unattended=False, branch=f"feature/{name}"))
        assert (await factory.drive(name)).status == "waiting"

    threads, busy = threading.active_count() - threads, time.process_time()
    await asyncio.sleep(IDLE.total_seconds())
    busy = time.process_time() - busy

    after = [await _answered(factory, runner, name) for name in random.Random(1).sample(names, answers)]
    factory.close()
    return {
        "runs": runs,
        "threads": threads,
        "cpu_percent": round(100 * busy / IDLE.total_seconds(), 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "answer_to_work_p50_ms": round(median(after), 2),
        "answer_to_work_p95_ms": round(quantiles(after, n=20)[-1], 2),
    }


async def _answered(factory: Factory, runner: Timed, name: str) -> float:
    """Milliseconds from the answer until a team member was at work."""
    started = time.perf_counter()
    await factory.answer(name, "go_on", by="bench")
    await factory.drive(name)
    return (runner.at - started) * 1000
