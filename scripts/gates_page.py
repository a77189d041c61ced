"""Writes docs/gates.md from the checks, the thresholds and the markers of the tests: `python scripts/gates_page.py [FILE]`."""

import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from backend_factory.gates.table import Planted, table

PROJECT = Path(__file__).resolve().parents[1]


class Collected:
    """A plugin that keeps what the markers of the collected tests say."""

    def __init__(self) -> None:
        self.planted: list[Planted] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        from planting import planted

        self.planted = planted(session.items)


def main() -> None:
    """Collect the gates' tests, run none, write the page."""
    collected, said = Collected(), StringIO()
    with redirect_stdout(said):
        status = pytest.main(["--collect-only", "-qq", "--rootdir", str(PROJECT), str(PROJECT / "tests/gates")], [collected])
    if status:
        sys.exit(said.getvalue())
    page = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "docs/gates.md"
    page.write_text(table(collected.planted), encoding="utf-8")


if __name__ == "__main__":
    main()
