"""Which functions of a folder's test files can make a test fail, and which assertions never do.

A test asserts where it, or a function of the module that it calls, calls `t.Error`, `t.Fatal` or their like, or hands the `T`
to a package from elsewhere (testify, gotest.tools, quicktest, gomock: all take it in order to fail it). What stands below a
condition that is never true, or compares a thing with itself, does not count.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tree_sitter import Node

from backend_factory.gates.go_syntax import FUNCTIONS, below, line, parse, text
from backend_factory.gates.test_functions import is_test

_FAILING = frozenset({"Error", "Errorf", "Fatal", "Fatalf", "Fail", "FailNow"})
_TESTING = re.compile(r"\*?testing\.(?:T|B|F|TB)\b|\bTB\b|\bTestingT\b")
_EQUAL = frozenset(
    {"Equal", "EqualValues", "Same", "Exactly", "JSONEq", "ElementsMatch", "InDelta", "Equalf", "DeepEqual", "Diff"}
)
_HOLDS = {"True": "true", "False": "false", "Nil": "nil", "NoError": "nil", "Empty": '""', "Zero": "0"}
_LIFE = frozenset({"SetupTest", "TearDownTest", "SetupSuite", "TearDownSuite", "BeforeTest", "AfterTest", "T", "SetT"})


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something about a test that makes it no test."""

    rule: str
    test: str
    file: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class _Function:
    name: str
    file: str
    node: Node
    is_method: bool


@dataclass(frozen=True, slots=True)
class _Module:
    names: frozenset[str]
    """Of the functions and methods that the tests may call."""
    asserting: frozenset[str]
    """Of those that can fail a test."""


def flaws(files: Mapping[str, bytes], helpers: Mapping[str, bytes] | None = None) -> tuple[Flaw, ...]:
    """What is wrong with the tests of one folder: path -> source. `helpers` are other files of the module that tests may call."""
    own = [each for path, source in sorted(files.items()) for each in _functions(path, source)]
    others = [each for path, source in sorted((helpers or {}).items()) for each in _functions(path, source)]
    module = _Module(frozenset(each.name for each in [*own, *others]), _asserting([*own, *others]))
    found: list[Flaw] = []
    for each in own:
        if _is_suite_test(each) or (not each.is_method and is_test(each.name)):
            found += _in_test(each, module)
        found += _idle(each)
    return tuple(found)


def _functions(path: str, source: bytes) -> Iterator[_Function]:
    for node in parse(source).named_children:
        if node.type in ("function_declaration", "method_declaration"):
            yield _Function(text(node.child_by_field_name("name")), path, node, node.type == "method_declaration")


def _is_suite_test(function: _Function) -> bool:
    """A method of a testify suite that is a test: https://pkg.go.dev/github.com/stretchr/testify/suite"""
    parameters = function.node.child_by_field_name("parameters")
    return function.is_method and function.name.startswith("Test") and parameters is not None and not parameters.named_children


def _asserting(every: Iterable[_Function]) -> frozenset[str]:
    """Names of the functions that can fail a test, those that call one of them included."""
    nodes: defaultdict[str, list[Node]] = defaultdict(list)
    for each in every:
        nodes[each.name].append(each.node)
    known: frozenset[str] = frozenset()
    while True:
        module = _Module(frozenset(nodes), known)
        more = {name for name in nodes.keys() - known if any(_fails(node, module) for node in nodes[name])}
        if not more:
            return known
        known |= more


def _in_test(function: _Function, module: _Module) -> Iterator[Flaw]:
    body = function.node.child_by_field_name("body")
    where = (function.name, function.file, line(function.node))
    if function.name.startswith("Example") and not function.is_method:
        # Without its output, go test only compiles it: it is documentation.
        return
    if body is None or not _statements(body):
        yield Flaw("empty", *where, f"{function.name} does nothing")
    elif not _fails(function.node, module):
        yield Flaw("no-assertion", *where, f"{function.name} cannot fail: it looks at nothing")
    else:
        yield from _subtests(function, module)


def _subtests(function: _Function, module: _Module) -> Iterator[Flaw]:
    for call in _calls(function.node):
        if _method(call) != "Run" or not _testers(call):
            continue
        literal = next((each for each in _arguments(call) if each.type == "func_literal"), None)
        body = literal.child_by_field_name("body") if literal is not None else None
        if literal is None or body is None:
            continue
        name = text(_arguments(call)[0]).strip('"')
        where = (function.name, function.file, line(call))
        if not _statements(body):
            yield Flaw("empty", *where, f"{function.name}/{name} does nothing")
        elif not _fails(literal, module):
            yield Flaw("no-assertion", *where, f"{function.name}/{name} cannot fail: it looks at nothing")


def _idle(function: _Function) -> Iterator[Flaw]:
    """Assertions that never fail."""
    for call in _calls(function.node):
        if _fails_test(call) or _given_away(call) or _in_suite(call):
            reason = _never(call) or _content(call)
            if reason:
                said = " ".join(text(call).split())[:120]
                yield Flaw(
                    "cannot-fail", function.name, function.file, line(call), f"{function.name}: {said} cannot fail: {reason}"
                )


def _fails(node: Node, module: _Module) -> bool:
    """Whether something in the function can fail the test."""
    return any(_asserts(call, module) and not _never(call) and not _content(call) for call in _calls(node))


def _asserts(call: Node, module: _Module) -> bool:
    if _callee(call) in module.names:
        return _callee(call) in module.asserting
    return _fails_test(call) or _given_away(call) or _in_suite(call)


def _calls(node: Node) -> Iterator[Node]:
    return below(node, "call_expression")


def _callee(call: Node) -> str:
    """The last name of what is called."""
    function = call.child_by_field_name("function")
    if function is not None and function.type in ("index_expression", "type_instantiation_expression"):
        function = function.named_children[0]
    if function is not None and function.type == "selector_expression":
        return text(function.child_by_field_name("field"))
    return text(function)


def _method(call: Node) -> str:
    function = call.child_by_field_name("function")
    return _callee(call) if function is not None and function.type == "selector_expression" else ""


def _receiver(call: Node) -> Node | None:
    function = call.child_by_field_name("function")
    return function.child_by_field_name("operand") if function is not None and function.type == "selector_expression" else None


def _arguments(call: Node) -> list[Node]:
    arguments = call.child_by_field_name("arguments")
    return [each for each in arguments.named_children if each.type != "comment"] if arguments is not None else []


def _testers(node: Node) -> frozenset[str]:
    """Names of the `testing.T`s and their like that are known at the node."""
    found: set[str] = set()
    around: Node | None = node
    while around is not None:
        if around.type in FUNCTIONS:
            parameters = around.child_by_field_name("parameters")
            for each in parameters.named_children if parameters is not None else ():
                if _TESTING.search(text(each.child_by_field_name("type"))):
                    found.update(text(name) for name in each.children_by_field_name("name"))
        around = around.parent
    return frozenset(found)


def _fails_test(call: Node) -> bool:
    receiver = text(_receiver(call))
    name = receiver.rpartition(".")[2]
    return _method(call) in _FAILING and (receiver in _testers(call) or name in ("t", "tb", "T()", "TB"))


def _given_away(call: Node) -> bool:
    """Whether a package gets the T: to fail it, since nothing else can be done with one."""
    names = _testers(call)
    if _receiver(call) is None or text(_receiver(call)) in names:
        return False
    return any(text(each) in names or text(each).endswith(".T()") for each in _arguments(call))


def _in_suite(call: Node) -> bool:
    """`s.Equal(...)`, `s.Require().NoError(...)` in a method of a testify suite, `Expect(...).To(...)`."""
    receiver = _receiver(call)
    if receiver is None or _callee(call) in _LIFE:
        return False
    said = text(receiver)
    if re.fullmatch(r"\w+\.(?:Require|Assert)\(\)", said) or re.search(r"\b(?:Expect|Ω|Eventually)\(", said):
        return True
    method: Node | None = receiver
    while method is not None and method.type != "method_declaration":
        method = method.parent
    if method is None or not text(method.child_by_field_name("name")).startswith("Test"):
        return False
    owner = method.child_by_field_name("receiver")
    return owner is not None and said == text(next(iter(below(owner, "identifier")), None))


def _never(call: Node) -> str:
    """Why the call is never come to, or nothing."""
    inner, outer = call, call.parent
    while outer is not None:
        if outer.type == "if_statement" and outer.child_by_field_name("consequence") == inner:
            condition, before = outer.child_by_field_name("condition"), outer.child_by_field_name("initializer")
            if condition is not None and _always(condition) is False:
                return f"{text(condition)} is never true"
            if before is not None and any(_callee(each) == "Diff" and _same(_arguments(each)) for each in _calls(before)):
                return f"{text(before)} finds no difference"
        if outer.type == "statement_list":
            earlier = [each for each in outer.named_children if each.end_byte <= inner.start_byte]
            if any(each.type == "return_statement" for each in earlier):
                return "it stands after a return"
        if outer.type in ("function_declaration", "method_declaration"):
            break
        inner, outer = outer, outer.parent
    return ""


def _always(condition: Node) -> bool | None:
    """What the condition always is, as far as it can be seen."""
    said = text(condition)
    if condition.type == "parenthesized_expression":
        return _always(condition.named_children[0])
    if said in ("true", "false"):
        return said == "true"
    if condition.type == "unary_expression" and said.startswith("!"):
        inner = _always(condition.named_children[0])
        return None if inner is None else not inner
    if condition.type != "binary_expression":
        return _always_call(condition)
    sign, left, right = (condition.child_by_field_name(name) for name in ("operator", "left", "right"))
    if left is None or right is None:
        return None
    if text(sign) in ("&&", "||"):
        both = (_always(left), _always(right))
        deciding = text(sign) == "||"
        return deciding if deciding in both else (not deciding if both == (not deciding, not deciding) else None)
    if text(left) == text(right) and _still(left):
        return {"==": True, "!=": False, "<": False, ">": False, "<=": True, ">=": True}.get(text(sign))
    return None


def _always_call(condition: Node) -> bool | None:
    """`reflect.DeepEqual(x, x)`"""
    if (
        condition.type == "call_expression"
        and _callee(condition) in ("DeepEqual", "Equal", "EqualFold")
        and _same(_arguments(condition))
    ):
        return True
    return None


def _content(call: Node) -> str:
    """Why an assertion that is come to never fails, or nothing."""
    given, name = _arguments(call), _callee(call)
    receiver = text(_receiver(call))
    if not re.search(r"(?:^|\.)(?:assert|require)$|^\w+(?:\.(?:Require|Assert)\(\))?$", receiver):
        return ""
    names = _testers(call)
    values = given[1:] if given and text(given[0]) in names else given
    if name in _EQUAL and _same(values):
        return "it compares a thing with itself"
    wanted = _HOLDS.get(name.removesuffix("f"))
    if wanted is not None and values and (text(values[0]) == wanted or (name.startswith("True") and _always(values[0]) is True)):
        return "it is given what it wants"
    return ""


def _same(values: list[Node]) -> bool:
    return len(values) >= 2 and text(values[0]) == text(values[1]) and _still(values[0])


def _still(node: Node) -> bool:
    """Whether the expression is the same each time: to call something twice and compare is a test of its own."""
    return not any(below(node, "call_expression", "unary_expression", "func_literal"))


def _statements(body: Node) -> list[Node]:
    """Statements other than those that only prepare."""
    return [
        each
        for holder in body.named_children
        if holder.type == "statement_list"
        for each in holder.named_children
        if each.type not in ("comment", "empty_statement") and not re.fullmatch(r"\w+\.(?:Parallel|Helper)\(\)", text(each))
    ]
