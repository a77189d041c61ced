"""A template is read under every outcome of its conditions, and what cannot be read stays unknown."""

from typing import Any

import pytest

from backend_factory.delivery.stack.template import read_template
from backend_factory.errors import AskerError
from backend_factory.gates.policy.value import Given, Reference, Text, Unknown, references, shown
from backend_factory.gates.policy.world import World, worlds


def every(template: str) -> list[World]:
    return list(worlds(read_template(template)))


def value(written: str, head: str = "") -> Any:
    """What a property of that text is, where there is one world only."""
    (world,) = every(
        f"{head}\nParameters: {{Size: {{Type: Number}}}}\nResources: {{A: {{Type: T, Properties: {{p: {written}}}}}}}"
    )
    return world.resources["A"].properties.get("p")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1", 1),
        ("!Ref A", Reference("A")),
        ("!GetAtt A.B.C", Reference("A", "B.C")),
        ("!Ref Size", Given("Size")),
        ("!Ref AWS::Region", Given("AWS::Region")),
        ("!Ref AWS::NoValue", None),
        ("!Ref Nobody", Unknown("Ref Nobody")),
        ("!GetAtt Nobody.Arn", Unknown("GetAtt ['Nobody', 'Arn']")),
        ("!ImportValue x", Unknown("Fn::ImportValue")),
        ('!Sub "${A}"', Reference("A")),
        ('!Sub "${A.Arn}/x"', Text((Reference("A", "Arn"), "/x"))),
        ('!Sub "${!A} is kept"', "${A} is kept"),
        ('!Sub ["${x}-${A}", {x: y}]', Text(("y-", Reference("A")))),
        ('!Join ["-", [a, b, !Ref A]]', Text(("a-b-", Reference("A")))),
        ('!Join ["-", !Ref A]', Unknown("Fn::Join")),
        ("!If [Nobody, 1, 2]", Unknown("Fn::If")),
        ("!FindInMap [M, a, b]", Unknown("Fn::FindInMap")),
        ('[1, !Ref "AWS::NoValue"]', [1]),
    ],
)
def test_each_function_is_read_or_unknown(written: str, read: object) -> None:
    assert value(written) == read


def test_a_mapping_is_looked_up() -> None:
    assert value("!FindInMap [M, a, b]", "Mappings: {M: {a: {b: 7}}}") == 7


def test_references_are_found_however_deep() -> None:
    assert list(references(value('{a: [{b: !Sub "x${A.Arn}"}]}'))) == [Reference("A", "Arn")]


def test_a_finding_shows_values_as_they_were_written() -> None:
    assert shown(value('{a: [!Ref A, "x"], b: !Sub "${A}-y"}')) == "{a: [${A}, x], b: ${A}-y}"


CONDITIONS = """
Parameters: {Stage: {Type: String}}
Conditions:
  Live: !Equals [!Ref Stage, live]
  Quiet: !Not [{Condition: Live}]
  Both: !And [{Condition: Live}, {Condition: Quiet}]
  Never: !Equals [a, b]
Resources:
  A: {Type: T, Condition: Live, Properties: {p: !If [Quiet, 1, 2]}}
  B: {Type: T, Condition: Both}
  C: {Type: T, Condition: Never}
  D: {Type: T, Properties: {p: !If [Quiet, 1, 2]}}
"""


def test_only_what_can_come_out_together_is_looked_at() -> None:
    seen = [(set(world.resources), world.resources["D"].properties["p"]) for world in every(CONDITIONS)]

    assert seen == [({"A", "D"}, 2), ({"D"}, 1)]


@pytest.mark.parametrize(
    "conditions",
    ["[]", "{C: 1}", "{C: !Or []}", "{C: {Condition: C}}", "{C: {Condition: Nobody}}", "{C: {Fn::Not: [], Fn::And: []}}"],
)
def test_conditions_that_cannot_be_read_are_said_to_be(conditions: str) -> None:
    with pytest.raises(AskerError):
        every(f"Conditions: {conditions}\nResources: {{}}" if conditions != "[]" else "Conditions: [1]\nResources: {}")


@pytest.mark.parametrize(
    ("parameter", "numbers"),
    [
        ("{Type: Number, MinValue: 1, MaxValue: 5}", [1, 5]),
        ("{Type: String, AllowedValues: ['2', '4']}", [2, 4]),
        ("{Type: Number, Default: 3}", None),
        ("{Type: String, Default: '3'}", None),
        ("{Type: String, AllowedValues: [few, many]}", None),
    ],
)
def test_a_parameter_is_every_number_that_it_may_be(parameter: str, numbers: list[float] | None) -> None:
    (world,) = every(f"Parameters: {{P: {parameter}}}\nResources: {{}}")

    assert world.numbers(Given("P")) == numbers
