"""Texts from strangers stay inside their literal or their comment."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_factory.domain.feature import FieldType
from backend_factory.errors import InternalError
from backend_factory.runners.blueprint.golang import names
from backend_factory.runners.blueprint.golang.imports import block, code
from backend_factory.runners.blueprint.golang.literal import comment, go_expression, go_scalar, go_string

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@given(ANY_TEXT)
def test_a_string_literal_is_one_token_of_printable_ascii(text: str) -> None:
    literal = go_string(text)
    assert literal.isascii()
    assert literal.isprintable()
    assert code(literal) == '""'


@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=("Cs",)), max_size=60))
def test_a_string_literal_stands_for_the_text(text: str) -> None:
    assert json.loads(go_string(text)) == text


@given(ANY_TEXT)
def test_an_expression_is_one_token(text: str) -> None:
    assert code(go_expression(text)) == '""'


@given(ANY_TEXT)
def test_every_line_of_a_comment_is_a_comment(text: str) -> None:
    lines = comment(text, "\t").splitlines()
    assert lines
    assert all(line.startswith("\t//") for line in lines)
    assert code(comment(text)).strip() == ""


@pytest.mark.parametrize(
    ("value", "kind", "literal"),
    [
        (3, FieldType.INTEGER, "3"),
        (3.0, FieldType.INTEGER, "3"),
        (2, FieldType.DECIMAL, "2"),
        (0.25, FieldType.DECIMAL, "0.25"),
        (True, FieldType.BOOLEAN, "true"),
        ('a"b', FieldType.CHOICE, '"a\\"b"'),
    ],
)
def test_a_default_is_a_literal_of_its_type(value: str | float | bool, kind: FieldType, literal: str) -> None:
    assert go_scalar(value, kind) == literal


@pytest.mark.parametrize(("value", "kind"), [("x", FieldType.INTEGER), (1.5, FieldType.INTEGER), (1, FieldType.BOOLEAN)])
def test_a_default_of_another_type_is_an_error(value: str | float | bool, kind: FieldType) -> None:
    with pytest.raises(ValueError, match="is no"):
        go_scalar(value, kind)


def test_imports_are_what_the_code_uses_and_not_what_comments_and_strings_say() -> None:
    source = (
        'var a = json.Marshal // time.Now\nvar b = "slices.Sort" + `maps.Keys`\n'
        "var c = events.SQSEvent{}\nvar d = x.errors.y + table.New"
    )
    assert block(source, {"table": "example.com/t/table"}) == (
        'import (\n\t"encoding/json"\n\n\t"github.com/aws/aws-lambda-go/events"\n\n\t"example.com/t/table"\n)\n'
    )
    assert block("var a int", {}) == ""


@pytest.mark.parametrize(
    ("check", "name"),
    [(names.exported, "asset"), (names.exported, "A{}"), (names.wire, 'a"'), (names.package, "pkg/a-b"), (names.module, "a b")],
)
def test_a_name_that_is_none_does_not_get_into_code(check: object, name: str) -> None:
    assert callable(check)
    with pytest.raises(InternalError):
        check(name)
