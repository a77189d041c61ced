"""Tests of real agents use what the tests of the runner, and those of the whole line, use."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / place) for place in ("runners/agent", "end_to_end")]
