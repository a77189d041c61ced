"""Assertions that never fail: never reached, or content whatever the code under test does."""

import re

from tree_sitter import Node

from backend_factory.gates.go_calls import arguments, callee, calls, receiver, testers
from backend_factory.gates.go_syntax import below, text

_EQUAL = frozenset(
    {"Equal", "EqualValues", "Same", "Exactly", "JSONEq", "ElementsMatch", "InDelta", "Equalf", "DeepEqual", "Diff"}
)
_HOLDS = {"True": "true", "False": "false", "Nil": "nil", "NoError": "nil", "Empty": '""', "Zero": "0"}


def futile(assertion: Node) -> str:
    """Why the assertion never fails, or nothing."""
    return _never_reached(assertion) or _holds_anyway(assertion)


def _never_reached(call: Node) -> str:
    """Why the call is never come to, or nothing."""
    inner, outer = call, call.parent
    while outer is not None:
        if outer.type == "if_statement" and outer.child_by_field_name("consequence") == inner:
            condition, before = outer.child_by_field_name("condition"), outer.child_by_field_name("initializer")
            if condition is not None and _always(condition) is False:
                return f"{text(condition)} is never true"
            if before is not None and any(callee(each) == "Diff" and _same(arguments(each)) for each in calls(before)):
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
        and callee(condition) in ("DeepEqual", "Equal", "EqualFold")
        and _same(arguments(condition))
    ):
        return True
    return None


def _holds_anyway(call: Node) -> str:
    """Why an assertion that is come to never fails, or nothing."""
    given, name = arguments(call), callee(call)
    if not re.search(r"(?:^|\.)(?:assert|require)$|^\w+(?:\.(?:Require|Assert)\(\))?$", text(receiver(call))):
        return ""
    names = testers(call)
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
