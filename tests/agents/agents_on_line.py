"""Real coding agents on the whole line: who they are, and what the blueprint made of the same request."""

import asyncio
import contextlib
import fcntl
import os
import pickle
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import line as lines
from agents_at_work import Work, work_of
from agents_on_script import installed
from line import DEMO, Line, checks_at, make_line
from pydantic import SecretStr

from backend_factory.domain.event import Event
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.factory import Factory
from backend_factory.gates.check import Gate
from backend_factory.settings import Provider, Settings
from backend_factory.testing.model_server import ModelServer

KEY = "sk-the-real-key-0123456789"


def reference(place: Path) -> Mapping[PhaseId, Work]:
    """What the blueprint team does with the same request: what the scripted model has its agent write.

    Made once, in `place`, by whichever of the processes that run tests comes first; it is kept in a file there.
    """
    place.mkdir(exist_ok=True)
    kept = place / "work.pickle"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(asyncio.run(_made(place / "line"))))
    work: Mapping[PhaseId, Work] = pickle.loads(kept.read_bytes())  # noqa: S301 - written above
    return work


async def _made(folder: Path) -> Mapping[PhaseId, Work]:
    line = await make_line(folder)
    async with Factory.open(Settings(home=line.home), checks=checks_at()) as factory:
        run_id = await factory.submit(DEMO, line.repository, unattended=True)
        run = await factory.drive(run_id)
        assert run.phase is None, run.question
        return work_of(line, run, factory.events(run_id))


def team(folder: Path, agent: str, model: str, reviewer: str = "", phase: str = "default") -> Path:
    """A file that gives every phase, or only that one, to the agent, and the reviews to another one."""
    file = folder / "team.toml"
    does = f'[[{phase}]]\nrunner = "agent"\nprofile = "{agent}"\n' + (f'model = "{model}"\n' if model else "")
    file.write_text(does + (f'[reviewer]\nrunner = "agent"\nprofile = "{reviewer}"\n' if reviewer else ""))
    return file


def path() -> str:
    """With the installed agents."""
    return os.pathsep.join((installed().path, os.environ["PATH"]))


def keys(server: ModelServer) -> dict[str, Provider]:
    """The factory's keys for providers, at whose addresses the scripted model is."""
    return dict.fromkeys(("anthropic", "openai"), Provider(key=SecretStr(KEY), url=server.url))


@contextlib.asynccontextmanager
async def factory_of(line: Line, server: ModelServer, *gates: Gate) -> AsyncIterator[Factory]:
    """The line's factory with those gates; the others let pass."""
    async with line.factory(providers=keys(server), tool_path=path(), checks=checks_at(*gates)) as factory:
        yield factory


def assert_whole(line: Line, run: Run, events: tuple[Event, ...], before: tuple[str, str]) -> None:
    """Delivered once, whatever the gates were; nothing is left, and no key in what stays."""
    lines.assert_whole(line, run, events, before)
    assert_no_key(line)


def assert_no_key(line: Line) -> None:
    """The key is in no file of the state folder."""
    for place in line.home.rglob("*"):
        if place.is_file() and not place.is_relative_to(line.home / "cache"):
            assert KEY.encode() not in place.read_bytes(), place
