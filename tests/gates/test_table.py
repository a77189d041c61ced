"""docs/gates.md is what the code says."""

from dataclasses import fields
from pathlib import Path

from backend_factory.gates.judge import all_checks
from backend_factory.gates.table import FAULTS, table
from backend_factory.gates.thresholds import Thresholds


def test_the_document_is_the_one_that_the_code_gives() -> None:
    assert Path(__file__).parents[2].joinpath("docs", "gates.md").read_text(encoding="utf-8") == table()


def test_every_check_says_what_it_finds_and_every_threshold_what_it_means() -> None:
    assert sorted({check for _, check in FAULTS}) == sorted(check.id for check in all_checks())
    assert all(f"| `{field.name}` |" in table() for field in fields(Thresholds))


def test_every_check_is_named_in_the_tests_that_plant_its_faults() -> None:
    planted = "".join(file.read_text(encoding="utf-8") for file in (Path(__file__).parent / "checks").glob("test_*.py"))

    assert [check.id for check in all_checks() if check.id.replace("-", "_") not in planted and check.id not in planted] == []
