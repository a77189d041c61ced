"""Each operation of the contract has a handler, each route its operation, and JSON looks as the contract says."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.analysis.analysed import analysed, complaints
from backend_factory.gates.analysis.complaint import Complaint
from backend_factory.gates.analysis.contract import (
    Member,
    Reader,
    Shape,
    bases,
    bodies,
    counterpart,
    differences,
    operations,
    plain,
    reading,
)
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.reading import NotText, text_of
from backend_factory.gates.subject import Subject


@dataclass(frozen=True, slots=True)
class _Code:
    """What the code says about itself, each with the place that says it."""

    routes: Mapping[tuple[str, str], Complaint]
    shapes: Mapping[str, tuple[Shape, Complaint]]
    readers: tuple[Reader, ...]


async def examine(subject: Subject) -> Examination:
    """The contract's file against routes and structs, as far as they can be seen without running anything."""
    contract = await asyncio.to_thread(_contract, subject)
    code = _code(await complaints(subject))
    wanted = operations(contract)
    found = (*_routes(subject, contract, code), *_members(contract, code))
    summary = f"{len(wanted)} operations, {len(code.routes)} routes, {len(code.shapes)} structs"
    return Examination(summary, found, ((await analysed(subject)).evidence,), {"operations_count": len(wanted)})


def _contract(subject: Subject) -> Mapping[str, Any]:
    try:
        # Ten times as quick as SafeLoader, and as safe; every wheel of PyYAML has it.
        contract = yaml.load(text_of(subject, subject.handed(Plan).layout.contract), yaml.CSafeLoader)
    except (NotText, ValueError, RecursionError, yaml.YAMLError) as error:
        raise Unreadable(f"the contract cannot be read: {error}") from error
    if not isinstance(contract, dict):
        raise Unreadable("the contract is no object")
    return contract


def _code(said: tuple[Complaint, ...]) -> _Code:
    routes: dict[tuple[str, str], Complaint] = {}
    shapes: dict[str, tuple[Shape, Complaint]] = {}
    reads: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for each in said:
        if each.analyzer == "routes":
            route = json.loads(each.message)
            routes.setdefault((route["method"], plain(route["path"])), each)
        elif each.analyzer == "schemas":
            told = json.loads(each.message)
            if "reads" in told:
                reads[each.file.rpartition("/")[0], told["of"]][told["reads"]] = told["how"]
            else:
                members = {name: Member(m["type"], m.get("optional", False)) for name, m in told["members"].items()}
                shapes[f"{each.file}:{told['name']}"] = (Shape(told["name"], members), each)
    return _Code(routes, shapes, tuple(Reader(name, members) for (_, name), members in sorted(reads.items())))


def _routes(subject: Subject, contract: Mapping[str, Any], code: _Code) -> Iterator[Finding]:
    before = ("", *bases(contract))
    wanted = operations(contract)
    served = {
        (method, plain(path.removeprefix(base))) for method, path in code.routes for base in before if path.startswith(base)
    }
    for method, path in sorted(wanted - served):
        yield _finding("not-served", f"the contract has {method} {path}, and no handler is registered for it")
    written = {change.path: change.added_lines for change in subject.feature}
    for (method, path), place in sorted(code.routes.items()):
        known = any((method, plain(path.removeprefix(base))) in wanted for base in before)
        if not known and place.line in written.get(place.file, ()):
            yield _finding("not-in-contract", f"{method} {path} is served, and not in the contract", place)


def _members(contract: Mapping[str, Any], code: _Code) -> Iterator[Finding]:
    places = {id(shape): place for shape, place in code.shapes.values()}
    shapes = [shape for shape, _ in code.shapes.values()]
    told = set()
    every = tuple(bodies(contract))
    for body in every:
        found = (
            counterpart(body.shape, shapes, [other.shape for other in every])
            if body.use == "answer" or not code.readers
            else None
        )
        objections = list(differences(body, found)) if found else []
        if body.use == "request":
            objections += reading(body, code.readers)
        for rule, message in objections:
            if message not in told:
                told.add(message)
                yield _finding(rule, message, places.get(id(found)))


def _finding(rule: str, message: str, place: Complaint | None = None) -> Finding:
    return Finding(
        check=CHECK.id,
        rule=rule,
        message=message,
        file=place.file if place else "",
        line=place.line if place else 0,
        hint="write what the contract says",
        mends=PhaseId.IMPLEMENT,
    )


CHECK = Check(
    "contract-implemented", "The code serves what the contract says", (PhaseId.IMPLEMENT,), examine, after=("go-build",)
)
