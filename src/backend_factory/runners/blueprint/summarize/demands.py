"""The request's pieces as demands: each quote with what became of it."""

from dataclasses import dataclass
from typing import Literal

from backend_factory.domain.assignment import Assignment
from backend_factory.domain.deliverable import Demand
from backend_factory.runners.blueprint.summarize.prose import Hole, Piece
from backend_factory.runners.blueprint.summarize.sketch import Sketch

_HOLE_NOTES = {"frontend": "For the frontend team.", "excluded": "Left out, as a person said."}


@dataclass(frozen=True)
class Traced:
    """A demand and the piece it comes from; None for what was cut out of the text."""

    demand: Demand
    piece: int | None


def demands(assignment: Assignment, holes: tuple[Hole, ...], pieces: tuple[Piece, ...], sketch: Sketch) -> tuple[Traced, ...]:
    """All demands: the pieces in order, then what was cut out. Together the quotes hold every word of the request."""
    traced: list[Traced] = []

    def add(
        quote: str, disposition: Literal["required", "frontend", "excluded", "context"], note: str, piece: int | None
    ) -> None:
        traced.append(Traced(Demand(id=f"D-{len(traced) + 1}", quote=quote, disposition=disposition, note=note), piece))

    for piece in pieces:
        for quote in piece.quotes:
            if piece.index in sketch.left_out:
                add(quote, "excluded", sketch.left_out[piece.index], piece.index)
            elif piece.index in sketch.context:
                add(quote, "context", sketch.context[piece.index], piece.index)
            else:
                add(
                    quote,
                    "required",
                    "" if quote in assignment.request else "From the remark with which the work was sent back.",
                    piece.index,
                )
    for hole in holes:
        add(assignment.request[hole.start : hole.end].strip(), hole.disposition, _HOLE_NOTES[hole.disposition], None)
    return tuple(traced)
