"""The requests of `make examples` and what is read from their reports; the runs themselves are the program's."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from backend_factory.intake import detect

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The program's modules, as they see each other."""
    monkeypatch.syspath_prepend(str(PROJECT / "scripts"))
    import examples

    yield examples
    for name in ("examples", "examples_page"):
        del sys.modules[name]


def told(
    text: str = "An API for cats with a name", status: str = "delivered", blocked: object = None, **checks: object
) -> dict[str, Any]:
    """A report as the product writes it, as far as the program reads it."""
    gate = {
        "checks": [
            {"check": check.replace("_", "-"), "status": "passed", "summary": "", "findings": [], "figures": figures}
            for check, figures in checks.items()
        ]
    }
    return {
        "status": status,
        "attempts": [{"accepted": not blocked, "blocked": blocked, "gate": None if blocked else gate}],
        "seconds": {"elapsed": 12.0},
        "reworks": 0,
        "requested": {"at": "2026-01-02T03:04:05Z", "text": text},
    }


def test_there_are_enough_requests_and_each_is_taken_for_backend_work(scripts: Any) -> None:
    examples = scripts.read_examples()
    assert sum(example.demand is None for example in examples) >= 15
    assert sum(example.demand is not None for example in examples) >= 6
    assert [example.name for example in examples if detect(example.text).verdict != "backend"] == []
    assert [example.name for example in examples if example.demand and example.demand not in example.text] == []


def test_figures_come_from_the_accepted_attempts_checks_and_missing_ones_are_missing(scripts: Any) -> None:
    report = told(go_test={"tests_count": 7.0}, contract_fuzzed={}, changed_lines_covered={"coverage_percent": 91.5})
    report["attempts"].insert(
        0, {"accepted": False, "blocked": None, "gate": told(mutation_score={"mutants_count": 3.0})["attempts"][0]["gate"]}
    )
    row = scripts.read_row("cats", "", "", report)
    assert (row.figures["tests"], row.figures["coverage %"], row.figures["fuzz failures"]) == (7.0, 91.5, 0)
    assert row.figures["mutants"] is row.figures["fuzz requests"] is row.figures["load mean ms"] is None
    assert "| delivered | – | – | 7 | 91.50 | – |" in scripts.written_rows([row]).replace("(NOT AS EXPECTED) ", "").replace(
        "  ", " "
    )


@pytest.mark.parametrize(
    ("demand", "reason", "right"),
    [
        ("dance", "unsupported_demand", True),
        ("sing", "unsupported_demand", False),
        ("dance", "ambiguous", False),
        (None, "", False),
    ],
)
def test_a_request_is_declined_as_expected_by_name_and_for_the_right_reason(
    scripts: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, demand: str | None, reason: str, right: bool
) -> None:
    monkeypatch.setattr(scripts, "FOLDER", tmp_path)
    example = scripts.Example("cats", "An API for cats that dance", demand=demand, reason=reason)
    example.folder.mkdir()
    blocked = {"reason": "unsupported_demand", "demand": "that dance"}
    example.report.write_text(json.dumps(told(example.text, "waiting", blocked)))
    assert scripts.row(example).as_expected is right


def test_a_report_about_other_words_is_not_kept(scripts: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(scripts, "FOLDER", tmp_path)
    example = scripts.Example("cats", "An API for cats\nwith a name")
    example.folder.mkdir()
    example.report.write_text(json.dumps(told("An API for cats with a name")))
    assert scripts.row(example).as_expected
    example.report.write_text(json.dumps(told("An API for cats with a nose")))
    assert scripts.row(example) is None


def test_the_page_names_what_was_not_run(scripts: Any) -> None:
    row = scripts.read_row("cats", "pets", "An API for cats", told())
    page = scripts.write_page([("cats", row), ("dogs", None)])
    assert "1 delivered, 0 declined by name, not run: dogs." in page
    assert "**cats** (pets)\n\n    An API for cats\n" in page
