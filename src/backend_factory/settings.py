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
    go_proxy: str = Field(default_factory=lambda: os.environ.get("GOPROXY", ""))
    """Where Go modules come from, as in GOPROXY; empty: Go's own default."""
    tool_path: str = Field(default_factory=lambda: os.environ.get("PATH", os.defpath))
    """Where git and a C compiler are looked for, as in PATH."""


def outside_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """What tools that fetch from the network may inherit: proxies and certificates, nothing else."""
    kept = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "GOSUMDB", "GONOSUMDB", "GOPRIVATE")
    return {name: environment[name] for name in kept + tuple(n.lower() for n in kept) if name in environment}
