"""What the analyst says when only a person can decide."""

from backend_factory.domain.assignment import Assignment, Blocked
from backend_factory.domain.phase import PhaseId
from backend_factory.runners.blueprint.summarize.prose import Piece, straighten
from backend_factory.runners.blueprint.summarize.sketch import Sketch

LONGEST_TEXT = 16_000
MOST_PIECES = 300


def unmended(assignment: Assignment) -> Blocked | None:
    """The same words give the same requirements: findings can only be mended by other words."""
    ours = [f for f in assignment.findings if f.mends is PhaseId.SUMMARIZE]
    if not ours or assignment.remark.strip() or assignment.excluded:
        return None
    return Blocked(
        reason="findings",
        needed="Other words for the request, or a remark, that settle the findings.",
        tried=("Compiled the request again: the same words give the same requirements.",),
        question=f"The requirements were sent back: {ours[0].message} What should they say instead?",
    )


def too_long(assignment: Assignment, pieces: int) -> Blocked | None:
    """A text of more than a few pages holds more than one feature; None where it is short enough."""
    length = len(assignment.request) + len(assignment.remark)
    if length <= LONGEST_TEXT and pieces <= MOST_PIECES:
        return None
    return Blocked(
        reason="ambiguous",
        demand=assignment.request.strip()[:200],
        needed=f"A request of at most {LONGEST_TEXT:,} characters and {MOST_PIECES} statements.",
        tried=(f"Counted {length:,} characters and {pieces} statements.",),
        question="The request is longer than one feature takes. Which part of it should be built first?",
    )


def nothing(assignment: Assignment) -> Blocked:
    """The text names no kind of record."""
    return Blocked(
        reason="ambiguous",
        demand=assignment.request.strip()[:500],
        needed="The kind of record that the feature is about, and what it holds.",
        tried=("Looked for a kind of record in every sentence.",),
        question="What kind of record should the feature manage, and which fields does it have?",
    )


def not_understood(piece: Piece, stumbled: str = "") -> Blocked:
    """No reader takes in every word of the piece; `stumbled` is the item of a list that was not understood."""
    quote = piece.quotes[0].lstrip(" ,;:.")
    shown = " ".join(quote.split())
    stumbled = stumbled if 0 < len(stumbled) <= 120 and stumbled in straighten(shown) and len(stumbled) < len(shown) - 2 else ""
    shown = shown if len(shown) <= 200 else f"{shown[:199]}…"
    asked = f"“{stumbled}” in “{shown}”" if stumbled else f"“{shown}”"
    return Blocked(
        reason="ambiguous",
        demand=quote,
        needed="Words that say it as records, fields, rules, operations, lists, relations, batches or correlation.",
        tried=("Read it as each of the statements that can be compiled; none takes in every word of it.",),
        question=f"What does {asked} ask for? Say it in other words, or leave it out.",
    )


def _verbatim(refusal: Blocked, pieces: tuple[Piece, ...]) -> Blocked:
    """The refusal with the words of the request that it is about, where it names only a field or a kind of record."""
    quotes = [quote for piece in pieces for quote in piece.quotes]
    if not quotes or any(refusal.demand in quote and len(refusal.demand.split()) > 2 for quote in quotes):
        return refusal
    about = [quote for quote in quotes if refusal.demand.lower() in straighten(quote).lower()]
    return refusal.model_copy(update={"demand": (about or quotes)[-1].lstrip(" ,;:.")})


def first(sketch: Sketch, pieces: tuple[Piece, ...]) -> Blocked:
    """The first refusal, naming the others, so that a person can answer them together."""
    refusals = [_verbatim(each, pieces) for each in sketch.refusals]
    first, *others = sorted(refusals, key=lambda each: each.reason != "unsupported_demand")
    said = "; ".join(
        dict.fromkeys(f"“{' '.join(o.demand.split())[:120]}”" for o in others if o.demand and o.demand != first.demand)
    )
    return first.model_copy(update={"question": f"{first.question} (Open as well: {said}.)"}) if said else first
