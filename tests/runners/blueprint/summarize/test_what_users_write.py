"""Requests as managers, engineers and ticket templates word them: understood as meant, or declined by name."""

import pytest
import yaml
from users import asked, facts, written

from backend_factory.domain.assignment import Blocked, Survey
from backend_factory.domain.deliverable import Plan, Requirements
from backend_factory.runners.blueprint.plan.contract import contract
from backend_factory.runners.blueprint.plan.layout import slug
from backend_factory.runners.blueprint.plan.planning import plan
from backend_factory.runners.blueprint.summarize import requirements
from backend_factory.runners.blueprint.validate.compile import compile_scenarios

SURVEY = Survey(module="example.com/shop", go="1.26", files=("go.mod",))
WRITTEN = written()
COMPILED = [(text, outcome[2:], told) for text, outcome, told in WRITTEN if outcome.startswith("= ")]
DECLINED = [(text, outcome[2:]) for text, outcome, _ in WRITTEN if outcome.startswith("! ")]


def planned(text: str) -> tuple[Requirements, Plan]:
    found = requirements(asked(text))
    assert isinstance(found, Requirements), found
    made = plan(found, SURVEY, name=slug(found))
    assert isinstance(made, Plan), made
    return found, made


def test_there_are_many_requests() -> None:
    assert len(COMPILED) > 70
    assert len(DECLINED) > 20


@pytest.mark.parametrize(("text", "title", "told"), COMPILED, ids=[text[:50] for text, _, _ in COMPILED])
def test_the_words_become_the_model_that_is_meant(text: str, title: str, told: tuple[str, ...]) -> None:
    found = requirements(asked(text))
    assert isinstance(found, Requirements), found
    assert facts(found.model) == told
    assert found.title == title


@pytest.mark.parametrize(("text", "demand"), DECLINED, ids=[text[:50] for text, _ in DECLINED])
def test_what_cannot_be_compiled_is_declined_in_its_own_words(text: str, demand: str) -> None:
    found = requirements(asked(text))
    assert isinstance(found, Blocked), found
    assert found.demand == demand
    assert demand in text
    assert found.question.count("?") >= 1


@pytest.mark.parametrize("text", [text for text, _, _ in COMPILED])
def test_whatever_compiles_can_be_planned_and_exercised(text: str) -> None:
    found, made = planned(text)
    scenarios = compile_scenarios(found, made)
    assert isinstance(scenarios, tuple), scenarios
    assert {c for each in scenarios for c in each.criteria} >= {c.id for c in found.criteria}
    assert len(made.slug) <= 40
    assert len({r.logical_id for r in made.resources}) == len(made.resources) < 400


@pytest.mark.parametrize("text", [text for text, _, _ in COMPILED][::8])
def test_the_contract_of_what_compiles_is_valid(text: str) -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    document = yaml.safe_load(contract(planned(text)[1]))
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
