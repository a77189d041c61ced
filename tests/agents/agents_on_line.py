"""Real coding agents on the whole line: who they are, and what the blueprint made of the same request."""

import os
from collections.abc import Mapping
from pathlib import Path

from agents_at_work import Work, work_of
from agents_on_script import installed
from line import DEMO, Line, checks_at, make_line
from pydantic import SecretStr

from backend_factory.domain.phase import PhaseId
from backend_factory.factory import Factory
from backend_factory.settings import Provider, Settings
from backend_factory.testing.model_server import ModelServer

KEY = "sk-the-real-key-0123456789"


async def reference(folder: Path) -> Mapping[PhaseId, Work]:
    """What the blueprint team does with the same request: what the scripted model has its agent write."""
    line = await make_line(folder)
    async with Factory.open(Settings(home=line.home), checks=checks_at()) as factory:
        run_id = await factory.submit(DEMO, line.repository, unattended=True)
        run = await factory.drive(run_id)
        assert run.phase is None, run.question
        return work_of(line, run, factory.events(run_id))


def team(folder: Path, agent: str, model: str) -> Path:
    """A file that gives every phase to that agent."""
    file = folder / "team.toml"
    file.write_text(f'[[default]]\nrunner = "agent"\nprofile = "{agent}"\n' + (f'model = "{model}"\n' if model else ""))
    return file


def path() -> str:
    """With the installed agents."""
    return os.pathsep.join((installed().path, os.environ["PATH"]))


def key(server: ModelServer, provider: str) -> dict[str, Provider]:
    """The factory's key for the provider, at whose address the scripted model is."""
    return {provider: Provider(key=SecretStr(KEY), url=server.url)}


def assert_no_key(line: Line) -> None:
    """The key is in no file of the state folder."""
    for place in line.home.rglob("*"):
        if place.is_file() and not place.is_relative_to(line.home / "cache"):
            assert KEY.encode() not in place.read_bytes(), place
