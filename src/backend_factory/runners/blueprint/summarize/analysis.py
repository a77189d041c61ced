"""The pass on one page: text, pieces, statements, defaults, model, requirements."""

from backend_factory.domain.assignment import Assignment, Blocked, Delivered, Outcome
from backend_factory.domain.deliverable import Requirements
from backend_factory.runners.blueprint.summarize import refusals
from backend_factory.runners.blueprint.summarize.complete import complete
from backend_factory.runners.blueprint.summarize.correlate import prepare_keys
from backend_factory.runners.blueprint.summarize.demands import demands
from backend_factory.runners.blueprint.summarize.modelling import model
from backend_factory.runners.blueprint.summarize.prose import find_holes, read_pieces
from backend_factory.runners.blueprint.summarize.reading import read, set_title_aside
from backend_factory.runners.blueprint.summarize.sketch import Sketch
from backend_factory.runners.blueprint.summarize.writing import write


async def perform(assignment: Assignment, workbench: object) -> Outcome:
    """Deliver the requirements of the assignment's request, or say what only a person can decide.

    The workbench stays untouched: the Business Analyst writes no files.
    """
    outcome = requirements(assignment)
    return outcome if isinstance(outcome, Blocked) else Delivered(deliverable=outcome)


def requirements(assignment: Assignment) -> Requirements | Blocked:
    """Compile the request (and a person's remark on it) into requirements; the same assignment gives the same answer."""
    if stuck := refusals.unmended(assignment) or refusals.too_long(assignment, pieces=0):
        return stuck
    holes = find_holes(assignment.request, assignment.excluded, assignment.detection.frontend)
    pieces = read_pieces(assignment.request, holes)
    pieces += read_pieces(assignment.remark, find_holes(assignment.remark, assignment.excluded, ""), first=len(pieces))
    if stuck := refusals.too_long(assignment, len(pieces)):
        return stuck
    sketch = Sketch()
    for piece in pieces:
        read(piece, sketch)
    set_title_aside(pieces, sketch)
    if not sketch.refusals and not sketch.entities:
        sketch.refusals.append(refusals.nothing(assignment))
    if not sketch.refusals:
        prepare_keys(sketch)
        complete(sketch)
        feature = model(sketch, assignment.detection.title)
        if feature is not None:
            return write(assignment, demands(assignment, holes, pieces, sketch), sketch, feature)
    return refusals.first(sketch, pieces)
