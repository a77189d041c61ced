"""The OpenAPI contract beside what the code says that it serves, reads and answers with."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

_METHODS = ("get", "put", "post", "patch", "delete", "head", "options")
_ALIKE = 0.5
"""Share of members that a struct and a schema have in common before one is taken for the other."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a JSON object."""

    type: str
    """string, integer, number, boolean, array, object; any where it cannot be told"""
    optional: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A JSON object: of the contract, or of the code."""

    name: str
    members: Mapping[str, Member]


@dataclass(frozen=True, slots=True)
class Reader:
    """Functions of one package that make one type of a request, member by member."""

    name: str
    """Of the type."""
    members: Mapping[str, str]
    """Member -> required, optional, default or list."""


@dataclass(frozen=True, slots=True)
class Body:
    """A schema of the contract, and what it is for."""

    use: Literal["request", "answer"]
    method: str
    shape: Shape


def operations(contract: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Method and path of each operation, parameters without names."""
    return {(method.upper(), plain(path)) for path, method, _ in _each(contract)}


def bases(contract: Mapping[str, Any]) -> tuple[str, ...]:
    """What comes before every path, by the contract's servers."""
    servers = contract.get("servers") or ()
    return tuple(urlsplit(str(server.get("url", ""))).path.rstrip("/") for server in servers if isinstance(server, dict))


def plain(path: str) -> str:
    """The path with parameters that have no names: /things/{id}, /things/:id and /things/{thing_id...} are one."""
    return re.sub(r"\{[^}]*\}|:[A-Za-z_]\w*", "{}", path).rstrip("/") or "/"


def bodies(contract: Mapping[str, Any]) -> Iterator[Body]:
    """JSON objects that operations take, or answer with when all went well; each schema once for each use."""
    seen: set[tuple[str, str, str]] = set()
    for _, method, operation in _each(contract):
        answers = operation.get("responses") or {}
        sources: list[tuple[Literal["request", "answer"], Any]] = [("request", operation.get("requestBody"))]
        sources += [("answer", answer) for status, answer in answers.items() if str(status).startswith("2")]
        for use, source in sources:
            for media in (_resolved(contract, source).get("content") or {}).values():
                shape = _shape(contract, media.get("schema") if isinstance(media, dict) else None)
                if shape and (key := (use, method, shape.name)) not in seen:
                    seen.add(key)
                    yield Body(use, method.upper(), shape)


def counterpart(wanted: Shape, shapes: Sequence[Shape], others: Sequence[Shape] = ()) -> Shape | None:
    """The struct that stands for the schema: one of its name if they are alike at all, else the one most like it.

    A struct that is more like one of the `others`, further schemas, stands for that.
    """
    ranked = sorted(shapes, key=lambda each: (-_alike(wanted, each), each.name))
    named = [each for each in ranked if each.name.lower() == wanted.name.lower()]
    free = [each for each in ranked if all(_alike(other, each) <= _alike(wanted, each) for other in others)]
    return next((each for each in (*named, *free[:1]) if _alike(wanted, each) >= _ALIKE), None)


def differences(body: Body, code: Shape) -> Iterator[tuple[str, str]]:
    """Rule and message of each way in which the struct is not what the schema says."""
    wanted, found = body.shape.members, code.members
    for name in sorted(wanted.keys() - found.keys()):
        yield "member-missing", f"the contract's {body.shape.name} has {name}, and {code.name} has not"
    for name in sorted(wanted.keys() & found.keys()):
        if not _fits(found[name].type, wanted[name].type):
            yield "type-differs", f"{name} of {body.shape.name} is {wanted[name].type}, and {found[name].type} in {code.name}"
        if body.use == "answer" and found[name].optional and not wanted[name].optional:
            yield "may-be-missing", f"{name} of {body.shape.name} is required, and {code.name} leaves it out where it is empty"
    if body.use == "answer":
        for name in sorted(found.keys() - wanted.keys()):
            yield "not-in-contract", f"{code.name} shows {name}, which {body.shape.name} has not"


def reading(body: Body, readers: Sequence[Reader]) -> Iterator[tuple[str, str]]:
    """The same for code that reads the members of a request one by one."""
    shapes = [Shape(reader.name, {name: Member("any", False) for name in reader.members}) for reader in readers]
    ranked = sorted(zip(shapes, readers, strict=True), key=lambda pair: -_alike(body.shape, pair[0]))
    named = [pair for pair in ranked if pair[0].name and body.shape.name.startswith(pair[0].name)]
    shape, reader = next(iter(named or ranked), (None, None))
    if shape is None or reader is None or _alike(body.shape, shape) < _ALIKE:
        return
    wanted, read = body.shape.members, reader.members
    for name in sorted(wanted.keys() - read.keys()):
        yield "member-not-read", f"the contract's {body.shape.name} has {name}, and nothing reads it"
    if body.method != "POST":
        return
    for name in sorted(read.keys() - wanted.keys()):
        yield "not-in-contract", f"{name} is read, and {body.shape.name} has no such member"
    for name in sorted(read.keys() & wanted.keys()):
        if (read[name] == "required") == wanted[name].optional:
            says = "may be left out" if wanted[name].optional else "is required"
            yield (
                "requirement-differs",
                f"{name} {says} by the contract's {body.shape.name}, and the code reads it as {read[name]}",
            )


def _alike(one: Shape, other: Shape) -> float:
    every = one.members.keys() | other.members.keys()
    return len(one.members.keys() & other.members.keys()) / len(every) if every else 0.0


def _fits(code: str, contract: str) -> bool:
    return "any" in (code, contract) or code == contract or (code, contract) == ("integer", "number")


def _each(contract: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    paths = contract.get("paths")
    for path, item in (paths if isinstance(paths, dict) else {}).items():
        for method, operation in (item if isinstance(item, dict) else {}).items():
            if method in _METHODS and isinstance(operation, dict):
                yield str(path), str(method), operation


def _resolved(contract: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
    for _ in range(20):
        reference = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        value = contract
        for step in reference[2:].split("/"):
            value = value.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _shape(contract: Mapping[str, Any], schema: Any) -> Shape | None:
    whole = _resolved(contract, schema)
    properties = whole.get("properties")
    if not isinstance(properties, dict) or not properties:
        return None
    reference = schema.get("$ref", "") if isinstance(schema, dict) else ""
    required = whole.get("required") or ()
    members = {str(name): Member(_type(_resolved(contract, each)), name not in required) for name, each in properties.items()}
    return Shape(str(reference).rpartition("/")[2] or str(whole.get("title", "body")), members)


def _type(schema: Mapping[str, Any]) -> str:
    said = schema.get("type")
    kinds = [each for each in said if each != "null"] if isinstance(said, list) else [said]
    return kinds[0] if len(kinds) == 1 and isinstance(kinds[0], str) else "any"
