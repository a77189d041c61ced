"""Every test shares the caches of Go with the factory of this machine: what the demo has built is not built again."""

import os

from backend_factory.settings import Settings


def pytest_configure() -> None:
    go = Settings().home / "cache" / "go"
    os.environ.setdefault("GOCACHE", str(go / "build"))
    os.environ.setdefault("GOMODCACHE", str(go / "mod"))
