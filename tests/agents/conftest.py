"""Tests of real agents use what the tests of the runner use."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "runners" / "agent"))
