"""Tests of real agents use what the tests of the runner, and those of the whole line, use."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / place) for place in ("runners/agent", "end_to_end")]


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Mapping[object, object]:
    """What the blueprint made of each phase."""
    from agents_on_line import reference
    from agents_on_script import installed

    installed()
    own = tmp_path_factory.getbasetemp()
    return reference((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "reference")
