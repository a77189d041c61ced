"""What can be done with records: the words for it, and statements that allow, restrict or forbid it."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.domain.feature import Operation
from backend_factory.runners.blueprint.summarize.kinds import find_field
from backend_factory.runners.blueprint.summarize.prose import Piece
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, Sketch, Topic

O = Operation  # noqa: E741
ALL = frozenset(o for o in Operation if o is not Operation.INGEST)

_WORDS: tuple[tuple[str, frozenset[Operation]], ...] = (
    (r"crud(?: operations)?|all (?:six |the usual |crud |standard )?operations|everything", ALL),
    (r"creat(?:e|es|ed|ing|ion)|add(?:s|ed|ing)?|register(?:ed|ing)?|post(?:ed|ing)?|insert(?:ed|ing)?|submit(?:ted|ting)?|enter(?:ed|ing)?", frozenset({O.CREATE})),
    (r"read(?:ing)?|get(?:ting)?|view(?:ed|ing)?|fetch(?:ed|ing)?|retriev(?:e|ed|ing|al)|see(?:n|ing)?|look(?:ed|ing)? up|show(?:n|ing)?", frozenset({O.READ})),
    (r"replac(?:e|ed|ing|ement)", frozenset({O.REPLACE})),
    (r"updat(?:e|es|ed|ing)|edit(?:s|ed|ing)?|chang(?:e|es|ed|ing)|modif(?:y|ied|ying|ication)|patch(?:ed|ing)?", frozenset({O.UPDATE, O.REPLACE})),
    (r"delet(?:e|es|ed|ing|ion|ions)|remov(?:e|es|ed|ing|al)", frozenset({O.DELETE})),
    (r"list(?:ed|ing|s)?|brows(?:e|ed|ing)|enumerat(?:e|ed|ing)", frozenset({O.LIST})),
)  # fmt: skip
_WORD = "|".join(pattern for pattern, _ in _WORDS)
_AND = r"(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+|\s*[&/]\s*)"
OPERATION_LIST = rf"(?:{_WORD})(?:{_AND}(?:{_WORD}))*"
"""A pattern for an enumeration such as "create, read and list"."""

_THEM = r"(?:\s+(?:(?:for|of|on)\s+)?(?:them|it|records?|entries|items|(?:a |an |the |all |single |individual |new )*(?P<noun>[\w'-]+(?: [\w'-]+){0,2})))?"
_LATER = r"(?:later|afterwards|again|any ?more|(?:once|after|when)(?: (?:they|it) (?:are|is|were|was|have been|has been)| being| having been)? (?:created|creation|set|stored|submitted|saved|recorded|registered|submission|approved|sent|published))"
_NOT = r"(?:can ?not|can't|can never|must not|must never|may not|should not|shouldn't|should never|are never|is never|are not to|never)"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("only_fields", r"only (?:the |its |their )?(?P<fields>[\w' ,-]+?) (?:can|may|must|should) (?:ever )?(?:be )?(?:changed|updated|edited|modified|change)(?: later| afterwards| after creation)?"),
        ("only_fields", r"(?:after(?:wards| creation)?,? )?(?:nothing but|only) (?:the |its |their )?(?P<fields>[\w' ,-]+?) (?:is|are) (?:changeable|editable|mutable)(?: later| afterwards| after creation)?"),
        ("rest_fixed", r"(?:everything|nothing|all|anything|the rest|no other|none of the other)(?: else| other)?(?: fields?| values?)? (?:is (?:fixed|immutable|read-only)|cannot|can ?not|can't|can|must not|may not|may|must never)(?: (?:ever )?(?:be )?(?:changed?|updated|edited|modified))?(?: later| afterwards)?"),
        ("changeable", r"(?:only )?(?:the |its |their )?(?P<fields>[\w' -]+?) (?:can|may|must) (?:still |always )?be (?:changed|updated|edited|modified)(?: later| afterwards| after creation| at any time| any time)?"),
        ("read_only", r"(?:it |they |(?:the )?(?P<noun>[\w' -]+?) )?(?:(?:is|are|should be|must be|be) )?(?:strictly )?read-?\s?only(?: (?:access|api|service|endpoints?))?"),
        ("no", rf"(?:with )?(?:no|without(?: any)?|not|do not|don't|does not|doesn't|never)(?: (?:need|want|offer|support|allow))?(?: to)? (?P<ops>{OPERATION_LIST})(?: operations?| endpoints?| is| are)?(?: (?:needed|required|wanted|allowed|possible|supported))?{_THEM}"),
        ("no", rf"(?:(?P<noun>[\w' -]+?) )?{_NOT} be (?P<ops>{OPERATION_LIST})(?: {_LATER})?"),
        ("no", rf"(?:(?P<noun>[\w' -]+?) )?(?:(?:is|are|be|become|becomes|stay|stays|should be|must be) )?(?P<append>read-?\s?only|immutable|frozen) {_LATER}"),
        ("no", rf"(?:(?:the )?(?P<ops>{OPERATION_LIST})) (?:(?:of )?(?:an? |the |any )?(?P<noun>[\w'-]+(?: [\w'-]+){{0,2}}?) )?(?:is|are|must be|should be) (?:not (?:needed|required|wanted|allowed|possible|supported|permitted)|forbidden|disallowed|prohibited)"),
        ("no", rf"(?P<ops>{OPERATION_LIST}) (?:is|are) not (?:needed|required|wanted|allowed|possible|supported)"),
        ("no", r"(?:(?P<noun>[\w' -]+?) (?:is|are) )?(?P<append>append-?only|insert-only)"),
        ("only", rf"(?:(?:it |the \w+ |we )?(?:needs?|supports?|offers?|allows?|provides?|should support) )?(?:only|just)(?: needs? to| support| allow| be able to)? (?:the )?(?:operations? )?(?P<ops>{OPERATION_LIST})(?: operations?| endpoints?)?{_THEM}"),
        ("only", rf"(?:(?P<noun>[\w' -]+?) )?(?:can|may|should) only be (?P<ops>{OPERATION_LIST})"),
        ("some", r"(?:with |supports? |offers? |provides? |and )*(?:full|complete|all|the usual|standard|basic)?\s?(?P<ops>crud)(?: (?:operations?|support|access|endpoints?|api|functionality))?"),
        ("some", rf"(?:with |supports? |supporting |offers? |allows? |allowing |provides? |providing |support for |the )*(?:(?:endpoints|operations|routes)(?: to| for|:)?\s+)?(?:the )?(?P<ops>{OPERATION_LIST})(?: operations?| endpoints?)?{_THEM}"),
        ("some", rf"(?:(?P<noun>[\w' -]+?) )?(?:can|may|should|must) be (?P<ops>{OPERATION_LIST})"),
    )
)  # fmt: skip


def operations_in(text: str) -> set[Operation]:
    """The operations that an enumeration names."""
    found: set[Operation] = set()
    for pattern, operations in _WORDS:
        if re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
            found |= operations
    return set(ALL) if found >= {O.CREATE, O.READ, O.UPDATE, O.DELETE} else found


def read_operations(piece: Piece, text: str, sketch: Sketch) -> bool:
    """Read "read-only", "no delete", "only create and list", "orders cannot be deleted"; False where it is none of them."""
    for kind, form in _FORMS:
        found = form.fullmatch(text)
        if found:
            parts = found.groupdict()
            if kind == "no" and _is_of_the_last_field(piece, parts, sketch):
                return False
            about_fields = kind in ("changeable", "rest_fixed") and sketch.current is not None
            targets = [sketch.current] if about_fields and sketch.current else _targets(parts.get("noun"), sketch)
            if targets and _apply(kind, parts, targets, sketch):
                for each in targets:
                    each.demands.append(piece.index)
                sketch.about(piece.index, Topic.RECORDS)
                return True
    return False


def _is_of_the_last_field(piece: Piece, parts: dict[str, str | None], sketch: Sketch) -> bool:
    """Whether "cannot be changed" goes on after a field in the same bullet or sentence: then it says that of the field."""
    changes = operations_in(parts.get("ops") or "") <= {O.UPDATE, O.REPLACE} and not parts.get("append")
    return changes and not parts.get("noun") and sketch.last_field is not None and piece.sentence == sketch.sentence


def _targets(noun: str | None, sketch: Sketch) -> list[EntitySketch]:
    if noun is None or re.fullmatch(
        r"(?:they|it|them|records?|entries|items|everything|(?:the )?(?:api|service|lists?))", noun.strip(), re.IGNORECASE
    ):
        return list(sketch.entities.values())
    bare = re.sub(r"^(?:an? |the |all |each |every |single |individual |new )+", "", noun.strip().lower())
    entity = sketch.refer(bare)
    return [entity] if entity else []


def _apply(kind: str, parts: dict[str, str | None], targets: list[EntitySketch], sketch: Sketch) -> bool:
    for entity in targets:
        if kind == "read_only":
            entity.named_operations, entity.only = {O.READ, O.LIST}, True
        elif kind == "changeable":
            field = find_field(entity, (parts["fields"] or "").lower())
            if field is None or sketch.find(parts["fields"] or "") is not None:
                return False
            sketch.last_field = field
        elif kind == "rest_fixed":
            if sketch.last_field is None or sketch.last_field.name not in entity.fields:
                return False
            entity.changeable = (*entity.changeable, sketch.last_field.label)
        elif kind == "only_fields":
            labels = [w.strip() for w in re.split(r",|\band\b", (parts["fields"] or "").lower()) if w.strip()]
            if sketch.find(labels[0]):
                return False
            entity.changeable = tuple(labels)
        elif kind == "no":
            entity.dropped_operations |= (
                {O.UPDATE, O.REPLACE, O.DELETE} if parts.get("append") else operations_in(parts["ops"] or "")
            )
        else:
            entity.named_operations |= operations_in(parts["ops"] or "")
            entity.only = entity.only or kind == "only"
    return True
