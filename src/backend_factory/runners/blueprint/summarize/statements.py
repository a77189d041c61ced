"""Statements about fields and entities: facts, order, relations, keys, what is left out."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.runners.blueprint.summarize import naming
from backend_factory.runners.blueprint.summarize.facets import read_facets, says_only
from backend_factory.runners.blueprint.summarize.fields import merge, place_field, read_field
from backend_factory.runners.blueprint.summarize.kinds import without_unit
from backend_factory.runners.blueprint.summarize.openings import add_entity
from backend_factory.runners.blueprint.summarize.phrases import is_name, split_list, without_article
from backend_factory.runners.blueprint.summarize.prose import Piece
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, FieldSketch, Sketch, Topic

_FACT = re.compile(
    r"^(?P<subject>.+?)\s+(?P<rest>(?:is|are|must|should|has to|have to|needs to|need to|can|cannot|can't|may|will|defaults?|never|ranges?|starts? as|match(?:es)?|has|have|takes?|accepts?)\b.+)$",
    re.IGNORECASE,
)
_OF = re.compile(r"^(?P<field>.+?) (?:of|in|on|for) (?:an? |the |each |every |all )?(?P<noun>[\w' -]+)$", re.IGNORECASE)
_POSSESSIVE = re.compile(r"^(?:an? |the |each |every )?(?P<noun>[\w -]+?)(?:'s|s') (?P<field>.+)$", re.IGNORECASE)
_PAIR = r"(?:the |its |their |an? |each )?(?P<{}>[\w '-]+?)"
_ORDERS = tuple(
    (later_first, or_equal, re.compile(pattern, re.IGNORECASE))
    for later_first, or_equal, pattern in (
        (True, True, rf"{_PAIR.format('a')} (?:must |should |has to |can )?(?:not be|never be|cannot be|can't be|must not be|is never) (?:before|earlier than|less than|smaller than|lower than|below) {_PAIR.format('b')}"),
        (False, True, rf"{_PAIR.format('a')} (?:must |should |has to |can )?(?:not be|never be|cannot be|can't be|must not be|is never) (?:after|later than|greater than|larger than|higher than|more than|above) {_PAIR.format('b')}"),
        (True, True, rf"{_PAIR.format('a')} (?:must |should |has to |needs to |always |which )*(?:be |is |are |come |comes )?(?:at or after|on or after|at least|not before|no earlier than|>=|greater than or equal to) {_PAIR.format('b')}"),
        (False, True, rf"{_PAIR.format('a')} (?:must |should |has to |needs to |always |which )*(?:be |is |are |come |comes )?(?:at or before|on or before|at most|not after|no later than|<=|less than or equal to) {_PAIR.format('b')}"),
        (True, False, rf"{_PAIR.format('a')} (?:must |should |has to |needs to |always |which |that )*(?:be |is |are |come |comes |lie |lies )?(?:strictly )?(?:after|later than|greater than|larger than|higher than|more than|>) {_PAIR.format('b')}"),
        (False, False, rf"{_PAIR.format('a')} (?:must |should |has to |needs to |always |which |that )*(?:be |is |are |come |comes |lie |lies )?(?:strictly )?(?:before|earlier than|less than|smaller than|lower than|prior to|<) {_PAIR.format('b')}"),
    )
)  # fmt: skip
_ITSELF = re.compile(
    r"^(?:(?:it|they|an? [\w -]+|[\w-]+s) )?(?:must|may|can|should|can)(?: not|not|n't| never) (?P<a>end|start|begin|close|finish|expire) (?P<order>before|after) (?:it|they) (?P<b>starts?|ends?|begins?|opens?)$",
    re.IGNORECASE,
)
"""Two times of one record without their names: "it must not end before it starts"."""
_BELONGS = re.compile(
    r"^(?:each |every |an? |the |all |one )?(?P<child>[\w'-]+(?: [\w'-]+){0,2}?) (?:(?:always |must |should |can |will )*(?:belongs? to|refers? to|references?|points? to|(?:is|are|be) (?:part of|assigned to|linked to|attached to|related to|associated with|connected to|tied to|owned by)"
    r"|has (?:exactly )?one|have (?:exactly )?one)) (?P<some>(?:exactly one |one |a single |an? |the |some |zero or more |many |several |one or more )?)(?P<parent>[\w'-]+(?: [\w'-]+){0,2})$",
    re.IGNORECASE,
)
_HAS_MANY = re.compile(
    r"^(?:each |every |an? |the |all |one )?(?P<parent>[\w'-]+(?: [\w'-]+){0,2}?) (?:can |may |will |should )?(?:has|have|contains?|owns?|groups?|holds?) (?:zero or more |one or more |any number of |many |several |multiple |a list of |its own |)(?P<child>[\w'-]+(?: [\w'-]+){0,2})$",
    re.IGNORECASE,
)
_MAY = re.compile(r"\b(?:can|may|optionally|could)\b", re.IGNORECASE)
_KEYED = re.compile(
    r"^(?:(?:an? |each |every |the |all )?(?P<noun>[\w' -]+?) )?(?:(?:is|are|should be|must be) )?(?:(?:uniquely )?(?:identified|keyed|unique)(?: together)? by|(?:the |its |their |with )?(?:natural )?key(?:s)?(?: is| are|:)|with (?:the )?(?:natural )?key(?:s)?) (?:(?:the |their |its )?(?:combination of )?)(?P<keys>[\w' ,/-]+)$",
    re.IGNORECASE,
)
_DROP = re.compile(
    r"^(?:(?:please )?(?:drop|remove|leave out|omit|skip|ignore|forget)|(?:there is |we need |it needs )?no|without) (?:an? |the )?(?P<fields>[\w' ,-]+?)(?: fields?| attributes?)?(?: is needed| needed| please)?$",
    re.IGNORECASE,
)


_NO_FIELD = re.compile(
    r"^(?:\d.*|.*\bcharacters?|records?|entries|items?|it|api|service|lists?|results?|requests?|input|users?|everything|data|values?|processing|access|responses?|errors?|endpoints?|nothing|anything|operations?|batch(?:es)?|fields?)$"
)


def read_order(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Read "the end must be after the start"."""
    bare = re.sub(
        r"^(?:it |they )?(?P<a>ends?|starts?|begins?|closes?|opens?) (?=after|before)", r"\g<a> is ", text, flags=re.IGNORECASE
    )
    bare = _ITSELF.sub(r"\g<a> must not be \g<order> \g<b>", bare)
    for later_first, or_equal, form in _ORDERS:
        if found := form.fullmatch(bare):
            first, second = (_field_named(found[g], sketch) for g in ("a", "b"))
            if first is None or second is None or first[0] is not second[0] or first[1] is second[1]:
                return False
            earlier, later = (second[1], first[1]) if later_first else (first[1], second[1])
            first[0].orders.append((earlier.name, later.name, or_equal))
            _note(piece, first[0], sketch)
            return True
    return False


def read_key(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Read "readings are identified by sensor and serial number"."""
    found = _KEYED.match(text)
    if not found:
        return False
    entity = _entity_named(found["noun"], sketch)
    labels = [without_article(part).lower() for part in split_list(found["keys"])]
    if entity is None or not labels or not all(is_name(label) for label in labels):
        return False
    names = []
    for label in labels:
        field = place_field(label, FieldSketch("", ""), entity, sketch)
        if field is None or not field.name:
            return False
        names.append(field.name)
    entity.key = tuple(dict.fromkeys(names))
    _note(piece, entity, sketch)
    return True


def read_relation(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Read "each comment belongs to a ticket" and "a team has many members", where both are kinds of record."""
    if sketch.current and re.match(r"(?:belongs?|refers?|references?|is assigned|is linked) ", text, re.IGNORECASE):
        text = f"{sketch.current.label} {text}"
    if found := _BELONGS.match(text):
        child, parent = _entity_named(found["child"], sketch), sketch.refer(without_article(found["parent"]))
        if child is None and sketch.entities and parent is not None:
            child = add_entity(found["child"], sketch)
        known_noun = naming.singular(without_article(found["parent"]).lower()) in ("asset", "vulnerability", "risk")
        if parent is None and child is not None and not known_noun and is_name(without_article(found["parent"]).lower()):
            parent = add_entity(found["parent"], sketch)
        if (
            parent is None
            and naming.singular(without_article(found["parent"]).lower()) in ("asset", "vulnerability", "risk")
            and child
        ):
            if read_field(found["parent"], child, sketch) or sketch.last_field is None:
                return False
            sketch.last_field.required = None if naming.is_plural(found["parent"].lower()) else True
            sketch.last_field.related = True
            sketch.current = child
            return _note(piece, child, sketch)
        if child and parent:
            many = naming.is_plural(found["parent"].lower()) and bool(
                re.match(r"zero|many|several|one or more", found["some"], re.IGNORECASE)
            )
            field = FieldSketch(
                "", "", references=parent.label, required=not (many or _MAY.search(text)), related=True, many=many or None
            )
            said = naming.singular(without_article(found["parent"]).lower())
            place_field(naming.plural(said) if many else said, field, child, sketch)
            sketch.current = child
            return _note(piece, child, sketch) and _note(piece, parent, sketch)
    if found := _HAS_MANY.match(text):
        parent, child = _entity_named(found["parent"], sketch), sketch.refer(without_article(found["child"]))
        if parent and child and parent is not child and naming.is_plural(found["child"].lower()):
            sketch.owners.append((child.name, parent.name, False))
            sketch.current = parent
            return _note(piece, child, sketch) and _note(piece, parent, sketch)
    return False


def read_fact(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Read "the title is required and at most 80 characters", "name and email must be unique"."""
    text = re.sub(
        r"^(?:make|set|keep) (?P<s>.+?) (?P<f>required|optional|unique|mandatory|immutable)$",
        r"\g<s> is \g<f>",
        text,
        flags=re.IGNORECASE,
    )
    found = _FACT.match(text)
    if not found or text.lower().endswith(" or not"):
        return False
    facets = FieldSketch("", "")
    possesses = re.match(r"ha(?:s|ve)\b", found["rest"], re.IGNORECASE)
    rest = read_facets(found["rest"], facets, said_types=not possesses)
    return says_only(rest) and facets != FieldSketch("", "") and _apply_fact(piece, found["subject"], facets, sketch)


def read_drop(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Read "drop the rating" where a field of that name is known."""
    found = _DROP.match(text)
    if not found:
        return False
    places = [_field_named(part, sketch, known_only=True) for part in split_list(found["fields"])]
    if not places or any(place is None for place in places):
        return False
    for place in places:
        if place:
            place[0].dropped_fields.add(place[1].name)
            _note(piece, place[0], sketch)
    return True


def _apply_fact(piece: Piece, subject: str, facets: FieldSketch, sketch: Sketch) -> bool:
    places = []
    for part in split_list(re.sub(r"^both ", "", subject, flags=re.IGNORECASE)):
        if re.fullmatch(r"(?:it|which|that|they|this)", part.strip(), re.IGNORECASE):
            place = (sketch.current, sketch.last_field) if sketch.current and sketch.last_field else None
        elif re.fullmatch(r"(?:all|every|each)(?: (?:other|the))?(?: fields?)?", part.strip(), re.IGNORECASE):
            for each in sketch.current.fields.values() if sketch.current else ():
                merge(each, facets)
            place = (sketch.current, FieldSketch("", "")) if sketch.current else None
        else:
            place = _field_named(part, sketch)
        if place is None or place[0] is None:
            return False
        places.append(place)
    for entity, field in places:
        merge(field, facets)
        sketch.last_field = field if field.name else sketch.last_field
        sketch.fact_sentence = piece.sentence
        _note(piece, entity, sketch)
    return True


def _field_named(phrase: str, sketch: Sketch, *, known_only: bool = False) -> tuple[EntitySketch, FieldSketch] | None:
    """The field that a phrase names, made in the current entity where it is new; None where the phrase is no field."""
    entity, label = sketch.current, without_article(phrase).lower()
    if (owned := _POSSESSIVE.match(phrase)) and (owner := sketch.refer(owned["noun"])):
        entity, label = owner, owned["field"].lower()
    elif (owned := _OF.match(phrase)) and (owner := sketch.refer(owned["noun"])):
        entity, label = owner, without_article(owned["field"]).lower()
    if entity is None:
        return None
    for candidate in (entity, *(e for e in sketch.entities.values() if e is not entity)):
        for form in (label, *_prefixed(label, candidate), *_verb_forms(label)):
            name = naming.field_name(form, candidate.name)
            for field in candidate.fields.values():
                if field.name == name or naming.singular(form) in (naming.singular(field.label), without_unit(field.label)):
                    return candidate, field
    if known_only or _NO_FIELD.match(label) or not is_name(label) or sketch.find(label) or len(label.split()) > 3:
        return None
    bare = _prefixed(label, entity)
    placed = place_field(naming.singular(bare[0]) if bare else label, FieldSketch("", ""), entity, sketch)
    return (entity, placed) if placed and placed.name else None


def _prefixed(label: str, entity: EntitySketch) -> list[str]:
    kind = entity.label.split()[-1]
    return [label.removeprefix(f"{said} ") for said in (entity.label, kind) if label.startswith(f"{said} ")]


def _verb_forms(label: str) -> list[str]:
    """Other ways to say a time: "ends" and "end", "start time" and "start"."""
    bare = re.sub(r" (?:time|date|timestamp|at)$", "", label)
    stem = bare[:-1] if bare in ("starts", "ends", "begins", "opens", "closes") else bare
    return [bare, stem, f"{stem} time", f"{stem} date", f"{stem}s at", f"{stem} at", f"{stem}s"]


def _entity_named(phrase: str | None, sketch: Sketch) -> EntitySketch | None:
    if not phrase or re.fullmatch(r"(?:it|they|records?|each|this|these|entries|and|items?)", phrase.strip(), re.IGNORECASE):
        return sketch.current
    return sketch.refer(without_article(phrase).lower())


def _note(piece: Piece, entity: EntitySketch, sketch: Sketch) -> bool:
    entity.demands.append(piece.index)
    sketch.about(piece.index, Topic.RECORDS)
    return True
