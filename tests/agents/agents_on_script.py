"""Where the installed agents are, and a scripted model that works through their own tools."""

import json
import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend_factory.runners.agent.deliverable import DELIVERABLE
from backend_factory.runners.agent.provider import PROVIDERS, Credential, Provider
from backend_factory.testing.model_server import ModelRequest, ModelServer, ToolCall, Turn

_WRITING = {"Write": "file_path", "write": "filePath", "write_file": "file_path"}
"""The tool that writes a file, by each agent's own name -> its argument for the path."""


@dataclass(frozen=True)
class Installed:
    """The agents' npm packages and the Node that runs them, put into a folder by `make test-agents`."""

    folder: Path

    @property
    def path(self) -> str:
        return f"{self.folder / 'bin'}:{self.folder / 'node_modules/.bin'}:/usr/bin:/bin"

    @property
    def readable(self) -> tuple[Path, ...]:
        node = (self.folder / "bin/node").resolve()
        return (self.folder, (self.folder / "node_modules").resolve(), node.parent.parent)


def installed() -> Installed:
    """What the environment names; without it the tests are left out, and say how to get it."""
    folder = os.environ.get("BACKEND_FACTORY_TEST_AGENTS", "")
    if not folder:
        pytest.skip("make test-agents installs the agents and runs this")
    return Installed(Path(folder))


def through(server: ModelServer, provider: str) -> Credential:
    """A key for the scripted model, as if it were that provider."""
    known = PROVIDERS[provider]
    return Credential(Provider(known.name, server.url, known.header, known.prefix, known.paths), "sk-the-real-key")


def writes(root: Path, files: Mapping[str, str], deliverable: object) -> Callable[[ModelRequest], Turn]:
    """A model that has its agent write the files, one a turn, then the deliverable, and says that it is done."""
    work = [*files.items(), (DELIVERABLE, json.dumps(deliverable))]

    def play(request: ModelRequest) -> Turn:
        if "exec_command" in request.tools:
            return _by_shell(work) if request.turns == 0 else Turn("Done.")
        tool = next((name for name in request.tools if name in _WRITING), None)
        if tool is None:
            return Turn("A title")
        if request.turns >= len(work):
            return Turn("Done.")
        path, content = work[request.turns]
        return Turn("Writing.", (ToolCall(tool, {_WRITING[tool]: str(root / path), "content": content}),))

    return play


def _by_shell(work: Sequence[tuple[str, str]]) -> Turn:
    """Codex has no tool of its own for writing whole files."""
    lines = [f"mkdir -p {shlex.quote(str(Path(path).parent))}; printf %s {shlex.quote(text)} > {path}" for path, text in work]
    return Turn("Writing.", (ToolCall("exec_command", {"cmd": "; ".join(lines)}),))
