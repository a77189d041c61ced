"""The pass on one page: text, pieces, statements, defaults, model, requirements."""

import re
from collections.abc import Callable

from backend_factory.domain.assignment import Assignment, Blocked, Delivered, Outcome
from backend_factory.domain.deliverable import Requirements
from backend_factory.domain.phase import PhaseId
from backend_factory.runners.blueprint.summarize import naming
from backend_factory.runners.blueprint.summarize.complete import complete
from backend_factory.runners.blueprint.summarize.correlate import prepare_keys
from backend_factory.runners.blueprint.summarize.declined import find_beyond
from backend_factory.runners.blueprint.summarize.demands import demands
from backend_factory.runners.blueprint.summarize.fields import read_field
from backend_factory.runners.blueprint.summarize.modelling import model
from backend_factory.runners.blueprint.summarize.openings import add_entity, read_has_fields, read_opening
from backend_factory.runners.blueprint.summarize.operations import read_operations
from backend_factory.runners.blueprint.summarize.processing import read_correlation, read_ingestion, read_listing
from backend_factory.runners.blueprint.summarize.prose import Piece, find_holes, read_pieces, straighten
from backend_factory.runners.blueprint.summarize.qualities import read_context, read_quality, says_out_of_scope
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, Sketch, Topic
from backend_factory.runners.blueprint.summarize.statements import read_drop, read_fact, read_key, read_order, read_relation
from backend_factory.runners.blueprint.summarize.writing import write

Workbench = object
"""This pass uses nothing of the workbench: the Business Analyst writes no files."""

Reader = Callable[[Piece, str, Sketch], bool]

READERS: tuple[Reader, ...] = (
    read_context,
    read_quality,
    read_operations,
    read_listing,
    read_ingestion,
    read_correlation,
    read_key,
    read_fact,
    read_order,
    read_relation,
    read_has_fields,
    read_opening,
    read_drop,
)
"""Who may read a piece, in order; the first that understands every word of it does."""

_LEAD = re.compile(
    r"^(?:(?:and|but|then|also|plus|finally|additionally|furthermore|moreover|in addition|next|note that|please note|ideally|of course|however|please|hi|hello|hey|hi team|hello team|hi all|ok|okay|that|which|who"
    r"|as an? [\w' -]+,|when (?:creating|listing) (?:them|one)|importantly|further|where)\b[,:]?\s*|[-,;:]\s*)+",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(?:(?:it|they|we|i|you|one|users?|clients?|callers?|people|operators?|everyone|there|the (?:rest )?(?:api|service|system|backend|feature|endpoints?|solution|application)|this (?:api|service|feature))\s+)?"
    r"(?:(?:should|must|shall|will|can|could|may|needs? to|has to|have to|wants? to|would like to|want to be able to|is able to|be able to|also|then)\s+)+(?:be able to\s+|also\s+)?(?=\w)",
    re.IGNORECASE,
)
_IT = re.compile(r"^(?:it|they|the (?:rest )?(?:api|service|system|backend|feature)|this (?:api|service|feature)|we|i|users?)\s+(?=\w)", re.IGNORECASE)


async def perform(assignment: Assignment, workbench: object) -> Outcome:
    """Deliver the requirements of the assignment's request, or say what only a person can decide. Writes nothing."""
    outcome = requirements(assignment)
    return outcome if isinstance(outcome, Blocked) else Delivered(deliverable=outcome)


def requirements(assignment: Assignment) -> Requirements | Blocked:
    """Compile the request (and a person's remark on it) into requirements; the same assignment gives the same answer."""
    if stuck := _unmended(assignment):
        return stuck
    holes = find_holes(assignment.request, assignment.excluded, assignment.detection.frontend)
    pieces = read_pieces(assignment.request, holes)
    pieces += read_pieces(assignment.remark, find_holes(assignment.remark, assignment.excluded, ""), first=len(pieces))
    sketch = Sketch()
    for piece in pieces:
        read(piece, sketch)
    _set_title_aside(pieces, sketch)
    if not sketch.refusals and not sketch.entities:
        sketch.refusals.append(_nothing(assignment))
    if not sketch.refusals:
        prepare_keys(sketch)
        complete(sketch)
        feature = model(sketch, assignment.detection.title)
        if feature is not None:
            return write(assignment, demands(assignment, holes, pieces, sketch), sketch, feature)
    return _first(sketch, pieces)


def read(piece: Piece, sketch: Sketch) -> None:
    """Let the first reader that understands all of `piece` add to `sketch`; where none does, refuse it by name."""
    if says_out_of_scope(piece):
        sketch.left_out[piece.index] = "The request itself leaves it out."
        return
    if piece.kind == "heading" and any(read_opening(piece, text, sketch) for text in _forms(piece.plain.lstrip("#*")) if not find_beyond(piece)):
        return
    background = read_context(piece, piece.plain.strip(" .!?"), sketch)
    if background and piece.kind != "heading" and not piece.plain.lower().startswith(("so ", "because")):
        return
    if beyond := find_beyond(piece):
        sketch.context.pop(piece.index, None)
        sketch.refusals.append(beyond)
        return
    if background or any(reader(piece, text, sketch) for text in _forms(piece.plain) for reader in READERS) or _read_as_field(piece, sketch):
        return
    sketch.refusals.append(_not_understood(piece))


def _set_title_aside(pieces: tuple[Piece, ...], sketch: Sketch) -> None:
    """A first line such as "CHAR-77: Patch windows" is a title if it says nothing that the rest does not say."""
    title = pieces[0] if len(pieces) > 1 else None
    words = {naming.singular(w) for w in re.findall(r"[a-z]+", re.sub(r"^[A-Z][A-Z0-9]*-\d+", "", title.plain).lower())} if title else set()
    rest = {naming.singular(w) for piece in pieces[1:] for w in re.findall(r"[a-z]+", piece.plain.lower())}
    if title and title.sentence != pieces[1].sentence and words <= rest | {"api", "service", "backend", "for", "the", "a"}:
        unread = [r for r in sketch.refusals if r.reason == "ambiguous" and r.demand == title.quotes[0]]
        if unread:
            sketch.refusals.remove(unread[0])
            sketch.context[title.index] = "The title; the rest says it in full."


def _forms(plain: str) -> tuple[str, ...]:
    """The piece as it stands, then without what leads up to it."""
    bare = plain.strip().strip(".!?;,: ").strip()
    led = _LEAD.sub("", bare)
    free = _SUBJECT.sub("", led)
    forms = (led, free, _IT.sub("", led), re.sub(r"^(?:be|is|are|has|have)\s+", "", free), bare)
    return tuple(dict.fromkeys(f.strip() for f in forms if f.strip()))


def _read_as_field(piece: Piece, sketch: Sketch) -> bool:
    """A bullet, or what goes on after a list of fields, is a field; a bullet "Team: name, lead" is a kind of record."""
    text = _LEAD.sub("", piece.plain.strip().strip(".!?;, "))
    if piece.kind == "bullet" and (kind := re.match(r"^(?P<noun>[A-Z][\w -]*?)\s*(?::|\s-\s|\(|\bwith\b)\s*(?P<fields>.+?)\)?$", text)):
        known = sketch.find(kind["noun"]) or _bare(sketch.refer(kind["noun"]))
        is_new = sketch.current is None or re.search(r"entit|resources|records|model|objects|kinds", piece.section) or (not sketch.current.fields and "," in kind["fields"])
        if known or is_new:
            entity = known or add_entity(kind["noun"], sketch)
            if entity is not None and read_has_fields(piece, f"{entity.label} has {kind['fields']}", sketch):
                return True
    if sketch.current is None:
        return False
    kept = dict(sketch.current.fields)
    if not text or read_field(text, sketch.current, sketch) and read_has_fields(piece, f"fields: {text}", sketch) is False:
        sketch.current.fields = kept
        return False
    sketch.current.demands.append(piece.index)
    sketch.about(piece.index, Topic.RECORDS)
    return True


def _bare(entity: EntitySketch | None) -> EntitySketch | None:
    return entity if entity and not entity.fields else None


def _unmended(assignment: Assignment) -> Blocked | None:
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


def _nothing(assignment: Assignment) -> Blocked:
    return Blocked(
        reason="ambiguous",
        demand=assignment.request.strip()[:500],
        needed="The kind of record that the feature is about, and what it holds.",
        tried=("Looked for a kind of record in every sentence.",),
        question="What kind of record should the feature manage, and which fields does it have?",
    )


def _not_understood(piece: Piece) -> Blocked:
    quote = piece.quotes[0]
    shown = " ".join(quote.split())
    shown = shown if len(shown) <= 200 else f"{shown[:199]}…"
    return Blocked(
        reason="ambiguous",
        demand=quote,
        needed="Words that say it as records, fields, rules, operations, lists, relations, batches or correlation.",
        tried=("Read it as each of the statements that can be compiled; none takes in every word of it.",),
        question=f"What does “{shown}” ask for? Say it in other words, or leave it out.",
    )


def _verbatim(refusal: Blocked, pieces: tuple[Piece, ...]) -> Blocked:
    """The refusal with the words of the request that it is about, where a decision could name only a field or a kind of record."""
    quotes = [quote for piece in pieces for quote in piece.quotes]
    if not quotes or any(refusal.demand in quote and len(refusal.demand.split()) > 2 for quote in quotes):
        return refusal
    about = [quote for quote in quotes if refusal.demand.lower() in straighten(quote).lower()]
    return refusal.model_copy(update={"demand": (about or quotes)[-1]})


def _first(sketch: Sketch, pieces: tuple[Piece, ...]) -> Blocked:
    """The first refusal, naming the others, so that a person can answer them together."""
    refusals = [_verbatim(each, pieces) for each in sketch.refusals]
    first, *others = sorted(refusals, key=lambda each: each.reason != "unsupported_demand")
    said = "; ".join(dict.fromkeys(f"“{' '.join(o.demand.split())[:120]}”" for o in others if o.demand and o.demand != first.demand))
    return first.model_copy(update={"question": f"{first.question} (Open as well: {said}.)"}) if said else first
