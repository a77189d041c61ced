"""What a request is about: the form it takes, its subject, and what it does to what."""

from dataclasses import dataclass

from backend_factory.intake.lexicon import (
    ACTS,
    BOUNDARIES,
    DETERMINERS,
    GENERIC_WORDS,
    NOUN_LIKE,
    TRANSPARENT,
    Area,
)
from backend_factory.intake.naming import EMPTY_ENDINGS, FORMS, NOMINALS, PLACES, VAGUE
from backend_factory.intake.signals import Kind, Reading
from backend_factory.intake.tables import listed
from backend_factory.intake.words import Words, area_of, singular

Named = tuple[str, str]
"""A word as (canonical, as written)."""
Phrase = tuple[Named, ...]
"""A noun phrase without determiners and fillers."""

_LONGEST_PHRASE = 5
_SHORTEST_ADVERB = 7
_PURPOSE_REACH = 6
_MOST_DEEDS = 6
_MOST_OBJECTS = 3
_OBJECT_OPENERS = frozenset({"with", "to", "against", "into", "from", "between", "for", "of", "on", "about", "by"})
_PLACE_OPENERS = frozenset({"for", "of", "to", "in", "on", "into", "from"})
_LINKS = frozenset({"integration", "connector"})
_RELATIVES = frozenset({"that", "which", "to", "for", "who"})
_MODALS = frozenset({"should", "shouldn't", "must", "needs", "need", "has", "have", "ought", "supposed"})
_AFTER_MODAL = frozenset({"be", "able", "to", "not", "also", "only", "always", "have", "just", "rather"})
# Verbs that never begin a noun phrase ("change endpoint" is an order, "export endpoint" a thing).
_ALWAYS_VERBS = listed("change design build code set get use need want return support require limit help")
_SILENT_VERBS = listed("manage maintain administer")
_KINDS = TRANSPARENT | {"types", "kinds", "sorts", "sets", "lists"}
_EMPTY: Phrase = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb of the request with its objects: correlate (vulnerability, asset)."""

    verb: str
    """Base form."""
    objects: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """The request taken apart; any part may be missing."""

    form: str = ""
    """A key of `FORMS`, or empty."""
    subject: Phrase = ()
    place: Phrase = ()
    """Where it goes: "pagination to the *users* endpoint"."""
    also: tuple[Phrase, ...] = ()
    """What is listed beside it: "an API for invoices, *customers* and *payments*"."""
    deeds: tuple[Deed, ...] = ()
    corrects: bool = False
    """The request states how something that exists should behave."""


def understand(reading: Reading, context: list[Reading]) -> Matter:
    """Take the clause of `reading` apart; `context` is every reading of the text, for a statement that leans on it."""
    words = reading.clause.words
    if reading.kind == Kind.BACKEND:
        return _request(_Cursor(words, reading.start))
    if reading.kind == Kind.GAP:
        return _request(_Cursor(words, _start_of_backend(words.canon)))
    return _correction(words, context)


def base_verb(word: str) -> str:
    """Return the base of a verb in any regular form that the tables know, else empty: `processes` -> `process`."""
    bases = (
        word,
        word[:-1],
        word[:-2],
        word[:-3],
        word[:-3] + "e",
        word[:-4],
        word[:-2] + "e",
        word[:-3] + "y",
    )
    return next((base for base in bases if base in NOMINALS), "") or next((base for base in bases if base in ACTS), "")


class _Cursor:
    """Walks over the words of one clause."""

    def __init__(self, words: Words, at: int) -> None:
        self.canon = words.canon
        self.faces = words.faces
        self.at = at

    def peek(self, ahead: int = 0) -> str:
        index = self.at + ahead
        return self.canon[index] if index < len(self.canon) else ""

    def phrase(self) -> Phrase:
        """Take the noun phrase at the cursor."""
        found: list[Named] = []
        while self.peek() and self.peek() not in BOUNDARIES:
            word, face = self.peek(), self.faces[self.at]
            if found and found[-1][0] in FORMS and word.endswith("ing") and base_verb(word):
                break
            self.at += 1
            if word not in DETERMINERS and word not in GENERIC_WORDS and not _says_how(word):
                found.append((word, face))
        return tuple(found[-_LONGEST_PHRASE:])


def _says_how(word: str) -> bool:
    return len(word) > _SHORTEST_ADVERB and word.endswith(("ently", "antly", "ously", "ably", "ively", "ically", "surely"))


def _request(cursor: _Cursor) -> Matter:
    verb = _leading_verb(cursor)
    if NOMINALS.get(verb):
        return Matter(deeds=_deeds(cursor, verb))
    if verb in ("allow", "let", "enable"):
        start = cursor.at
        cursor.phrase()
        if cursor.peek() == "to":
            return Matter(deeds=_relative(cursor))
        cursor.at = start
    phrase = _announced(cursor)
    form = singular(phrase[-1][0]) if phrase and singular(phrase[-1][0]) in FORMS else ""
    if len(phrase) == 1 and phrase[0][0] in TRANSPARENT:
        phrase = _EMPTY
    subject = tuple(word for word in (phrase[:-1] if form else phrase) if word[0] not in ("rest", "web", "tabularium"))
    if form in _LINKS and cursor.peek() in ("with", "between"):
        cursor.at += 1
        return Matter(form, subject, cursor.phrase(), _listed(cursor))
    place, deeds = _complement(cursor)
    return Matter(form, subject, place, () if deeds else _listed(cursor), deeds)


def _leading_verb(cursor: _Cursor) -> str:
    first = cursor.peek()
    if (first not in ACTS and first not in _SILENT_VERBS) or (first in NOUN_LIKE - _ALWAYS_VERBS and _names_a_form(cursor)):
        return ""
    cursor.at += 1
    if cursor.peek() in ("up", "out"):
        cursor.at += 1
    return base_verb(first)


def _names_a_form(cursor: _Cursor) -> bool:
    """Whether the words at the cursor are one name: "export endpoint", "delete user API"."""
    if cursor.peek(1) in DETERMINERS:
        return False
    ahead = 0
    while cursor.peek(ahead + 1) and cursor.peek(ahead + 1) not in BOUNDARIES:
        ahead += 1
    return singular(cursor.peek(ahead)) in FORMS


def _listed(cursor: _Cursor) -> tuple[Phrase, ...]:
    """Read what follows in an enumeration: ", customers and payments"."""
    found: list[Phrase] = []
    while cursor.peek() in (",", "and", "or") and len(found) < _MOST_OBJECTS:
        cursor.at += 1
        if cursor.peek() in ACTS or cursor.peek() in BOUNDARIES - {"and"}:
            break
        if phrase := cursor.phrase():
            found.append(phrase)
    return tuple(found)


def _announced(cursor: _Cursor) -> Phrase:
    """Skip nouns that only announce, before and after: "support for X", "X functionality"."""
    phrase = cursor.phrase()
    while len(phrase) == 1 and phrase[0][0] in TRANSPARENT and cursor.peek() in ("for", "of"):
        cursor.at += 1
        phrase = cursor.phrase()
    while len(phrase) > 1 and phrase[-1][0] in EMPTY_ENDINGS:
        phrase = phrase[:-1]
    return phrase


def _complement(cursor: _Cursor) -> tuple[Phrase, tuple[Deed, ...]]:
    """Read what follows the thing asked for: where it goes, or what it does."""
    opener = cursor.peek()
    if opener not in _PLACE_OPENERS or _opens_verb(cursor):
        return _EMPTY, _relative(cursor)
    cursor.at += 1
    place = cursor.phrase()
    while not place and cursor.peek() in _PLACE_OPENERS and not _opens_verb(cursor):
        cursor.at += 1
        place = cursor.phrase()
    while len(place) == 1 and place[0][0] in _KINDS and cursor.peek() == "of":
        cursor.at += 1
        place = cursor.phrase()
    specific = tuple(word for word in place if singular(word[0]) not in PLACES)
    concrete = tuple(word for word in specific if word[0] not in VAGUE)
    deeds = _relative(cursor) if cursor.peek() in ("that", "which", "to") else ()
    return concrete or specific or place, deeds


def _opens_verb(cursor: _Cursor) -> bool:
    following = cursor.peek(1)
    if cursor.peek() == "to":
        return following in NOMINALS or following in ACTS
    return cursor.peek() == "for" and following.endswith("ing") and bool(base_verb(following)) and cursor.peek(2) not in ("", ",")


def _relative(cursor: _Cursor) -> tuple[Deed, ...]:
    """Read "that processes X and correlates with Y", "to import X", "for tracking X", "pulling X"."""
    if cursor.peek().endswith("ing") and (verb := base_verb(cursor.peek())):
        cursor.at += 1
        return _deeds(cursor, verb)
    if cursor.peek() in ("where", "so"):
        ahead = next((n for n in range(1, _PURPOSE_REACH) if cursor.peek(n) == "can"), 0)
        if ahead and base_verb(cursor.peek(ahead + 1)):
            cursor.at += ahead + 2
            return _deeds(cursor, base_verb(cursor.canon[cursor.at - 1]))
    while cursor.peek() and not (cursor.peek() in _RELATIVES and base_verb(cursor.peek(1))):
        if cursor.peek() in (",", "with", "so", "when", "if"):
            return ()
        cursor.at += 1
    if not cursor.peek():
        return ()
    cursor.at += 2
    return _deeds(cursor, base_verb(cursor.canon[cursor.at - 1]))


def _deeds(cursor: _Cursor, verb: str) -> tuple[Deed, ...]:
    deeds: list[Deed] = []
    while verb and len(deeds) < _MOST_DEEDS:
        deeds.append(Deed(verb, _deed_objects(cursor)))
        verb = ""
        while cursor.peek() in (",", "and", "or", "then"):
            cursor.at += 1
            verb = base_verb(cursor.peek())
        if verb:
            cursor.at += 1
    return tuple(deeds)


def _deed_objects(cursor: _Cursor) -> tuple[Phrase, ...]:
    objects: list[Phrase] = []
    while len(objects) < _MOST_OBJECTS:
        if cursor.peek() in _OBJECT_OPENERS:
            cursor.at += 1
        phrase = cursor.phrase()
        if phrase:
            objects.append(phrase)
        if not phrase or cursor.peek() not in _OBJECT_OPENERS:
            break
    return tuple(objects)


def _start_of_backend(canon: tuple[str, ...]) -> int:
    """The index where the noun phrase around the first backend word begins."""
    at = next((index for index, word in enumerate(canon) if area_of(word) == Area.BACKEND), 0)
    while at > 0 and canon[at - 1] not in BOUNDARIES and canon[at - 1] not in DETERMINERS and not base_verb(canon[at - 1]):
        at -= 1
    return at


def _correction(words: Words, context: list[Reading]) -> Matter:
    """Read "X should do Y": what is corrected, and what it should do."""
    modal = next((index for index, word in enumerate(words.canon) if word in _MODALS), None)
    deeds: tuple[Deed, ...] = ()
    if modal is not None:
        cursor = _Cursor(words, modal + 1)
        while cursor.peek() in _AFTER_MODAL:
            cursor.at += 1
        verb = base_verb(cursor.peek())
        cursor.at += 1
        deeds = tuple(deed for deed in _deeds(cursor, verb)[:1] if NOMINALS.get(deed.verb))
    candidates = [words, *(reading.clause.words for reading in context if reading.backend)]
    for candidate in candidates:
        if any(area_of(word) == Area.BACKEND for word in candidate.canon):
            form, subject = _form_first(_Cursor(candidate, _start_of_backend(candidate.canon)).phrase())
            if form or subject:
                return Matter(form, subject, deeds=deeds, corrects=True)
    return Matter(deeds=deeds, corrects=True)


def _form_first(thing: Phrase) -> tuple[str, Phrase]:
    """Split at the first form: in "order endpoint returns null" only the first two words name something."""
    for index, (word, _) in enumerate(thing):
        if singular(word) in FORMS:
            return singular(word), tuple(named for named in thing[:index] if named[0].isalpha())
        if word == "http-call":
            return "endpoint", thing[index : index + 1]
    return "", tuple(named for named in thing if area_of(named[0]) == Area.BACKEND)[:2]
