"""Fields that are unique together: "the combination of rack and slot must be unique", "unique per product"."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.domain.feature import Operation
from backend_factory.runners.blueprint.summarize import naming
from backend_factory.runners.blueprint.summarize.fields import place_field
from backend_factory.runners.blueprint.summarize.keys import KEY_TYPES
from backend_factory.runners.blueprint.summarize.kinds import find_field, in_words
from backend_factory.runners.blueprint.summarize.phrases import is_name, split_list, without_article
from backend_factory.runners.blueprint.summarize.prose import Piece
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, FieldSketch, Sketch, Topic, refuse

_BE = r"(?:is|are|be|must be|should be|has to be|have to be|needs to be|need to be)"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:(?:each|every|the|a) )?(?:combination|pair|tuple)s? of (?P<fields>.+?) {_BE} unique(?: (?:per|within) (?:tenant|customer|account))?",
        rf"(?P<fields>.+?) (?:must |should |has to |have to )?(?:together )?{_BE} (?:together )?unique(?: together| in combination| as a pair| combined)(?: (?:per|within) (?:tenant|customer|account))?",
        rf"(?P<fields>.+? (?:\+|together with|in combination with|combined with) .+?) {_BE} unique",
        rf"(?P<fields>.+?) {_BE} unique (?:per|within|in|for each|for every|inside|among the \w+ of)(?: each| every| an?| the| one)? (?P<within>[\w '-]+)",
        r"no two (?P<noun>[\w' -]+?) (?:may |can |must |should |are allowed to )?(?:ever )?(?:share|have)(?: both)? (?:the same|a common|an equal) (?P<fields>.+)",
        r"(?:there (?:can|may|must|should) (?:only )?be )?(?:only |at most |exactly )?one (?P<noun>[\w' -]+?) per (?P<fields>[\w' -]+ and [\w' -]+)",
    )
)


def read_together(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Read what is unique only together with something else; False where the words are of another form or name no field."""
    for form in _FORMS:
        if found := form.fullmatch(text):
            parts = found.groupdict()
            entity = sketch.refer(without_article(parts["noun"])) if parts.get("noun") else sketch.current
            labels = [
                without_article(p).lower()
                for p in split_list(re.sub(r" ?\+ | (?:together|in combination|combined) with ", ", ", f"{parts['fields']} "))
            ]
            within = without_article(parts.get("within") or "").lower()
            if entity and not parts.get("noun") and find_field(entity, labels[0]) is None:
                entity = next((e for e in sketch.entities.values() if find_field(e, labels[0])), entity)
            if entity is None or naming.singular(within) in ("tenant", "customer account", "account"):
                return False
            fields = [find_field(entity, label) for label in [*labels, *([within] if within else [])]]
            if (
                within
                and len(fields) == 2
                and fields[1]
                and fields[0] is None
                and is_name(labels[0])
                and len(labels[0].split()) <= 3
            ):
                fields[0] = place_field(labels[0], FieldSketch("", ""), entity, sketch)
            if not fields or any(field is None for field in fields):
                return False
            names = tuple(dict.fromkeys(field.name for field in fields if field))
            if len(names) == 1:
                entity.fields[names[0]].unique = True
            else:
                entity.together.append((names, piece.index))
            entity.demands.append(piece.index)
            sketch.about(piece.index, Topic.RECORDS)
            return True
    return False


def decide_together(entity: EntitySketch, sketch: Sketch) -> None:
    """What is unique together identifies the record, where it is made of texts; anything else is refused with its words."""
    for names, piece in entity.together:
        fields = [entity.fields[name] for name in names if name in entity.fields]
        said = " and ".join(field.label for field in fields)
        unfit = [f for f in fields if f.many or f.type not in KEY_TYPES]
        if entity.key and set(entity.key) == set(names):
            continue
        if unfit or entity.key or len(fields) != len(names):
            why = (
                f"{unfit[0].label} is {in_words(unfit[0])}"
                if unfit
                else f"a {entity.label} is identified by something else already"
            )
            refuse(
                sketch, sketch.quotes.get(piece, said), "Fields that are unique each by itself, or a key made of texts alone.",
                f"Read {said} as a key made of several fields; {why}.",
                f"{said} cannot be unique together, for {why}. Is one of them unique by itself, or shall the rule be left out?", unsupported=True,
            )  # fmt: skip
            return
        entity.key = names
        changes = " and cannot change later" if {Operation.UPDATE, Operation.REPLACE} & entity.named_operations else ""
        sketch.assume(f"{said} together identify {naming.with_article(entity.label)}, so each of them is required{changes}.")
