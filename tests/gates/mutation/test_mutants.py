"""What is done to Go code, what is left alone, and that many mutants fit into one text."""

import pytest

from backend_factory.gates.go_syntax import code_lines, parse
from backend_factory.gates.mutation.mutant import render
from backend_factory.gates.mutation.operators import plantings

EVERY_LINE = frozenset(range(1, 1000))


def changes(body: str, *, result: str = "", lines: frozenset[int] = EVERY_LINE) -> set[tuple[str, str]]:
    source = f"package p\n\nfunc f() {result} {{\n{body}\n}}\n".encode()
    return {(each.mutant.operator, each.mutant.change) for each in plantings("p.go", parse(source), lines)}


@pytest.mark.parametrize(
    ("body", "result", "wanted"),
    [
        ("if a < b { g() }", "", ("boundary", "a < b becomes a <= b")),
        ("if a < b { g() }", "", ("negate", "if a < b becomes if !(a < b)")),
        ("if err != nil { g() }", "", ("never", "the body of if err != nil is never run")),
        ("x := a && b", "", ("logic", "a && b becomes a || b")),
        ("x := a == b", "", ("negate", "a == b becomes a != b")),
        ("x := !a", "", ("negate", "!a becomes a")),
        ("x := a + b", "", ("arithmetic", "a + b becomes its left side")),
        ("x := a * b", "", ("arithmetic", "a * b: * becomes /")),
        ("for i := 0; i < 3; i++ { g() }", "", ("no-loop", "the body of for i := 0; i < 3; i++ is never run")),
        ("for range xs { g() }", "", ("no-loop", "the body of for range xs is never run")),
        ("switch x { case 1: g() }", "", ("no-case", "case 1 does nothing")),
        ("for { continue }", "", ("delete", "continue is left out")),
        ("g()", "", ("delete", "g() is left out")),
        ("x = 1", "", ("delete", "x = 1 is left out")),
        ("x++", "", ("delete", "x++ is left out")),
        ("x := g(true)", "", ("literal", "true is inverted")),
        ('x := g("a")', "", ("literal", "\"a\" becomes ''")),
        ("g()", "", ("empty", "f does nothing")),
        ("return x", "error", ("result", "return x becomes nil")),
        ("return nil", "error", ("result", "return nil becomes an error")),
        ("return a == b", "bool", ("result", "return a == b is inverted")),
        ("return x, nil", "(string, error)", ("result", "return x becomes another text")),
        ("return 3", "int", ("result", "return 3 becomes 0, or 1")),
        ("return x", "[]int", ("result", "return x becomes nothing")),
    ],
)
def test_each_kind_of_harm_is_done(body: str, result: str, wanted: tuple[str, str]) -> None:
    assert wanted in changes(body, result=result)


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ('slog.Info("done")', ""),
        ('a.log.Error("no", "x", "y")', ""),
        ("defer x.Close()", ""),
        ("x.Close()", ""),
        ("mu.Unlock()", ""),
        ("const x = 2 * 3", ""),
        ("var x [2 * 3]int", ""),
        ("return nil", "[]int"),
        ("return T{}", "T"),
        ("for { g := 1 }", ""),
        ("_ = x", ""),
    ],
)
def test_what_no_test_can_see_or_no_switch_can_change_is_left_alone(body: str, result: str) -> None:
    assert {each for each in changes(body, result=result) if each[0] != "empty"} == set()


def test_results_beside_an_error_are_left_alone() -> None:
    found = changes('return x, fmt.Errorf("no: %w", err)', result="(int, error)")

    assert found == {("result", 'return fmt.Errorf("no: %w", err) becomes nil')}


def test_only_what_starts_on_a_given_line_is_harmed() -> None:
    assert changes("a()\nb()\nc()", lines=frozenset({5})) == {("delete", "b() is left out")}


def test_what_a_function_literal_returns_is_read_from_its_own_results() -> None:
    assert ("result", "return 1 becomes 0, or 1") in changes("g := func() int { return 1 }", result="error")


def test_mutants_lie_within_each_other_and_every_line_stays_where_it_was() -> None:
    body = b"\tif a < b && b != 0 { // why\n\t\treturn a + b*2, nil\n\t}\n\treturn 0, nil\n"
    source = b"package p\n\nfunc f(a, b int) (int, error) {\n" + body + b"}\n"
    found = plantings("p.go", parse(source), EVERY_LINE)
    rendered = render(source, found, {each.mutant.id: n for n, each in enumerate(found)})

    assert rendered.text.count(b"\n") == source.count(b"\n")
    assert not parse(rendered.text).has_error
    assert len(found) == len({each.mutant.id for each in found}) == len(rendered.spans)
    for first, last, each in rendered.spans:
        assert str(next(n for n, other in enumerate(found) if other is each)) in rendered.text[first:last].decode()


def test_blanks_comments_and_brackets_are_no_lines_of_code() -> None:
    source = b"package p\n\n// f\nfunc f() {\n\tg(\n\t\t1,\n\t)\n\n\t/* a\n\tb */\n}\n"

    assert code_lines(parse(source)) == {1, 4, 5, 6}
