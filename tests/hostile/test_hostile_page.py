"""docs/hostile.md is what the battery does, and the battery is as large as was promised."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from battery import HOLDS

from backend_factory.gates.judge import all_checks
from backend_factory.workflow.review import CHECK as REVIEW

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What docs/hostile.md must say."""
    file = tmp_path_factory.mktemp("docs") / "hostile.md"
    subprocess.run([sys.executable, "scripts/hostile_page.py", str(file)], cwd=PROJECT, check=True)
    return file.read_text(encoding="utf-8")


def lines(page: str, heading: str) -> list[list[str]]:
    """The cells of each line of the table under `heading`."""
    section = page.split(f"\n## {heading}")[1].split("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[2:]]


def test_the_document_is_the_one_that_the_battery_gives(page: str) -> None:
    assert (PROJECT / "docs" / "hostile.md").read_text(encoding="utf-8") == page


def test_there_are_more_attacks_than_promised_and_each_is_another_one(page: str) -> None:
    attacks = [cells[0] for cells in lines(page, "Attacks")]
    assert len(attacks) >= 100
    assert len(set(attacks)) == len(attacks)


def test_there_are_more_false_completions_than_ten(page: str) -> None:
    assert len(lines(page, "False completions")) >= 20


def test_what_held_is_something_that_there_is(page: str) -> None:
    checks = {f"gate `{check.id}`" for check in all_checks()} | {f"gate `{REVIEW}`"}
    for heading in ("Attacks", "False completions"):
        assert {cells[2] for cells in lines(page, heading)} <= checks | set(HOLDS)
    assert {cells[2] for cells in lines(page, "Attacks")} >= {"sandbox", "lane", "meter", "brief", "workbench", "broker"}


def test_every_test_of_the_battery_has_a_row() -> None:
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        if file == Path(__file__):
            continue
        for each in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test_"):
                marks = " ".join(map(ast.unparse, each.decorator_list))
                assert any(word in marks for word in ("attack", "claim(", "other_checks(")), each.name
