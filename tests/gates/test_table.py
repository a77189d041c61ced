"""docs/gates.md is what the code and the tests say, and the planted faults are what the gates are worth."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from backend_factory.gates.judge import all_checks
from backend_factory.gates.thresholds import Thresholds

PROJECT = Path(__file__).parents[2]


def pytest_of(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *arguments]
    return subprocess.run(command, cwd=PROJECT, env={**os.environ, "PYTHONPATH": "tests"}, capture_output=True, text=True)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What docs/gates.md must say."""
    file = tmp_path_factory.mktemp("docs") / "gates.md"
    subprocess.run([sys.executable, "scripts/gates_page.py", str(file)], cwd=PROJECT, check=True)
    return file.read_text(encoding="utf-8")


def told(page: str, heading: str) -> Counter[str]:
    """How many lines each check has in the section under `heading`."""
    section = page.split(f"\n## {heading}")[1].split("\n## ")[0]
    return Counter(line.split("`")[1] for line in section.splitlines() if line.startswith("| `"))


def test_the_document_is_the_one_that_code_and_tests_give(page: str) -> None:
    assert (PROJECT / "docs" / "gates.md").read_text(encoding="utf-8") == page


def test_every_threshold_says_what_it_means(page: str) -> None:
    assert [field.name for field in fields(Thresholds) if f"| `{field.name}` |" not in page] == []


def test_every_check_was_seen_to_find_a_fault_and_there_are_many(page: str) -> None:
    faults = told(page, "Faults")

    assert {*faults} == {check.id for check in all_checks()}
    assert faults.total() >= 80


def test_what_is_right_in_another_way_was_seen_to_pass(page: str) -> None:
    variants = told(page, "Correct variants")

    assert {*variants} <= {check.id for check in all_checks()}
    assert variants.total() >= 20


@pytest.mark.slow
def test_a_marked_test_fails_when_the_check_that_it_names_is_broken() -> None:
    done = pytest_of("--spoilt", "first", "-m", "fault or variant", "tests/gates")

    assert done.returncode == 0, done.stdout


def test_a_marked_test_that_does_not_depend_on_its_check_is_told(tmp_path: Path) -> None:
    vain = tmp_path / "test_vain.py"
    vain.write_text('import pytest\n\n@pytest.mark.fault("lane", "nothing")\ndef test_vain(): pass\n')

    done = pytest_of("--spoilt", "all", "-c", "pyproject.toml", "--rootdir", str(PROJECT), "-p", "planting", str(vain))

    assert done.returncode == 1
    assert "passes although lane is broken" in done.stdout
