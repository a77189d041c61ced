"""What holds for every test: Go's caches are those of this machine's factory, and Ctrl-C means what it does at a terminal."""

import os
import signal

import pytest

from backend_factory.settings import Settings

pytest_plugins = ["planting"]


def pytest_configure() -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell starts what runs in the background deaf to Ctrl-C, and programs started by tests would inherit it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    go = Settings().home / "cache" / "go"
    os.environ.setdefault("GOCACHE", str(go / "build"))
    os.environ.setdefault("GOMODCACHE", str(go / "mod"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Files that take longest begin first, so that at the end no processor waits for one of them.
    slow, go = ({item.path for item in items if item.get_closest_marker(name)} for name in ("slow", "go"))
    items.sort(key=lambda item: 0 if item.path in slow else 1 if item.path in go else 2)
