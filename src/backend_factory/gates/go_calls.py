"""Calls in Go test code: what is called, on what, with what, and which `testing.T`s are known there."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from backend_factory.gates.go_syntax import FUNCTIONS, below, text

_TESTING = re.compile(r"\*?testing\.(?:T|B|F|TB)\b|\bTB\b|\bTestingT\b")


def calls(node: Node) -> Iterator[Node]:
    """All calls below the node."""
    return below(node, "call_expression")


def callee(call: Node) -> str:
    """The last name of what is called."""
    function = call.child_by_field_name("function")
    if function is not None and function.type in ("index_expression", "type_instantiation_expression"):
        function = function.named_children[0]
    if function is not None and function.type == "selector_expression":
        return text(function.child_by_field_name("field"))
    return text(function)


def method(call: Node) -> str:
    """The last name of what is called on something; empty for a plain function."""
    function = call.child_by_field_name("function")
    return callee(call) if function is not None and function.type == "selector_expression" else ""


def receiver(call: Node) -> Node | None:
    """What it is called on."""
    function = call.child_by_field_name("function")
    return function.child_by_field_name("operand") if function is not None and function.type == "selector_expression" else None


def arguments(call: Node) -> list[Node]:
    """What is handed over, comments aside."""
    arguments = call.child_by_field_name("arguments")
    return [each for each in arguments.named_children if each.type != "comment"] if arguments is not None else []


def testers(node: Node) -> frozenset[str]:
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
