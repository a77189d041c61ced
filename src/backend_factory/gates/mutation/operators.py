"""What can be done to Go code so that tests should notice: one function for each kind of harm, and where it is not tried.

The usual operators (https://pitest.org/quickstart/mutators/), as far as they can be switched at run time. Not tried: what cannot
be (constants, types), what no test of behaviour can see (logging, closing, unlocking), and loops that would never end.
"""

import re
from collections.abc import Callable, Iterator

from tree_sitter import Node

from backend_factory.gates.go_syntax import FUNCTIONS, function_of, result_types, returned, text, walk
from backend_factory.gates.mutation.mutant import Planting, around, first_in, instead, planting

_BOUNDARY = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_EQUAL = {"==": "!=", "!=": "=="}
_LOGIC = {"&&": "||", "||": "&&"}
_ARITHMETIC = {"+": "bfmPlus", "-": "bfmMinus", "*": "bfmTimes", "/": "bfmOver", "%": "bfmRest"}
_NUMBERS = re.compile(r"u?int(?:8|16|32|64)?|float(?:32|64)|byte|rune|(?:time\.)?Duration")
_LOG = re.compile(r"(?:^|[.\w)])(?:s?log|logger)(?:\([^()]*\))?\.\w+$|^fmt\.F?[Pp]rint\w*$", re.IGNORECASE)
_COMPLAINT = re.compile(r"^(?:fmt\.Errorf|errors\.\w+|panic|recover)$")
_UNSEEN = re.compile(r"(?:^|\.)(?:Close|Unlock|RUnlock|Lock|RLock|Stop|Done|Helper|cancel\w*|panic|print|println|Exit|close)$")
_CAPACITY = re.compile(r"^(?:make|slices\.Grow)$")
_ENDS = ("return_statement", "continue_statement", "break_statement", "goto_statement", "fallthrough_statement")

Operator = Callable[[str, Node], Iterator[Planting]]


def plantings(file: str, root: Node, lines: frozenset[int]) -> tuple[Planting, ...]:
    """Every mutant that starts on one of the lines, in the order of the text."""
    found = [
        each
        for node in walk(root)
        if node.start_point[0] + 1 in lines and node.type in _OPERATORS
        for operator in _OPERATORS[node.type]
        for each in operator(file, node)
    ]
    return tuple({each.mutant.id: each for each in found}.values())


def _if(file: str, node: Node) -> Iterator[Planting]:
    condition = node.child_by_field_name("condition")
    if condition is None:
        return
    said = text(condition)
    yield planting(file, condition, "negate", f"if {said} becomes if !({said})", around(condition, "((", ") != bfmOn(@))"))
    yield planting(file, condition, "never", f"the body of if {said} is never run", around(condition, "((", ") && !bfmOn(@))"))


def _for(file: str, node: Node) -> Iterator[Planting]:
    body = node.child_by_field_name("body")
    heads = [each for each in node.named_children if each != body and each.type != "comment"]
    if body is None or not body.named_children or not heads:
        return
    if heads[0].type == "for_clause" and heads[0].child_by_field_name("condition") is None:
        return
    pieces = first_in(body.start_byte + 1, " if bfmOn(@) { break }; ")
    yield planting(file, node, "no-loop", f"the body of for {text(heads[0])} is never run", pieces)


def _case(file: str, node: Node) -> Iterator[Planting]:
    body = next((each for each in node.children if each.type == "statement_list"), None)
    if body is None or not body.named_children or _ends(body.named_children[-1]):
        return
    label = text(node).partition(":")[0]
    pieces = first_in(body.start_byte, "if bfmOn(@) { break }; ")
    yield planting(file, node, "no-case", f"{label} does nothing", pieces)


def _ends(statement: Node) -> bool:
    return statement.type in _ENDS or text(statement).startswith(("panic(", "os.Exit("))


def _binary(file: str, node: Node) -> Iterator[Planting]:
    operator, left, right = (node.child_by_field_name(name) for name in ("operator", "left", "right"))
    if operator is None or left is None or right is None or _constant(node):
        return
    sign, said = text(operator), text(node)
    if sign in _EQUAL and not _decides(node):
        changed = f"{text(left)} {_EQUAL[sign]} {text(right)}"
        yield planting(file, node, "negate", f"{said} becomes {changed}", around(node, "((", ") != bfmOn(@))"))
    elif sign in _BOUNDARY or sign in _LOGIC:
        new = _BOUNDARY.get(sign) or _LOGIC[sign]
        changed = f"{text(left)} {new} {text(right)}"
        opening = f"(bfmOn(@) && ({changed}) || !bfmOn(@) && ("
        yield planting(
            file, node, "boundary" if sign in _BOUNDARY else "logic", f"{said} becomes {changed}", around(node, opening, "))")
        )
    elif sign in _ARITHMETIC and not _capacity(node):
        yield from _sum(file, node, operator)


def _sum(file: str, node: Node, operator: Node) -> Iterator[Planting]:
    sign, said = text(operator), text(node)
    if sign == "+" and _inside(node, _COMPLAINT, _LOG):
        return
    opening, closing = around(node, f"{_ARITHMETIC[sign]}(@, ", ")")
    becomes = {"-": "+", "*": "/", "/": "*"}.get(sign)
    change = f"{said}: {sign} becomes {becomes}" if becomes else f"{said} becomes its left side"
    yield planting(file, node, "arithmetic", change, (opening, instead(operator, ", "), closing))


def _not(file: str, node: Node) -> Iterator[Planting]:
    operator = node.child_by_field_name("operator")
    if text(operator) == "!" and not _decides(node):
        said = text(node)
        yield planting(file, node, "negate", f"{said} becomes {said[1:]}", around(node, "((", ") != bfmOn(@))"))


def _literal(file: str, node: Node) -> Iterator[Planting]:
    if node.parent is None or _constant(node) or node.parent.type == "parenthesized_expression":
        return
    if node.parent.type == "expression_list" and node.parent.parent and node.parent.parent.type == "return_statement":
        return
    said = text(node)
    if node.type in ("true", "false"):
        if node.parent.type in ("argument_list", "literal_element", "expression_list"):
            yield planting(file, node, "literal", f"{said} is inverted", around(node, "(", " != bfmOn(@))"))
    elif node.parent.type in ("argument_list", "literal_element") and not _inside(node, _COMPLAINT, _LOG) and not _is_key(node):
        change = f"{said} becomes {'' if len(said) > 2 else 'another text'!r}"
        yield planting(file, node, "literal", change, around(node, "bfmText(@, ", ")"))


def _is_key(node: Node) -> bool:
    """Whether it is the key of a map literal, where two equal ones are refused."""
    element = node.parent
    holder = element.parent if element is not None and element.type == "literal_element" else None
    return holder is not None and holder.type == "keyed_element" and holder.named_children[0] == element


def _statement(file: str, node: Node) -> Iterator[Planting]:
    if node.parent is None or node.parent.type != "statement_list" or _unseen(node):
        return
    said = text(node)
    if node.type == "continue_statement" and node.named_children:
        return
    yield planting(file, node, "delete", f"{said} is left out", around(node, "if !bfmOn(@) { ", " }"))


def _unseen(node: Node) -> bool:
    if node.type == "assignment_statement":
        return text(node).startswith("_ ")
    if node.type != "expression_statement":
        return False
    call = node.named_children[0]
    callee = text(call.child_by_field_name("function"))
    return call.type != "call_expression" or bool(_LOG.search(callee) or _UNSEEN.search(callee))


def _body(file: str, node: Node) -> Iterator[Planting]:
    body, name = node.child_by_field_name("body"), text(node.child_by_field_name("name"))
    if body is None or not body.named_children or result_types(node) or name in ("main", "init"):
        return
    yield planting(file, node, "empty", f"{name} does nothing", first_in(body.start_byte + 1, " if bfmOn(@) { return }; "))


def _return(file: str, node: Node) -> Iterator[Planting]:
    function = function_of(node)
    types, values = result_types(function) if function is not None else (), returned(node)
    if not values or len(types) != len(values):
        return
    fails = types[-1] == "error" and text(values[-1]) != "nil"
    for kind, value in zip(types, values, strict=True):
        # By convention nobody looks at the other results beside an error.
        if not fails or (kind == "error" and value == values[-1]):
            yield from _result(file, kind, value)


def _result(file: str, kind: str, value: Node) -> Iterator[Planting]:
    said = text(value)
    if kind == "error":
        if said == "nil":
            yield planting(file, value, "result", "return nil becomes an error", around(value, "bfmFail(@, ", ")"))
        else:
            yield planting(file, value, "result", f"return {said} becomes nil", around(value, "bfmLost(@, ", ")"))
    elif kind == "bool":
        yield planting(file, value, "result", f"return {said} is inverted", around(value, "((", ") != bfmOn(@))"))
    elif kind == "string":
        yield planting(file, value, "result", f"return {said} becomes another text", around(value, "bfmText[string](@, ", ")"))
    elif _NUMBERS.fullmatch(kind):
        yield planting(file, value, "result", f"return {said} becomes 0, or 1", around(value, f"bfmCount[{kind}](@, ", ")"))
    elif not _is_zero(value):
        yield planting(file, value, "result", f"return {said} becomes nothing", around(value, f"bfmZero[{kind}](@, ", ")"))


def _is_zero(value: Node) -> bool:
    body = value.child_by_field_name("body")
    return text(value) in ("nil", "zero", "none", "nothing", "empty") or (
        value.type == "composite_literal" and body is not None and not body.named_children
    )


def _decides(node: Node) -> bool:
    """Whether it is the whole condition of an `if` or a loop, which has operators of its own."""
    outer = node.parent
    while outer is not None and outer.type == "parenthesized_expression":
        node, outer = outer, outer.parent
    return (
        outer is not None
        and outer.type in ("if_statement", "for_statement", "for_clause")
        and (outer.type == "for_statement" or outer.child_by_field_name("condition") == node)
    )


def _constant(node: Node) -> bool:
    """Whether Go wants a constant there, which no switch can change while the program runs."""
    while node.parent is not None and node.parent.type not in FUNCTIONS:
        inner, node = node, node.parent
        if node.type in ("const_declaration", "import_declaration", "field_declaration"):
            return True
        if node.type == "array_type" and node.child_by_field_name("length") == inner:
            return True
    return False


def _capacity(node: Node) -> bool:
    return _inside(node, _CAPACITY)


def _inside(node: Node, *callees: re.Pattern[str]) -> bool:
    """Whether it is, anywhere below, an argument of such a call."""
    outer = node.parent
    while outer is not None and outer.type not in (*FUNCTIONS, "block"):
        if outer.type == "call_expression" and any(c.search(text(outer.child_by_field_name("function"))) for c in callees):
            return True
        outer = outer.parent
    return False


_OPERATORS: dict[str, tuple[Operator, ...]] = {
    "if_statement": (_if,),
    "for_statement": (_for,),
    "expression_case": (_case,),
    "type_case": (_case,),
    "default_case": (_case,),
    "binary_expression": (_binary,),
    "unary_expression": (_not,),
    "true": (_literal,),
    "false": (_literal,),
    "interpreted_string_literal": (_literal,),
    "raw_string_literal": (_literal,),
    "expression_statement": (_statement,),
    "assignment_statement": (_statement,),
    "inc_statement": (_statement,),
    "dec_statement": (_statement,),
    "continue_statement": (_statement,),
    "function_declaration": (_body,),
    "method_declaration": (_body,),
    "return_statement": (_return,),
}
