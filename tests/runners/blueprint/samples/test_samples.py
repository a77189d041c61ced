"""Samples are valid where they should be, and invalid in exactly one way where they should not."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_factory.domain.feature import Entity, Field, FieldType, OrderRule
from backend_factory.runners.blueprint.samples import (
    NoSample,
    capacity,
    distinct,
    invalid,
    misordered,
    record,
    refusal,
    value,
)
from backend_factory.runners.blueprint.samples.pattern import compiled, matching

PATTERNS = [
    r"[A-Z]{3}-\d{4}",
    r"^(low|high|very high)$",
    r"[a-z]+(?:-[a-z0-9]+)*",
    r"v\d+\.\d+\.\d+",
    r"[^#\s]{4,8}",
    r"\w+@\w+",
    r"[]a-c\-]+x?",
]


@st.composite
def fields(draw: st.DrawFn) -> Field:
    kind = draw(st.sampled_from(list(FieldType)))
    limits: dict[str, object] = {}
    if kind is FieldType.CHOICE:
        limits["choices"] = tuple(draw(st.lists(st.sampled_from(["A", "P", "TI", "very high"]), min_size=1, unique=True)))
    if kind in (FieldType.INTEGER, FieldType.DECIMAL):
        low = draw(st.none() | st.integers(-500, 500))
        limits["minimum"] = low
        limits["maximum"] = draw(st.none() | st.integers(low if low is not None else -500, 2000))
    if kind in (FieldType.TEXT, FieldType.LONG_TEXT):
        limits["min_length"] = draw(st.none() | st.integers(0, 30))
        limits["max_length"] = draw(st.none() | st.integers(max(limits["min_length"] or 1, 1), 300))  # type: ignore[call-overload]
    many = draw(st.booleans())
    return Field.model_validate(
        {"name": "sample_field", "label": "sample", "type": kind, "many": many, "required": draw(st.booleans()), **limits}
    )


@given(fields())
@settings(max_examples=300, deadline=None)
def test_valid_values_satisfy_the_field_and_differ(field: Field) -> None:
    made = [value(field, n) for n in range(min(capacity(field), 40))]
    assert made
    assert len({str(each).lower() for each in made}) == len(made)
    if field.type is not FieldType.REFERENCE:
        assert [refusal(field, each) for each in made] == [None] * len(made)


@given(fields())
@settings(max_examples=300, deadline=None)
def test_invalid_values_break_the_named_rule_and_no_other(field: Field) -> None:
    for each in invalid(field):
        if not field.many:
            assert refusal(field, each.value) == each.rule
        elif each.element:
            assert isinstance(each.value, list)
            assert [refusal(field, one) for one in each.value] == [each.rule]
        elif isinstance(each.value, list):
            assert {refusal(field, one) for one in each.value} == {None}
            assert len(each.value) > field.max_items or len(set(map(str, each.value))) < len(each.value)


def test_every_type_has_an_invalid_value() -> None:
    for kind in FieldType:
        field = Field(name="f", label="f", type=kind, choices=("a",) if kind is FieldType.CHOICE else ())
        assert invalid(field)


def test_limits_each_have_their_own_invalid_value() -> None:
    number = Field(name="port", label="port", type=FieldType.INTEGER, minimum=1, maximum=65535)
    assert [(e.rule, e.value) for e in invalid(number)] == [("minimum", 0), ("maximum", 65536), ("type", "seven")]
    text = Field(name="code", label="code", type=FieldType.TEXT, min_length=3, max_length=5)
    assert [(e.rule, e.value) for e in invalid(text)] == [
        ("length", "xxxxxx"),
        ("length", "xx"),
        ("format", "xx\x07"),
        ("type", 7),
    ]
    with_pattern = Field(name="code", label="code", type=FieldType.TEXT, pattern=r"[A-Z]{3}")
    assert [e.rule for e in invalid(with_pattern)] == ["pattern", "type"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_strings_are_made_for_the_common_patterns(pattern: str) -> None:
    made = matching(pattern, 1, 40)
    assert len(set(made)) == len(made) >= 3
    assert all(re.fullmatch(pattern, each) for each in made)


@pytest.mark.parametrize("pattern", [r"\p{Greek}+", r"(?i)abc", r"\bword\b", "[[:alpha:]]+", "(", r"((a{999}){999}){999}"])
def test_a_pattern_beyond_the_subset_yields_no_sample_instead_of_a_wrong_one(pattern: str) -> None:
    assert matching(pattern, 1, 40) == ()
    with pytest.raises(NoSample):
        value(Field(name="f", label="f", type=FieldType.TEXT, pattern=pattern), 0)


@given(st.text(alphabet=r"ab[]()|*+?{}1,2\dw^$.-", max_size=12))
@settings(max_examples=300, deadline=None)
def test_what_is_made_for_any_pattern_matches_it(pattern: str) -> None:
    for each in matching(pattern, 1, 40)[:20]:
        assert compiled(pattern).fullmatch(each)


def window(*rules: OrderRule, **limits: object) -> Entity:
    fields = [
        Field(name="title", label="title", type=FieldType.TEXT, required=True, unique=True),
        Field(name="starts_at", label="start", type=FieldType.TIMESTAMP, required=True),
        Field(name="ends_at", label="end", type=FieldType.TIMESTAMP, required=True),
        Field(name="low", label="low", type=FieldType.INTEGER, minimum=0, maximum=10),
        Field(name="high", label="high", type=FieldType.INTEGER, minimum=0, maximum=10),
        Field(name="asset", label="asset", type=FieldType.REFERENCE, references="asset"),
    ]
    order = (OrderRule(earlier="starts_at", later="ends_at"), OrderRule(earlier="low", later="high"), *rules)
    return Entity(name="window", label="window", plural="windows", fields=tuple(fields), rules=order)


@given(st.integers(0, 200))
def test_records_keep_the_order_rules(n: int) -> None:
    made = record(window(), n, lambda field, n: f"id-{n}")
    assert str(made["starts_at"]) < str(made["ends_at"])
    assert made["low"] < made["high"]  # type: ignore[operator]


def test_records_differ_in_unique_fields_and_ascend() -> None:
    made = [record(window(), n, lambda field, n: None) for n in range(40)]
    assert distinct(window()) >= 40
    assert all(str(a["title"]) < str(b["title"]) and str(a["starts_at"]) < str(b["starts_at"]) for a, b in pairwise(made))
    assert all("asset" not in each for each in made)
    assert set(record(window(), 0, lambda field, n: None, only_required=True)) == {"title", "starts_at", "ends_at"}


def test_a_misordered_pair_breaks_the_order_and_nothing_else() -> None:
    for rule in window().rules:
        pair = misordered(window(), rule, 3)
        assert pair[rule.earlier] > pair[rule.later]  # type: ignore[operator]
        assert all(refusal(window().field(name), each) is None for name, each in pair.items())


def test_contradictory_order_rules_are_named_and_not_sampled() -> None:
    circle = window(OrderRule(earlier="high", later="low"))
    with pytest.raises(NoSample, match="circle"):
        record(circle, 0, lambda field, n: None)
