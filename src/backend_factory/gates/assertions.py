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

from backend_factory.gates.futile import futile
from backend_factory.gates.go_calls import arguments, callee, calls, method, receiver, testers
from backend_factory.gates.go_syntax import below, line, parse, text
from backend_factory.gates.test_functions import is_test

_FAILING = frozenset({"Error", "Errorf", "Fatal", "Fatalf", "Fail", "FailNow"})
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
    for call in calls(function.node):
        if method(call) != "Run" or not testers(call):
            continue
        literal = next((each for each in arguments(call) if each.type == "func_literal"), None)
        body = literal.child_by_field_name("body") if literal is not None else None
        if literal is None or body is None:
            continue
        name = text(arguments(call)[0]).strip('"')
        where = (function.name, function.file, line(call))
        if not _statements(body):
            yield Flaw("empty", *where, f"{function.name}/{name} does nothing")
        elif not _fails(literal, module):
            yield Flaw("no-assertion", *where, f"{function.name}/{name} cannot fail: it looks at nothing")


def _idle(function: _Function) -> Iterator[Flaw]:
    """Assertions that never fail."""
    for call in calls(function.node):
        if (_fails_test(call) or _given_away(call) or _in_suite(call)) and (reason := futile(call)):
            said = " ".join(text(call).split())[:120]
            message = f"{function.name}: {said} cannot fail: {reason}"
            yield Flaw("cannot-fail", function.name, function.file, line(call), message)


def _fails(node: Node, module: _Module) -> bool:
    """Whether something in the function can fail the test."""
    return any(_asserts(call, module) and not futile(call) for call in calls(node))


def _asserts(call: Node, module: _Module) -> bool:
    if callee(call) in module.names:
        return callee(call) in module.asserting
    return _fails_test(call) or _given_away(call) or _in_suite(call)


def _fails_test(call: Node) -> bool:
    owner = text(receiver(call))
    name = owner.rpartition(".")[2]
    return method(call) in _FAILING and (owner in testers(call) or name in ("t", "tb", "T()", "TB"))


def _given_away(call: Node) -> bool:
    """Whether a package gets the T: to fail it, since nothing else can be done with one."""
    names = testers(call)
    if receiver(call) is None or text(receiver(call)) in names:
        return False
    return any(text(each) in names or text(each).endswith(".T()") for each in arguments(call))


def _in_suite(call: Node) -> bool:
    """`s.Equal(...)`, `s.Require().NoError(...)` in a method of a testify suite, `Expect(...).To(...)`."""
    called_on = receiver(call)
    if called_on is None or callee(call) in _LIFE:
        return False
    said = text(called_on)
    if re.fullmatch(r"\w+\.(?:Require|Assert)\(\)", said) or re.search(r"\b(?:Expect|Ω|Eventually)\(", said):
        return True
    method: Node | None = called_on
    while method is not None and method.type != "method_declaration":
        method = method.parent
    if method is None or not text(method.child_by_field_name("name")).startswith("Test"):
        return False
    owner = method.child_by_field_name("receiver")
    return owner is not None and said == text(next(iter(below(owner, "identifier")), None))


def _statements(body: Node) -> list[Node]:
    """Statements other than those that only prepare."""
    return [
        each
        for holder in body.named_children
        if holder.type == "statement_list"
        for each in holder.named_children
        if each.type not in ("comment", "empty_statement") and not re.fullmatch(r"\w+\.(?:Parallel|Helper)\(\)", text(each))
    ]
