"""Every statement on an error path, and every one of a business rule, runs in a test.

An error path is the body of an `if` or `case` that asks whether there is an error, the `else` of one that asks whether there is
none, and a `return` of an error. Business rules are the changed code of the feature's own package, where the plan puts what the
feature decides, and of files and folders that call themselves rules, policies or validation. What a program's `main` does itself
is left to changed-lines-covered: no test can call it. Go has no exceptions, so what is not asked about cannot be seen here; the
linters see it.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from tree_sitter import Node

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.coverage import Block, ran
from backend_factory.gates.go_syntax import below, function_of, line, parse, result_types, returned, text
from backend_factory.gates.mutation.measure import changed_code
from backend_factory.gates.subject import Subject
from backend_factory.gates.test_run import test_run

_RULES = re.compile(r"rule|polic[yi]|validat", re.IGNORECASE)
_ERROR = re.compile(r"(?:^|\.)(?:\w*[eE]rr(?:or)?s?\d*)$")
_ABOUT_ERRORS = re.compile(r"\berrors\.(?:Is|As|AsType)\b")
_MADE = re.compile(r"^(?:&?[\w.]*Err(?:or)?\w*\b|&?\w[\w.]*Error\{|errors\.|fmt\.Errorf)")


async def examine(subject: Subject) -> Examination:
    """The statements of the changed lines against the cover profile."""
    run = await test_run(subject)
    if not run.blocks:
        raise Unreadable("go test left no coverage profile")
    blocks: defaultdict[str, list[Block]] = defaultdict(list)
    for block in run.blocks:
        blocks[block.file.removeprefix(f"{subject.handed(Plan).layout.module}/")].append(block)
    seen: dict[tuple[str, int, int], tuple[str, bool]] = {}
    for path, lines in changed_code(subject).items():
        root = parse((subject.checkout / path).read_bytes())
        for kind, node in _wanted(subject, path, root):
            covered = ran(blocks[path], line(node), node.start_point[1] + 1)
            if line(node) in lines and covered is not None:
                seen.setdefault((path, line(node), node.start_point[1]), (kind, covered))
    return _examined(subject, seen)


def _examined(subject: Subject, seen: dict[tuple[str, int, int], tuple[str, bool]]) -> Examination:
    missed = {place: kind for place, (kind, covered) in sorted(seen.items()) if not covered}
    percent = 100.0 * (len(seen) - len(missed)) / len(seen) if seen else 100.0
    wanted = subject.thresholds.error_paths_percent
    lines = {(path, number): kind for (path, number, _), kind in missed.items()}
    findings = tuple(
        Finding(
            check=CHECK.id,
            rule=kind,
            message=f"{path}:{number}: no test runs this {kind.replace('-', ' ')}",
            file=path,
            line=number,
            expected=f"{wanted:g} %",
            seen=f"{percent:.1f} %",
            mends=PhaseId.TEST,
        )
        for (path, number), kind in lines.items()
        if percent < wanted
    )
    evidence = subject.keep("error paths and rules not covered", json.dumps([f"{p}:{n}" for p, n in lines], indent=2))
    summary = f"{percent:.1f} % of {len(seen)} statements on error paths and in business rules"
    return Examination(
        summary, findings[:50], (evidence,), {"error_paths_percent": round(percent, 2), "error_statements_count": len(seen)}
    )


def _wanted(subject: Subject, path: str, root: Node) -> Iterator[tuple[str, Node]]:
    is_rule = _is_rule(subject, path)
    package = next((each for each in root.named_children if each.type == "package_clause"), root)
    is_program = text(package).split()[1:] == ["main"]
    for function in below(root, "function_declaration", "method_declaration"):
        body = function.child_by_field_name("body")
        if body is None or (is_program and text(function.child_by_field_name("name")) == "main"):
            continue
        for node in (each for path_ in _error_paths(body) for each in _statements(path_)):
            yield "error-path", node
        if is_rule:
            for node in _statements(body):
                yield "business-rule", node


def _is_rule(subject: Subject, path: str) -> bool:
    package = PurePosixPath(subject.handed(Plan).layout.package)
    return PurePosixPath(path).is_relative_to(package) or bool(_RULES.search(path))


def _statements(node: Node) -> Iterator[Node]:
    """Statements below; a return statement is itself one."""
    if node.type == "return_statement":
        yield node
        return
    for holder in below(node, "statement_list"):
        yield from (
            each for each in holder.named_children if each.type not in ("comment", "empty_statement", "labeled_statement")
        )


def _error_paths(body: Node) -> Iterator[Node]:
    for node in below(body, "if_statement", "expression_case", "return_statement"):
        if node.type == "return_statement":
            yield from _failing_return(node)
        elif node.type == "expression_case":
            values = node.child_by_field_name("value")
            if values is not None and any(_asks(each, node) == "!=" for each in values.named_children):
                yield node
        else:
            yield from _branch(node)


def _branch(node: Node) -> Iterator[Node]:
    condition = node.child_by_field_name("condition")
    asked = _asks(condition, node.child_by_field_name("consequence")) if condition is not None else ""
    chosen = node.child_by_field_name("consequence" if asked == "!=" else "alternative") if asked else None
    if chosen is not None:
        yield chosen


def _asks(condition: Node, body: Node | None) -> str:
    """`!=` where the condition holds with an error, `==` where it holds without one, else nothing."""
    if _ABOUT_ERRORS.search(text(condition)):
        return "!="
    for each in below(condition, "binary_expression"):
        sign, left, right = (text(each.child_by_field_name(name)) for name in ("operator", "left", "right"))
        if sign in ("!=", "==") and right == "nil" and (_ERROR.search(left) or _returns(body, left)):
            return sign
    return ""


def _returns(body: Node | None, name: str) -> bool:
    """Whether the body returns it as its error."""
    for each in below(body, "return_statement") if body is not None else ():
        values, function = returned(each), function_of(each)
        if values and function is not None and result_types(function)[-1:] == ("error",) and name in text(values[-1]):
            return True
    return False


def _failing_return(node: Node) -> Iterator[Node]:
    values, function = returned(node), function_of(node)
    if values and function is not None and result_types(function)[-1:] == ("error",) and _MADE.match(text(values[-1])):
        yield node


CHECK = Check("error-paths-covered", "Error paths and business rules are tested", (PhaseId.TEST,), examine, after=("go-test",))
