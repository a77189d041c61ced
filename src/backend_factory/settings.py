"""The only reader of the environment."""

import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting, each also an environment variable `BACKEND_FACTORY_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="BACKEND_FACTORY_", frozen=True)

    home: Path = Field(default_factory=lambda: user_data_path("backend-factory"))
    """The state folder: journal, evidence, worktrees, caches. Outside every repository."""
    tool_path: str = Field(default_factory=lambda: os.environ.get("PATH", os.defpath))
    """Where git and a C compiler are looked for, as in PATH."""
    vulnerability_database: str = ""
    """Where known vulnerabilities of Go modules are looked up: an https:// or file:// address of a database in Go's format.
    Empty: the check is left out, and the pull request says so."""


def surroundings() -> Mapping[str, str]:
    """The factory's own environment. Tools get what they need of it by name, never the whole."""
    return dict(os.environ)
