"""Values of a template once its intrinsic functions are read: plain data, and symbols for what is known at deployment only."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Value = Any
"""str, int, float, bool, None, list, dict, or one of the symbols below."""


@dataclass(frozen=True, slots=True)
class Reference:
    """!Ref or !GetAtt of a resource of this template."""

    name: str
    attribute: str = ""
    """Empty for !Ref."""

    def __str__(self) -> str:
        return f"${{{self.name}{'.' if self.attribute else ''}{self.attribute}}}"


@dataclass(frozen=True, slots=True)
class Given:
    """!Ref of a parameter or of something that AWS fills in (AWS::Region)."""

    name: str

    def __str__(self) -> str:
        return f"${{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """What cannot be read here: an import of another stack, a macro, a function of a later AWS."""

    what: str

    def __str__(self) -> str:
        return f"<{self.what}>"


Symbol = Reference | Given | Unknown


@dataclass(frozen=True, slots=True)
class Text:
    """Text with symbols in it: !Sub and !Join. Never of one part only."""

    parts: tuple[str | Symbol, ...]

    def __str__(self) -> str:
        return "".join(str(part) for part in self.parts)


def joined(parts: list[Value]) -> Value:
    """The parts as one value: plain text where all are plain, the symbol where it is alone."""
    flat: list[str | Symbol] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (part,):
            known = piece if isinstance(piece, Reference | Given | Unknown) else _plain(piece)
            if isinstance(known, str) and flat and isinstance(flat[-1], str):
                flat[-1] += known
            elif known != "":
                flat.append(known)
    if not flat:
        return ""
    return flat[0] if len(flat) == 1 else Text(tuple(flat))


def _plain(piece: Value) -> str | Symbol:
    if isinstance(piece, bool):
        return str(piece).lower()
    return str(piece) if isinstance(piece, str | int | float) else Unknown("text made of a list or a map")


def parts_of(value: Value) -> tuple[str | Symbol, ...]:
    """The pieces of a text; a list, map or number has none."""
    if isinstance(value, Text):
        return value.parts
    return (value,) if isinstance(value, str | Reference | Given | Unknown) else ()


def references(value: Value) -> Iterator[Reference]:
    """Every reference in a value, however deep."""
    if isinstance(value, dict):
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)
    else:
        yield from (part for part in parts_of(value) if isinstance(part, Reference))


def as_list(value: Value) -> list[Value]:
    """A list, also where a template may give its only member alone."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def as_dict(value: Value) -> dict[str, Value]:
    """A map; nothing where it is none."""
    return value if isinstance(value, dict) else {}


def truth(value: Value) -> bool:
    """Whether it is surely true: CloudFormation takes "true" for true."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def shown(value: Value) -> str:
    """As a finding shows it."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {shown(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(shown(each) for each in value) + "]"
    return str(value)
