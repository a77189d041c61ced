"""Reading CloudFormation's YAML."""

import pytest

from backend_factory.delivery.stack.template import read_template
from backend_factory.errors import AskerError


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref Table", {"Ref": "Table"}),
        ("!GetAtt Table.Arn", {"Fn::GetAtt": ["Table", "Arn"]}),
        ("!GetAtt [Table, Arn]", {"Fn::GetAtt": ["Table", "Arn"]}),
        ("!Sub 'a-${Table}'", {"Fn::Sub": "a-${Table}"}),
        ("!Join ['-', [a, !Ref B]]", {"Fn::Join": ["-", ["a", {"Ref": "B"}]]}),
        ("!If [C, !Ref A, !Ref 'AWS::NoValue']", {"Fn::If": ["C", {"Ref": "A"}, {"Ref": "AWS::NoValue"}]}),
        ("2012-10-17", "2012-10-17"),
        ('{"Ref": "Table"}', {"Ref": "Table"}),
    ],
)
def test_short_forms_are_written_out(short: str, long: object) -> None:
    assert read_template(f"Resources:\n  A: {short}\n")["Resources"]["A"] == long


@pytest.mark.parametrize("template", ["{", "", "[]", "Resources: []", "a: !!python/object/apply:os.getcwd []"])
def test_what_is_no_template_is_refused(template: str) -> None:
    with pytest.raises(AskerError):
        read_template(template)
