"""The architect's work from the assignment to the files."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from planned_features import ALL, hostile, notes, vulnerabilities
from workplace import SURVEY, assigned, bench, written

from backend_factory.domain.assignment import Blocked, Delivered, Outcome
from backend_factory.domain.deliverable import Plan, Requirements
from backend_factory.domain.phase import PhaseId
from backend_factory.runners.blueprint.markdown import code, escape
from backend_factory.runners.blueprint.plan import perform

Make = Callable[[], Requirements]


async def work(root: Path, requirements: Requirements, **rest: object) -> Outcome:
    return await perform(assigned(PhaseId.PLAN, requirements, **rest), bench(root, PhaseId.PLAN))  # type: ignore[arg-type]


def delivered(outcome: Outcome) -> Plan:
    assert isinstance(outcome, Delivered)
    assert isinstance(outcome.deliverable, Plan)
    return outcome.deliverable


@pytest.mark.parametrize("make", ALL)
async def test_contract_and_design_record_are_written_within_the_lane(make: Make, tmp_path: Path) -> None:
    made = delivered(await work(tmp_path, make()))
    assert set(written(tmp_path)) == {made.layout.contract, made.layout.design}


@pytest.mark.parametrize("make", ALL)
async def test_the_design_record_names_everything_that_was_decided(make: Make, tmp_path: Path) -> None:
    requirements = make()
    made = delivered(await work(tmp_path, requirements))
    text = written(tmp_path)[made.layout.design]
    for name in (
        *(r.id for r in requirements.requirements),
        *(c.id for c in requirements.criteria),
        *(r.logical_id for r in made.resources),
        *(c.path for c in made.components),
        *(r.path for r in made.routes),
        *(d.module for d in made.dependencies),
        *(c.choice for c in made.choices),
        *made.rollout,
        *made.rollback,
    ):
        assert name in text


async def test_a_plan_read_back_from_json_is_the_same(tmp_path: Path) -> None:
    made = delivered(await work(tmp_path, vulnerabilities()))
    assert Plan.model_validate_json(made.model_dump_json()) == made


async def test_nothing_is_written_where_the_repository_stands_in_the_way(tmp_path: Path) -> None:
    taken = SURVEY.model_copy(update={"files": ("go.mod", "pkg/note/note.go")})
    assert isinstance(await work(tmp_path, notes(), survey=taken), Blocked)
    assert written(tmp_path) == {}


async def test_a_person_can_give_the_feature_another_name(tmp_path: Path) -> None:
    taken = SURVEY.model_copy(update={"files": ("go.mod", "pkg/note/note.go")})
    made = delivered(await work(tmp_path, notes(), survey=taken, remark="Take another.\nname: Sticky Notes/../x"))
    assert made.slug == "sticky-notes-x"
    assert made.layout.package == "pkg/stickynotesx"


async def test_the_words_of_a_stranger_stay_words(tmp_path: Path) -> None:
    made = delivered(await work(tmp_path, hostile()))
    files = written(tmp_path)
    design = files[made.layout.design]
    assert "<script>" not in design.replace("\\<script\\>", "")
    assert "](javascript" not in design.replace("\\](javascript", "")
    assert not [line for line in design.splitlines() if line.startswith("# pwned")]
    assert yaml.safe_load(files[made.layout.contract])["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Signed-in people (all of them): 3 * 2", "Signed-in people (all of them): 3 \\* 2"),
        ("start_of_window", "start\\_of\\_window"),
        ("1. first", "1\\. first"),
        ("- point", "\\- point"),
        ("# heading\n<b>", "\\# heading \\<b\\>"),
        ("see https://example.com or www.example.com", "see https:&#47;&#47;example.com or www&#46;example.com"),
        ("ada@example.com", "ada&#64;example.com"),
        ("[x](y)", "\\[x\\](y)"),
    ],
)
def test_markdown_shows_text_as_it_is(text: str, expected: str) -> None:
    assert escape(text) == expected


def test_code_in_a_table_stays_in_its_cell() -> None:
    assert code("a|b`c\nd") == "`a\\|b'c d`"
