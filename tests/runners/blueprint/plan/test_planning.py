"""What every plan holds, whatever the feature."""

from collections.abc import Callable

import pytest
from planned_features import ALL, suppliers, vulnerabilities, windows

from backend_factory.domain.assignment import Survey
from backend_factory.domain.deliverable import Plan, Requirements
from backend_factory.runners.blueprint.indexes import indexes
from backend_factory.runners.blueprint.plan.layout import slug
from backend_factory.runners.blueprint.plan.planning import plan

SURVEY = Survey(module="example.com/shop", go="1.26", files=("go.mod",))
FORBIDDEN_WIRE = {"id", "key", "created", "updated", "version", "username", "entity", "scope", "sort1", "sort2", "ttl"}

Make = Callable[[], Requirements]


def planned(requirements: Requirements, survey: Survey = SURVEY) -> Plan:
    outcome = plan(requirements, survey, name=slug(requirements))
    assert isinstance(outcome, Plan)
    return outcome


@pytest.mark.parametrize("make", ALL)
def test_every_requirement_has_a_component_and_every_criterion_a_planned_test(make: Make) -> None:
    requirements, made = make(), planned(make())
    assert {r.id for r in requirements.requirements} == {r for c in made.components for r in c.requirements}
    assert {c.id for c in requirements.criteria} == {t.criterion for t in made.tests if t.levels}


@pytest.mark.parametrize("make", ALL)
def test_names_do_not_clash(make: Make) -> None:
    made = planned(make())
    for names in (
        [d.go for d in made.designs],
        [d.path for d in made.designs],
        [d.wire_plural for d in made.designs],
        [d.prefix for d in made.designs],
        [r.id for r in made.routes],
        [(r.method, r.path) for r in made.routes],
        [r.logical_id for r in made.resources],
        [c.id for c in made.components],
    ):
        assert len(names) == len(set(names))
    for design in made.designs:
        wires = [field.wire.lower() for field in design.fields]
        assert len(wires) == len(set(wires))
        assert not FORBIDDEN_WIRE & {field.wire for field in design.fields}
        assert not {"Key", "Created", "Updated", "Version", "ID"} & {field.go for field in design.fields}
        assert [field.field for field in design.fields] == [field.name for field in made.entity(design.entity).fields]


@pytest.mark.parametrize("make", ALL)
def test_every_operation_of_an_entity_has_a_route(make: Make) -> None:
    made = planned(make())
    served = {(route.entity, route.operation) for route in made.routes}
    assert all((entity.name, operation) in served for entity in made.model.entities for operation in entity.operations)


@pytest.mark.parametrize("make", ALL)
def test_the_same_input_gives_the_same_plan(make: Make) -> None:
    assert planned(make()).model_dump_json() == planned(make()).model_dump_json()


def test_correlated_records_are_found_from_either_side() -> None:
    paths = {route.path for route in planned(vulnerabilities()).routes if route.operation == "correlated"}
    assert paths == {"/vulnerabilities/{id}/assets", "/assets/{id}/vulnerabilities"}


def test_platform_types_keep_the_keys_of_the_platform() -> None:
    assert [design.prefix for design in planned(vulnerabilities()).designs] == ["#risk#", "#asset#"]


def test_a_table_has_only_the_indexes_that_are_read() -> None:
    assert [index.name for index in indexes(vulnerabilities().model)] == [
        "created-index",
        "updated-index",
        "sort1-index",
        "match1-index",
        "match2-index",
    ]
    assert [index.name for index in indexes(windows().model)] == ["created-index", "updated-index", "sort1-index", "sort2-index"]


def test_a_queue_comes_with_background_work_alone() -> None:
    assert "AWS::SQS::Queue" in {resource.type for resource in planned(vulnerabilities()).resources}
    assert "AWS::SQS::Queue" not in {resource.type for resource in planned(suppliers()).resources}
    assert not any("sqs" in dependency.module for dependency in planned(suppliers()).dependencies)


def test_a_module_that_is_there_keeps_its_version_and_an_old_one_is_a_risk() -> None:
    survey = SURVEY.model_copy(update={"requires": {"github.com/aws/aws-lambda-go": "v1.30.0"}})
    made = planned(windows(), survey)
    there = next(d for d in made.dependencies if d.module == "github.com/aws/aws-lambda-go")
    assert (there.version, there.present) == ("v1.30.0", True)
    assert any("github.com/aws/aws-lambda-go at v1.30.0" in risk for risk in made.risks)
    assert not any(d.present for d in made.dependencies if d is not there)


def test_shared_code_that_is_there_is_reused() -> None:
    survey = SURVEY.model_copy(update={"files": ("go.mod", "pkg/platform/problem/problem.go", "pkg/platform/README.md")})
    assert planned(windows(), survey).reused == ("go.mod", "pkg/platform/problem/problem.go")
