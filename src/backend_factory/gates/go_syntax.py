"""Go source as a tree (tree-sitter), for checks that have to know what a line is."""

from collections.abc import Iterator
from functools import cache

from tree_sitter import Node, Parser

FUNCTIONS = ("function_declaration", "method_declaration", "func_literal")


@cache
def _parser() -> Parser:
    import tree_sitter_go
    from tree_sitter import Language

    return Parser(Language(tree_sitter_go.language()))


def parse(source: bytes) -> Node:
    """The file's root node; what cannot be parsed is an ERROR node somewhere below."""
    return _parser().parse(source).root_node


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text."""
    stack = [node]
    while stack:
        each = stack.pop()
        yield each
        stack.extend(reversed(each.children))


def below(node: Node, *kinds: str) -> Iterator[Node]:
    """Nodes of those types, the node itself included."""
    return (each for each in walk(node) if each.type in kinds)


def text(node: Node | None) -> str:
    """Its source; empty where there is no node."""
    return node.text.decode(errors="replace") if node is not None and node.text is not None else ""


def line(node: Node) -> int:
    """Where it starts, from 1."""
    return node.start_point[0] + 1


def function_of(node: Node) -> Node | None:
    """The innermost function around the node."""
    around = node.parent
    while around is not None and around.type not in FUNCTIONS:
        around = around.parent
    return around


def result_types(function: Node) -> tuple[str, ...]:
    """One type's source for each result."""
    result = function.child_by_field_name("result")
    if result is None:
        return ()
    if result.type != "parameter_list":
        return (text(result),)
    found: list[str] = []
    for each in result.named_children:
        if each.type == "parameter_declaration":
            names = max(1, len(each.children_by_field_name("name")))
            found += [text(each.child_by_field_name("type"))] * names
    return tuple(found)


def returned(statement: Node) -> tuple[Node, ...]:
    """The expressions of a return statement."""
    values = next((each for each in statement.named_children if each.type == "expression_list"), None)
    return tuple(each for each in values.named_children if each.type != "comment") if values is not None else ()


def code_lines(root: Node) -> frozenset[int]:
    """Lines that hold more than blanks, comments and closing brackets."""
    idle = {"comment", "{", "}", "(", ")", ",", "\n", "\0", ""}
    found: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type == "comment" or (not node.children and node.type in idle):
            continue
        if node.children:
            stack.extend(node.children)
        else:
            found.update(range(node.start_point[0] + 1, node.end_point[0] + 2))
    return frozenset(found)
