"""Each piece of the request goes to the first reader that understands every word of it; where none does, it is refused by name."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re
from collections.abc import Callable

from backend_factory.runners.blueprint.summarize import naming, types
from backend_factory.runners.blueprint.summarize.declined import find_beyond
from backend_factory.runners.blueprint.summarize.fields import read_field, read_fields
from backend_factory.runners.blueprint.summarize.openings import add_entity, read_has_fields, read_opening
from backend_factory.runners.blueprint.summarize.operations import read_operations
from backend_factory.runners.blueprint.summarize.phrases import split_list
from backend_factory.runners.blueprint.summarize.processing import read_correlation, read_ingestion, read_listing
from backend_factory.runners.blueprint.summarize.prose import Piece
from backend_factory.runners.blueprint.summarize.qualities import (
    is_background,
    read_context,
    read_quality,
    says_out_of_scope,
    section_is_out,
)
from backend_factory.runners.blueprint.summarize.refusals import not_understood
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, Sketch, Topic
from backend_factory.runners.blueprint.summarize.statements import read_drop, read_fact, read_key, read_order, read_relation
from backend_factory.runners.blueprint.summarize.together import read_together

Reader = Callable[[Piece, str, Sketch], bool]

READERS: tuple[Reader, ...] = (
    read_quality,
    read_operations,
    read_listing,
    read_ingestion,
    read_correlation,
    read_together,
    read_key,
    read_fact,
    read_order,
    read_relation,
    read_has_fields,
    read_opening,
    read_drop,
)
"""Who may read a piece, in order; the first that understands every word of it does."""

_LISTS: frozenset[Reader] = frozenset({read_opening, read_has_fields, read_fact})
"""Readers of enumerations; all others read short statements only."""
_LONGEST_STATEMENT = 300
_LONGEST_PIECE = 4000
_TITLE_WORDS = frozenset({"api", "service", "backend", "for", "the", "a"})

_LEAD = re.compile(
    r"^(?:(?:and|but|then|also|plus|finally|additionally|furthermore|moreover|in addition|next|note that|please note|ideally|of course|however|please|(?:hi|hello|hey|dear)(?: (?:team|all|there|everyone|folks|colleagues))?|ok|okay|that|which|who"
    r"|as an? [\w' -]+?,?(?= (?:i|we)\b)|as an? [\w' -]+,|when (?:creating|listing) (?:them|one)|importantly|further|where)\b[,:]?\s*|[-,;:]\s*)+",
    re.IGNORECASE,
)
_KIND_OF_RECORD = re.compile(r"^(?P<noun>[A-Z][\w -]*?)\s*(?::|\s-\s|\(|\bwith\b)\s*(?P<fields>.+?)\)?$")
_HAS_A_VERB = re.compile(
    r"(?<!\bor )\b(?:is|are|was|were|must|should|shall|will|can|cannot|can't|may|has|have|need|needs|do|does|don't|doesn't|stay|stays|keep|keeps|get|gets)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(?:it (?:should|must|has to|needs to) (?:also )?be possible to\s+"
    r"|(?:(?:it|they|we|i|you|one|users?|clients?|callers?|people|operators?|everyone|there|the (?:rest )?(?:api|service|system|backend|feature|endpoints?|solution|application)|this (?:api|service|feature))\s+)?"
    r"(?:(?:should|must|shall|will|can|could|may|needs? to|has to|have to|wants? to|would like to|want to be able to|is able to|be able to|also|then)\s+)+(?:be able to\s+|also\s+)?)(?=\w)",
    re.IGNORECASE,
)
_IT = re.compile(
    r"^(?:it|they|the (?:rest )?(?:api|service|system|backend|feature)|this (?:api|service|feature)|we|i|users?)\s+(?=\w)",
    re.IGNORECASE,
)


def read(piece: Piece, sketch: Sketch) -> None:
    """Add to `sketch` what `piece` says; a piece that is not understood in every word, or beyond this compiler, adds a refusal."""
    sketch.stumbled = ""
    sketch.quotes[piece.index] = piece.quotes[0].strip(" \n\t,;:")
    _read(piece, sketch)
    sketch.sentence = piece.sentence


def _read(piece: Piece, sketch: Sketch) -> None:
    if section_is_out(piece):
        sketch.left_out[piece.index] = "The request itself leaves it out."
    elif len(piece.plain) > _LONGEST_PIECE:
        sketch.refusals.append(not_understood(piece))
    elif (
        piece.kind == "heading"
        and not find_beyond(piece)
        and any(read_opening(piece, t, sketch) for t in _forms(piece.plain.lstrip("#*")))
    ):
        return
    elif read_context(piece, piece.plain.strip(" .!?"), sketch):
        _check_context(piece, sketch)
    elif says_out_of_scope(piece) and not any(read_operations(piece, text, sketch) for text in _forms(piece.plain)):
        sketch.left_out[piece.index] = "The request itself leaves it out."
    elif beyond := find_beyond(piece):
        sketch.refusals.append(beyond)
    elif not _understood(piece, sketch):
        sketch.refusals.append(not_understood(piece, sketch.stumbled))


def _check_context(piece: Piece, sketch: Sketch) -> None:
    """A reason or a heading that names something beyond this compiler asks for it all the same."""
    tells = not is_background(piece)
    if tells and (beyond := find_beyond(piece)):
        del sketch.context[piece.index]
        sketch.refusals.append(beyond)


def _understood(piece: Piece, sketch: Sketch) -> bool:
    if piece.sentence == sketch.fact_sentence and read_fact(piece, f"it {_LEAD.sub('', piece.plain.strip(' .!?;,:'))}", sketch):
        return True
    for text in _forms(piece.plain):
        for reader in READERS:
            if len(text) <= _LONGEST_STATEMENT or reader in _LISTS:
                current, last, assumed = sketch.current, sketch.last_field, len(sketch.assumptions)
                if reader(piece, text, sketch):
                    return True
                sketch.current, sketch.last_field = current, last
                del sketch.assumptions[assumed:]
    return _read_as_field(piece, sketch)


def set_title_aside(pieces: tuple[Piece, ...], sketch: Sketch) -> None:
    """A first line such as "CHAR-77: Patch windows" is a title if it says nothing that the rest does not say."""
    title = pieces[0] if len(pieces) > 1 else None
    words = (
        {naming.singular(w) for w in re.findall(r"[a-z]+", re.sub(r"^[A-Z][A-Z0-9]*-\d+", "", title.plain).lower())}
        if title
        else set()
    )
    rest = {naming.singular(w) for piece in pieces[1:] for w in re.findall(r"[a-z]+", piece.plain.lower())}
    if title and title.sentence != pieces[1].sentence and words <= rest | _TITLE_WORDS:
        unread = [r for r in sketch.refusals if r.reason == "ambiguous" and r.demand == title.quotes[0]]
        if unread:
            sketch.refusals.remove(unread[0])
            sketch.context[title.index] = "The title; the rest says it in full."


def _forms(plain: str) -> tuple[str, ...]:
    """The piece as it stands, then without what leads up to it."""
    bare = plain.strip().strip(".!?;,: ").strip()
    bare = re.sub(r"(?:[\s,;:]+(?:and|or|but|plus|with))+$", "", bare, flags=re.IGNORECASE)
    led = _LEAD.sub("", bare)
    free = _SUBJECT.sub("", led)
    forms = (led, free, _IT.sub("", led), re.sub(r"^(?:be|is|are|has|have)\s+", "", free), bare)
    return tuple(dict.fromkeys(f.strip() for f in forms if f.strip()))


def _read_as_field(piece: Piece, sketch: Sketch) -> bool:
    """A bullet, or what goes on after a list of fields, is a field; "Team: name, lead" is a kind of record."""
    text = _LEAD.sub("", piece.plain.strip().strip(".!?;, "))
    starts = piece.kind == "bullet" or piece.sentence != sketch.sentence
    if starts and (kind := _KIND_OF_RECORD.match(text)) and _read_kind(piece, kind["noun"], kind["fields"], sketch):
        return True
    if piece.kind == "clause" and starts and not _lists_fields(text, sketch):
        return False
    if sketch.current is None:
        return False
    kept = dict(sketch.current.fields)
    if piece.kind == "clause" and text and not read_fields(text, sketch.current, sketch):
        return _note_field(piece, sketch)
    sketch.current.fields = dict(kept)
    if not text or (read_field(text, sketch.current, sketch) and read_has_fields(piece, f"fields: {text}", sketch) is False):
        sketch.current.fields = kept
        return False
    return _note_field(piece, sketch)


def _lists_fields(text: str, sketch: Sketch) -> bool:
    """Whether a sentence of its own can be a list of fields: no verb, no kind of record at its head, and no lone unknown words."""
    if _HAS_A_VERB.search(text) or sketch.refer(re.split(r"[\s:,]", text, maxsplit=1)[0]):
        return False
    items = split_list(text)
    return (
        len(items) > 1
        or ":" in text
        or bool(re.match(r"(?:an?|the|optionally|each with) ", text, re.IGNORECASE))
        or types.familiar(text)
    )


def _read_kind(piece: Piece, noun: str, listed: str, sketch: Sketch) -> bool:
    """A kind of record with its fields: one that is known, or a new one where the words can mean nothing else."""
    known = sketch.find(noun) or _bare(sketch.refer(noun))
    is_new = not re.search(
        r"^[A-Z][A-Z0-9]*-\d+$|\b(?:apis?|services?|endpoints?|backend|need|want)\b", noun, re.IGNORECASE
    ) and (
        (sketch.current is None and (piece.kind == "bullet" or "," in listed))
        or re.search(r"entit|resources|records|model|objects|kinds", piece.section)
        or (sketch.current is not None and not sketch.current.fields and "," in listed)
        or (piece.kind == "clause" and naming.is_plural(noun.lower()) and sum(map(types.familiar, split_list(listed))) >= 2)
    )
    entity = known or (add_entity(noun, sketch) if is_new else None)
    return entity is not None and read_has_fields(piece, f"{entity.label} has {listed}", sketch)


def _note_field(piece: Piece, sketch: Sketch) -> bool:
    if sketch.current is not None:
        sketch.current.demands.append(piece.index)
    sketch.about(piece.index, Topic.RECORDS)
    return True


def _bare(entity: EntitySketch | None) -> EntitySketch | None:
    return entity if entity and not entity.fields else None
