"""The release: documents that name what they must, and the scenarios that tell a good deployment."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from planned_features import ALL, hostile, notes, vulnerabilities
from workplace import SURVEY, assigned, bench, written

from backend_factory.delivery.stack.template import read_template
from backend_factory.domain.assignment import Blocked, Delivered, Outcome
from backend_factory.domain.deliverable import Behaviour, Plan, Release, Requirements, Validation
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.scenario import Call, Scenario
from backend_factory.runners.blueprint.commit import perform
from backend_factory.runners.blueprint.commit.smoke import smoke
from backend_factory.runners.blueprint.implement.template import render
from backend_factory.runners.blueprint.plan.layout import slug
from backend_factory.runners.blueprint.plan.planning import plan

Make = Callable[[], Requirements]
CALL = Call(method="GET", path="/", status=200)


def planned(requirements: Requirements) -> Plan:
    made = plan(requirements, SURVEY, name=slug(requirements))
    assert isinstance(made, Plan)
    return made


def validation(requirements: Requirements, *, steps: int = 3) -> Validation:
    """A scenario for each criterion."""
    scenarios = tuple(
        Scenario(id=f"S-{n}", title=criterion.then, criteria=(criterion.id,), steps=(CALL,) * steps)
        for n, criterion in enumerate(requirements.criteria, start=1)
    )
    return Validation(summary="All.", scenarios=scenarios)


async def work(root: Path, requirements: Requirements, proof: Validation, ticket: str | None = None) -> Outcome:
    handed = assigned(PhaseId.COMMIT, requirements, planned(requirements), proof, ticket=ticket)
    return await perform(handed, bench(root, PhaseId.COMMIT))


async def released(root: Path, requirements: Requirements, ticket: str | None = None) -> Release:
    outcome = await work(root, requirements, validation(requirements), ticket)
    assert isinstance(outcome, Delivered)
    assert isinstance(outcome.deliverable, Release)
    return outcome.deliverable


@pytest.mark.parametrize("make", ALL)
async def test_three_documents_are_written_within_the_lane(make: Make, tmp_path: Path) -> None:
    release = await released(tmp_path, make())
    places = planned(make()).layout
    assert set(written(tmp_path)) == {places.notes, places.runbook, places.parameters} == {file.path for file in release.files}


@pytest.mark.parametrize("make", ALL)
async def test_the_notes_name_every_requirement_and_the_runbook_every_alarm(make: Make, tmp_path: Path) -> None:
    await released(tmp_path, make())
    made, files = planned(make()), written(tmp_path)
    assert all(requirement.id in files[made.layout.notes] for requirement in make().requirements)
    assert all(route.path in files[made.layout.notes] for route in made.routes)
    alarms = [resource.logical_id for resource in made.resources if resource.type == "AWS::CloudWatch::Alarm"]
    assert all(f"| `{alarm}` |" in files[made.layout.runbook] for alarm in alarms)


@pytest.mark.parametrize("make", ALL)
async def test_parameters_are_those_of_the_template(make: Make, tmp_path: Path) -> None:
    release = await released(tmp_path, make())
    made = planned(make())
    given = {each["ParameterKey"]: each["ParameterValue"] for each in json.loads(written(tmp_path)[made.layout.parameters])}
    asked = read_template(render(made))["Parameters"]
    assert given == release.parameters
    assert set(given) <= set(asked)
    left = {name for name, each in asked.items() if "Default" not in each}
    assert all(f"| `{name}` |" in written(tmp_path)[made.layout.runbook] for name in left | set(given))


async def test_dead_letters_are_explained_where_there_is_a_queue(tmp_path: Path) -> None:
    await released(tmp_path / "a", vulnerabilities())
    await released(tmp_path / "b", notes())
    assert "start-message-move-task" in written(tmp_path / "a")[planned(vulnerabilities()).layout.runbook]
    assert "dead" not in written(tmp_path / "b")[planned(notes()).layout.runbook].lower()


async def test_the_stack_is_named_like_the_feature_and_the_title_fits_a_subject_line(tmp_path: Path) -> None:
    release = await released(tmp_path, hostile(), ticket="CHAR-123")
    assert release.stack == planned(hostile()).slug
    assert release.pull_request_title.startswith("feat: ")
    assert release.pull_request_title.endswith(" (CHAR-123)")
    assert len(release.pull_request_title) <= 72
    assert "\n" not in release.pull_request_title


async def test_a_validation_without_scenarios_is_no_basis_for_a_release(tmp_path: Path) -> None:
    assert isinstance(await work(tmp_path, notes(), Validation(summary="None.", scenarios=())), Blocked)
    assert written(tmp_path) == {}


@pytest.mark.parametrize("make", ALL)
async def test_the_same_input_gives_the_same_bytes(make: Make, tmp_path: Path) -> None:
    first = await released(tmp_path / "a", make())
    second = await released(tmp_path / "b", make())
    assert (first, written(tmp_path / "a")) == (second, written(tmp_path / "b"))


async def test_the_words_of_a_stranger_stay_words(tmp_path: Path) -> None:
    await released(tmp_path, hostile())
    text = "".join(written(tmp_path).values())
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert "<b onload" not in text.replace("\\<b onload", "")
    assert "](javascript" not in text.replace("\\](javascript", "")


@pytest.mark.parametrize("make", ALL)
def test_two_to_five_scenarios_are_run_after_deployment(make: Make) -> None:
    assert 2 <= len(smoke(make(), validation(make()))) <= 5


def test_smoke_shows_table_sign_in_queue_and_correlation() -> None:
    requirements = vulnerabilities()
    behaviours = {criterion.id: criterion.behaviour for criterion in requirements.criteria}
    scenarios = {scenario.id: scenario for scenario in validation(requirements).scenarios}
    shown = {behaviours[c] for name in smoke(requirements, validation(requirements)) for c in scenarios[name].criteria}
    assert {Behaviour.CREATED, Behaviour.SIGN_IN_REQUIRED, Behaviour.INGESTED, Behaviour.CORRELATED} <= shown


def test_of_two_scenarios_that_show_the_same_the_quicker_one_is_run() -> None:
    requirements = notes()
    created = next(c.id for c in requirements.criteria if c.behaviour is Behaviour.CREATED)
    slow = Scenario(id="S-1", title="slow", criteria=(created,), steps=(CALL,) * 9)
    quick = Scenario(id="S-2", title="quick", criteria=(created,), steps=(CALL,))
    third = Scenario(id="S-3", title="third", criteria=(), steps=(CALL, CALL))
    assert smoke(requirements, Validation(summary="x", scenarios=(slow, quick, third))) == ("S-2", "S-3")


def test_a_single_scenario_is_better_than_none() -> None:
    requirements = notes()
    only = Scenario(id="S-1", title="only", criteria=(), steps=(CALL,))
    assert smoke(requirements, Validation(summary="x", scenarios=(only,))) == ("S-1",)
