"""A journal in a folder of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend_factory.journal.journal import Journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    opened = Journal(path)
    yield opened
    opened.close()
