"""The only reader of the environment."""

import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Provider(BaseModel):
    """How a provider of models is reached."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: SecretStr
    url: str = ""
    """Base address; empty: the provider's own."""


class Settings(BaseSettings):
    """Every setting, each also an environment variable `BACKEND_FACTORY_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="BACKEND_FACTORY_", env_nested_delimiter="__", frozen=True)

    home: Path = Field(default_factory=lambda: user_data_path("backend-factory"))
    """The state folder: journal, evidence, worktrees, caches. Outside every repository."""
    tool_path: str = Field(default_factory=lambda: os.environ.get("PATH", os.defpath))
    """Where git and a C compiler are looked for, as in PATH."""
    providers: Mapping[str, Provider] = Field(default_factory=dict)
    """Providers of models by name, for members that are models or agents: `BACKEND_FACTORY_PROVIDERS__ANTHROPIC__KEY=...`."""
    vulnerability_database: str = ""
    """Where known vulnerabilities of Go modules are looked up: an https:// or file:// address of a database in Go's format.
    Empty: the check is left out, and the pull request says so."""


def surroundings() -> Mapping[str, str]:
    """The factory's own environment. Tools get what they need of it by name, never the whole."""
    return dict(os.environ)
