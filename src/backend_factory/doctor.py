"""Whether this machine has what runs need: each thing looked at, not assumed."""

import importlib.metadata
import shutil
from dataclasses import dataclass
from pathlib import Path

from backend_factory.errors import FactoryError
from backend_factory.settings import Settings, surroundings
from backend_factory.workspace.git import find_git
from backend_factory.workspace.golang import find_go
from backend_factory.workspace.sandbox.promises import Proof, prove
from backend_factory.workspace.sandbox.sandbox import find_sandbox
from backend_factory.workspace.state import StateFolder

_SPACE = 3_000_000_000
"""Bytes: Go's module and build caches for both architectures, and the race detector's."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing of the machine that was looked at."""

    name: str
    ok: bool
    needed: bool
    """Runs cannot be worked on without it."""
    detail: str
    """Version and place, or why it cannot be used."""
    hint: str = ""
    """What to do where it cannot be used."""


async def examine_machine(settings: Settings, state: StateFolder) -> tuple[Probe, ...]:
    """All probes, in the order in which a run needs the things."""
    return (
        Probe("state folder", True, True, str(state.root)),
        _space(state.root),
        await _git(settings, state.root),
        *await _go(settings, state.cache),
        _package("AWS emulator", "ministack"),
        _package("cfn-lint", "cfn-lint"),
        *await _sandbox(settings, state.root),
    )


def _space(folder: Path) -> Probe:
    free = shutil.disk_usage(folder).free
    hint = "" if free >= _SPACE else f"{_SPACE / 1e9:.0f} GB are recommended for Go's caches"
    return Probe("free space", free >= _SPACE, False, f"{free / 1e9:.1f} GB", hint)


async def _git(settings: Settings, folder: Path) -> Probe:
    try:
        git = await find_git(folder, settings.tool_path)
        return Probe("git", True, True, f"{git.program}: {await git.line('version')}")
    except FactoryError as error:
        return Probe("git", False, True, error.message, error.hint)


async def _go(settings: Settings, cache: Path) -> tuple[Probe, Probe]:
    try:
        go = await find_go(tool_path=settings.tool_path, network=surroundings())
    except FactoryError as error:
        missing = Probe("C compiler", False, True, "not looked for without Go")
        return Probe("go", False, True, error.message, error.hint), missing
    found = Probe("go", True, True, f"{go.program}: {go.version}")
    try:
        return found, Probe("C compiler", True, True, f"{go.environment(cache, race=True)['CC']} (for the race detector)")
    except FactoryError as error:
        return found, Probe("C compiler", False, True, error.message, error.hint)


async def _sandbox(settings: Settings, state: Path) -> list[Probe]:
    """Which sandbox there is, and each of its promises with what came of trying to break it."""
    try:
        sandbox = await find_sandbox(settings.tool_path)
    except FactoryError as error:
        return [Probe("sandbox", False, True, error.message, error.hint)]
    found = Probe("sandbox", True, True, " ".join((sandbox.kind, sandbox.program)).strip())
    return [found, *map(_promise, await prove(sandbox, state, Path.home()))]


def _promise(proof: Proof) -> Probe:
    word = {True: "", False: "NOT HELD: ", None: "not proven here: "}[proof.held]
    reason = "" if proof.held else f" ({proof.detail})"
    hint = "install bubblewrap, or allow user namespaces" if proof.held is False else ""
    return Probe(f"- {proof.promise.name}", bool(proof.held), False, f"{word}{proof.promise.text}{reason}", hint)


def _package(name: str, distribution: str) -> Probe:
    try:
        return Probe(name, True, True, f"{distribution} {importlib.metadata.version(distribution)}")
    except importlib.metadata.PackageNotFoundError:
        hint = "install backend-factory again: it brings it along"
        return Probe(name, False, True, f"the Python package {distribution} is missing", hint)
