"""Tests of the small model use what those of the whole line use, and one server for all of them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "end_to_end"))

from small_model import SmallModel


@pytest.fixture(scope="session")
def small() -> Iterator[SmallModel]:
    with SmallModel.started() as model:
        yield model
