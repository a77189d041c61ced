"""Tests of real agents use what the tests of the runner use, and carry a marker of their own."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "runners" / "agent"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "agents: drives real coding agents; left out unless `make test-agents` has installed them")
