"""The real demo, compilers, tests, emulator and all, killed after every action and at random moments, ends the same."""

import asyncio
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from backend_factory.domain.event import Event
from backend_factory.domain.notice import Notice
from backend_factory.domain.run import Run
from backend_factory.factory import Factory
from backend_factory.settings import Settings
from chaos.audit import processes_of
from chaos.battery import Battery, Trial
from chaos.killing import apart, kill, started, until

REQUEST = "I need an API that processes vulnerability data and correlates with assets"
KILLS = 20


@dataclass(frozen=True)
class Demo:
    """An example repository and a state folder; the folder of caches is every demo's."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "state"

    @property
    def repository(self) -> Path:
        return self.folder / "chariot"

    def factory(self) -> Factory:
        return Factory.open(Settings(home=self.home))

    def git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.repository), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def run(self, run_id: str) -> Run:
        factory = self.factory()
        try:
            return factory.run(run_id)
        finally:
            factory.close()


def strike(trial: Trial) -> None:
    """The undisturbed one first; the others must be like it. When it must be quick, there is only one, killed some times."""
    cache = _cache(trial.folder)
    if trial.quick:
        demo, run_id = _begun(trial.folder / "moments", cache)
        trial.losses += _at_moments(trial, demo, run_id, 5)
        trial.losses += [f"{what}: {left}" for what, left in _outcome(demo, run_id).items() if what.startswith("left") and left]
        trial.losses += _not_delivered(demo, run_id)
        return
    demo, run_id = _begun(trial.folder / "undisturbed", cache)
    apart(partial(_drive, demo, run_id))
    expected = _outcome(demo, run_id)
    trial.losses += _not_delivered(demo, run_id)

    demo, run_id = _begun(trial.folder / "actions", cache)
    while demo.run(run_id).finished is None and trial.done < 60:
        code = apart(partial(_drive, demo, run_id, one_action=True))
        trial.suffered("killed after an action", [] if code == -signal.SIGKILL else [f"it ended with {code}"])
    trial.losses += _differences("killed after every action", expected, _outcome(demo, run_id))

    demo, run_id = _begun(trial.folder / "moments", cache)
    trial.losses += _at_moments(trial, demo, run_id, KILLS)
    trial.losses += _differences("killed at random moments", expected, _outcome(demo, run_id))


def _cache(folder: Path) -> Path:
    """A new cache, but for what Go has downloaded and built before."""
    go, mine = Settings().home / "cache" / "go", folder / "cache" / "go"
    mine.mkdir(parents=True)
    for name, variable in (("build", "GOCACHE"), ("mod", "GOMODCACHE")):
        shared = Path(os.environ.get(variable) or go / name)
        shared.mkdir(parents=True, exist_ok=True)
        (mine / name).symlink_to(shared)
    return folder / "cache"


def _begun(folder: Path, cache: Path) -> tuple[Demo, str]:
    demo = Demo(folder)
    demo.home.mkdir(parents=True)
    (demo.home / "cache").symlink_to(cache)

    async def begin() -> str:
        async with demo.factory() as factory:
            await factory.init(demo.repository)
            return await factory.submit(REQUEST, demo.repository, unattended=True)

    return demo, asyncio.run(begin())


def _drive(demo: Demo, run_id: str, *, one_action: bool = False) -> None:
    def observe(happened: Notice | Event) -> None:
        if one_action and not isinstance(happened, Notice):
            os.kill(os.getpid(), signal.SIGKILL)

    async def work() -> None:
        async with demo.factory() as factory:
            await factory.drive(run_id, observe)

    asyncio.run(work())


def _at_moments(trial: Trial, demo: Demo, run_id: str, kills: int) -> list[str]:
    """Kill so many times, then let it end."""
    chance = trial.chance()
    for _ in range(kills):
        worker = started(partial(_drive, demo, run_id))
        time.sleep(chance.uniform(0.2, 12))
        trial.done += kill(worker)
    code = apart(partial(_drive, demo, run_id))
    return [] if code == 0 else [f"going on ended with {code}"]


def _outcome(demo: Demo, run_id: str) -> dict[str, object]:
    """What must be the same however often the run was killed: events, files, effects. Times and ids aside."""
    factory = demo.factory()
    run, events = factory.run(run_id), factory.events(run_id)
    factory.close()
    until(lambda: not processes_of(demo.folder), 15)
    branch = run.requested.branch
    folders = [str(path) for part in ("worktrees", "checkouts") for path in (demo.home / part).iterdir()]
    return {
        "events": [(e.kind, getattr(e, "phase", None), getattr(e, "attempt", None), getattr(e, "step", None)) for e in events],
        "deliverables": run.deliverables,
        "tree": demo.git("for-each-ref", "--format=%(tree)", f"refs/heads/{branch}"),
        "commits": demo.git("log", "--format=%s", "--branches", "--not", "main"),
        "branches": demo.git("branch", "--format=%(refname:short)"),
        "pull requests": len(list((demo.home / "pull-requests").glob("*.json"))),
        "left refs": demo.git("for-each-ref", "--format=%(refname)", "refs/backend-factory").split(),
        "left worktrees": demo.git("worktree", "list").splitlines()[1:],
        "left folders": folders,
        "left processes": [command for _, command in processes_of(demo.folder)],
    }


def _not_delivered(demo: Demo, run_id: str) -> list[str]:
    run = demo.run(run_id)
    return [] if run.status == "delivered" else [f"it is {run.status}: {run.question and run.question.question}"]


def _differences(what: str, expected: dict[str, object], seen: dict[str, object]) -> list[str]:
    return [f"{what}: other {name}: {seen[name]!r:.400}" for name in expected if expected[name] != seen[name]]


BATTERY = Battery("killed-demo", "the real demo, killed after every action and at random moments", strike)
