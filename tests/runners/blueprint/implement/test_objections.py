"""What cannot be compiled is said before anything is written."""

import pytest
from code_shapes import SHAPES, kind, one, planned
from planned_features import requirements

from backend_factory.domain.deliverable import Plan
from backend_factory.domain.feature import Correlation, Entity, FeatureModel, Field, FieldType, Ingestion, KeyPair
from backend_factory.runners.blueprint.implement.objections import objection


def with_field(field: Field, **rest: object) -> Plan:
    return with_model(entities=(kind("note", one("text"), field, **rest),))


def with_model(entities: tuple[Entity, ...], **rest: object) -> Plan:
    model = FeatureModel.model_validate({"name": "note", "entities": entities} | rest)
    return planned(requirements("Note API", model))


@pytest.mark.parametrize("make", SHAPES)
def test_what_can_be_compiled_meets_no_objection(make: object) -> None:
    assert callable(make)
    assert objection(planned(make())) is None


@pytest.mark.parametrize("pattern", ["(?=a)", "a(?<!b)", r"(a)\1", "a*+", "(?>a)", "(?P=x)", "(", "[b-a]"])
def test_a_pattern_that_go_does_not_know_is_declined_by_name(pattern: str) -> None:
    blocked = objection(with_field(one("code", pattern=pattern)))
    assert blocked is not None
    assert blocked.reason == "unsupported_demand"
    assert pattern in blocked.demand


@pytest.mark.parametrize("pattern", [r"\\1", r"[A-Z]{2}\d+", "(?i:x)?", r"a\(?=b", "(?P<year>[0-9]{4})-x+"])
def test_patterns_of_go_are_compiled(pattern: str) -> None:
    assert objection(with_field(one("code", pattern=pattern))) is None


def test_a_default_of_another_type_is_declined() -> None:
    blocked = objection(with_field(one("size", FieldType.INTEGER, default="many")))
    assert blocked is not None
    assert "many" in blocked.demand


def test_a_list_is_neither_unique_nor_an_order() -> None:
    assert objection(with_field(one("tags", many=True, unique=True))) is not None
    assert objection(with_field(one("tags", many=True, required=True), sorts=("tags",))) is not None


def test_records_are_not_correlated_with_their_own_kind_by_two_fields() -> None:
    entity = kind("note", one("text"), one("other"))
    itself = Correlation(left="note", right="note", keys=(KeyPair(left="text", right="other"),))
    assert objection(with_model(entities=(entity,), correlations=(itself,))) is not None


def test_what_arrives_twice_must_be_known_by_its_key() -> None:
    assert objection(with_model(entities=(kind("note", one("text")),), ingestions=(Ingestion(entity="note"),))) is not None
