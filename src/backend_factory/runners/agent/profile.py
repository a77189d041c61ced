"""How each coding agent is started: data in `profiles/*.toml`, and any other command by the same words."""

import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from string import Template
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator

from backend_factory.domain.model import Record
from backend_factory.errors import AskerError, InternalError

_PLAIN = re.compile(r"[^\"'\\\x00-\x1f\x7f]*")

Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
"""Of an environment variable."""


class Profile(Record):
    """One coding agent. `${base_url}`, `${token}`, `${model}` and `${home}` are filled in wherever a text may hold them."""

    title: str
    program: str
    """Looked for on the path that the runner is given."""
    arguments: tuple[str, ...] = ()
    install: str = ""
    """What a person types to have it: the hint where the program is missing."""
    dialect: str = ""
    """The provider whose protocol it speaks, as in `provider.PROVIDERS`; empty where the model's own provider decides."""
    mode: str = ""
    """Session mode to set before the first word; empty where the agent has none. An agent that refuses it does not start."""
    confined_mode: str = ""
    """The mode inside the factory's sandbox, for agents whose own sandbox cannot start there; empty: `mode`."""
    environment: dict[Name, str] = Field(default_factory=dict)
    """Names and values that it is given beside PATH, HOME, TMPDIR and the language."""
    home: dict[str, str] = Field(default_factory=dict)
    """Files that must exist in its home: path -> content."""
    session: dict[str, Any] = Field(default_factory=dict)
    """What is sent with session/new as `_meta`: settings that an adapter reads there."""

    @field_validator("home")
    @classmethod
    def _below_home(cls, home: dict[str, str]) -> dict[str, str]:
        for path in home:
            if path.startswith("/") or ".." in Path(path).parts:
                raise ValueError(f"{path!r} leads out of the agent's home")
        return home


def names() -> tuple[str, ...]:
    """The profiles that come with the factory."""
    return tuple(sorted(each.name.removesuffix(".toml") for each in _folder().iterdir() if each.name.endswith(".toml")))


def load(name: str) -> Profile:
    """The profile of that name; AskerError where there is none."""
    if name not in names():
        raise AskerError(f"there is no agent profile {name!r}", hint=f"one of {', '.join(names())}, or a command of your own")
    return parse(_folder().joinpath(f"{name}.toml").read_text(encoding="utf-8"), name)


def parse(text: str, origin: str) -> Profile:
    """A profile from TOML; AskerError that names `origin` where it cannot be read."""
    try:
        return Profile.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as reason:
        raise AskerError(f"the agent profile {origin} cannot be used: {reason}", hint="see docs/agents.md") from reason


def from_command(command: tuple[str, ...]) -> Profile:
    """A profile for an agent that needs nothing but its command, and gets its key by the usual names of both big dialects."""
    if not command:
        raise AskerError("an agent needs a command", hint='for example command = ["my-agent", "--acp"]')
    anthropic = {"ANTHROPIC_BASE_URL": "${base_url}", "ANTHROPIC_API_KEY": "${token}"}
    openai = {"OPENAI_BASE_URL": "${base_url}/v1", "OPENAI_API_KEY": "${token}"}
    return Profile(title=Path(command[0]).name, program=command[0], arguments=command[1:], environment=anthropic | openai)


def needs_model(profile: Profile) -> bool:
    """Whether the agent cannot start without being told a model."""
    return any("${model}" in text for text in (*profile.arguments, *profile.home.values()))


def filled(text: str, values: Mapping[str, str]) -> str:
    """`text` with `values` in place of their names.

    AskerError for a value that could end a quotation in a settings file; InternalError for a name that nobody knows.
    """
    for name, value in values.items():
        if not _PLAIN.fullmatch(value):
            raise AskerError(f"the agent's {name} {value!r} has characters that no settings file takes", hint="use plain names")
    try:
        return Template(text).substitute(values)
    except (KeyError, ValueError) as reason:
        raise InternalError(f"an agent profile asks for {reason}") from reason


def _folder() -> Any:
    return resources.files("backend_factory.runners.agent") / "profiles"
