"""docs/cli.md is what the code says."""

from pathlib import Path

from backend_factory.cli.app import COMMANDS
from backend_factory.cli.exits import MEANING, Exit
from backend_factory.cli.reference import reference


def test_the_reference_is_the_one_that_the_code_gives() -> None:
    assert Path(__file__).parents[2].joinpath("docs", "cli.md").read_text(encoding="utf-8") == reference()


def test_every_command_and_every_exit_code_is_documented() -> None:
    assert set(MEANING) == set(Exit)
    assert all(f"## {name}\n" in reference() for name in COMMANDS)
