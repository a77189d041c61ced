"""A mutant, and the pieces of text that plant it in a file."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from backend_factory.domain.model import Record
from backend_factory.gates.go_syntax import line, text

WHOLE = 1 << 40
"""Width of a piece that goes in front of all others at its place."""


class Mutant(Record):
    """One small fault in one place."""

    id: str
    """The same for the same fault in the same file."""
    file: str
    line: int
    operator: str
    change: str
    """What it does to the code, in one line: `a < b` becomes `a <= b`"""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that goes in at a place of the file, in place of the bytes up to `until`."""

    at: int
    until: int
    text: str
    """`@` stands for the mutant's number."""
    closing: bool
    width: int
    """How much the piece encloses: of two that open at one place, the wider comes first."""


@dataclass(frozen=True, slots=True)
class Planting:
    """A mutant with its pieces."""

    mutant: Mutant
    pieces: tuple[Piece, ...]
    function: tuple[int, int]
    """Bytes of the declaration around it, where a compiler may complain about it too."""


def around(node: Node, opening: str, closing: str) -> tuple[Piece, ...]:
    """Pieces that enclose the node."""
    width = node.end_byte - node.start_byte
    return (
        Piece(node.start_byte, node.start_byte, opening, False, width),
        Piece(node.end_byte, node.end_byte, closing, True, width),
    )


def instead(node: Node, new: str) -> Piece:
    """A piece that takes the place of a token."""
    return Piece(node.start_byte, node.end_byte, new, False, 0)


def first_in(place: int, new: str) -> tuple[Piece, ...]:
    """A piece in front of everything that starts at the place."""
    return (Piece(place, place, new, False, WHOLE),)


def planting(file: str, node: Node, operator: str, change: str, pieces: Iterable[Piece]) -> Planting:
    """The mutant of the operator at the node."""
    place = f"{file}\0{operator}\0{node.start_byte}\0{text(node)}"
    mutant = Mutant(
        id=hashlib.sha256(place.encode()).hexdigest()[:12],
        file=file,
        line=line(node),
        operator=operator,
        change=" ".join(change.split())[:200],
    )
    return Planting(mutant, tuple(pieces), _declaration(node))


def _declaration(node: Node) -> tuple[int, int]:
    while node.parent is not None and node.parent.parent is not None:
        node = node.parent
    return (node.start_byte, node.end_byte)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file with mutants in it."""

    text: bytes
    spans: tuple[tuple[int, int, Planting], ...]
    """Bytes of the new text that each mutant encloses."""
    functions: tuple[tuple[int, int, Planting], ...]
    """Bytes of the new text of the declaration around each."""


def render(source: bytes, plantings: Sequence[Planting], numbers: dict[str, int]) -> Rendered:
    """The source with all of the plantings in it; `numbers` are the mutants' numbers in their package."""
    pieces = [(piece, order, planting) for order, planting in enumerate(plantings) for piece in planting.pieces]
    pieces.sort(key=_order)
    out, at, places = bytearray(), 0, dict[int, list[int]]()
    moved: list[tuple[int, int]] = [(0, 0)]
    for piece, order, planting in pieces:
        out += source[at : piece.at]
        places.setdefault(order, [len(out)])
        out += piece.text.replace("@", str(numbers[planting.mutant.id])).encode()
        at = max(at, piece.until)
        places[order].append(len(out))
        moved.append((at, len(out)))
    out += source[at:]
    spans = tuple((min(found), max(found), plantings[order]) for order, found in places.items())
    functions = tuple((_moved(moved, p.function[0]), _moved(moved, p.function[1]), p) for p in plantings)
    return Rendered(bytes(out), spans, functions)


def _order(entry: tuple[Piece, int, Planting]) -> tuple[int, int, int, int]:
    """What ends at a place comes before what starts there; around one node, the mutant that was planted first is outside."""
    piece, order, _ = entry
    if piece.closing:
        return (piece.at, 0, piece.width, -order)
    return (piece.at, 1, -piece.width, order)


def _moved(moved: Sequence[tuple[int, int]], place: int) -> int:
    before = max((pair for pair in moved if pair[0] <= place), key=lambda pair: pair[0])
    return before[1] + place - before[0]
