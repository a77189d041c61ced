"""The nouns that a request is about, singular and lower-case."""

from backend_factory.intake.lexicon import TRANSPARENT, Area
from backend_factory.intake.matter import Matter, Phrase
from backend_factory.intake.naming import (
    FORMS,
    NOMINALS,
    PLACES,
    PLATFORM_NOUNS,
    SPELLED,
    STATES,
    TECHNIQUES,
    VAGUE,
    VENDORS,
)
from backend_factory.intake.title import path_segments
from backend_factory.intake.words import area_of, singular

MOST_ENTITIES = 8
_DOINGS = frozenset(noun.lower() for noun in NOMINALS.values() if noun) | {
    "management",
    "handling",
    "flow",
    "support",
}
_ADJECTIVAL = ("ed", "able", "ible", "ly", "ing", "ful", "-in")
_NOT_OURS = frozenset({Area.BACKEND, Area.TROUBLE, Area.TOOLING, Area.TALK, Area.DOCUMENTATION})


def entities_of(matters: list[Matter], canon: frozenset[str]) -> tuple[str, ...]:
    """Return at most `MOST_ENTITIES` entities, the subject of the first matter first; vendors and techniques are none."""
    found: dict[str, None] = {}
    for matter in matters:
        for phrase in (
            matter.subject,
            matter.place,
            *matter.also,
            *(part for deed in matter.deeds for part in deed.objects),
        ):
            name = _name(phrase)
            if name:
                found.setdefault(name)
    singulars = {singular(word) for word in canon}
    for noun in PLATFORM_NOUNS:
        if noun in singulars and not any(noun in name.split() for name in found):
            found.setdefault(noun)
    return tuple(found)[:MOST_ENTITIES]


def _name(phrase: Phrase) -> str:
    words: list[str] = []
    for word, face in phrase:
        if word in ("/path", "http-call"):
            words += path_segments(face)[-1:]
        else:
            words.append(word)
    words = [word for word in words if word.replace("-", "").isalpha()]
    while words and words[0] in STATES:
        words.pop(0)
    bare = len(words)
    while words and _is_no_entity(words[-1]):
        words.pop()
    if not words or any(word in VENDORS for word in words) or _is_no_entity(words[0]):
        return ""
    qualifies = words[-1] in SPELLED or (words[-1].endswith(_ADJECTIVAL) and not words[-1].endswith("eed"))
    if len(words) < bare and qualifies:
        return ""
    return " ".join([*words[:-1], singular(words[-1])][-3:])


def _is_no_entity(word: str) -> bool:
    one = singular(word)
    return (
        one in FORMS
        or one in PLACES
        or one in TRANSPARENT
        or word in VAGUE
        or one in _DOINGS
        or one in TECHNIQUES
        or area_of(word) in _NOT_OURS
    )
