"""A text becomes clauses: one thing asked, told or shown each, with the section it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backend_factory.intake.lexicon import ACTS, AREAS, DETERMINERS, NOUN_LIKE, Act, Area
from backend_factory.intake.phrasing import HEADING_STARTS, POLITE, QUESTION_OPENING, SECTION, TAG, TAGS
from backend_factory.intake.prose import prose
from backend_factory.intake.tables import listed
from backend_factory.intake.words import Words, area_of, offsets, read_words

OPENING = 1_200
"""Characters of prose that are read word by word: what a text is about stands at its beginning."""
MOST_CLAUSES = 20
"""Clauses that are read of the opening."""
MOST_LATER = 6
"""Clauses for another team that are looked for behind the opening."""

_MARK = re.compile(r"(?:[#>*+•-]{1,6} |\d{1,3}[.)] |\[[ xX]?\] ?|\*\*|__|_){1,6}")
_SENTENCE_END = re.compile(r"(?<=[.!?;]) | [–—] ")
_EMPHASIS = str.maketrans("", "", "*`")
_LONGEST_HEADING = 48
_MOST_TAGS = 4
_JOINTS = listed("and plus then but with while , ; & as")
_MORE_JOINTS = listed("also then well as along together with please and")
_LOOK_AHEAD = 8
_STARTS_A_CLAUSE = frozenset({Act.MAKE, Act.SHOW, Act.DOCUMENT, Act.REVIEW, Act.UPKEEP, Act.MEND})
_PUNCTUATION = listed(": ; ( ) , &")
_LOOSE = " ,;&"
_POLITE = listed("can could would will")
_PHRASE_ENDS = listed(", : ( ) for to that which of in on with and or so where")
_INTERFACE_WORDS = frozenset(word for word, area in AREAS.items() if area == Area.INTERFACE)
_ALSO_FACTS = listed(
    "avatar banner card cards color colors colour colours font fonts form icon icons label labels layout logo style styles tab"
    " theme"
)
_HAVING = listed("with has have having of contains holds stores")
_STARTS_AN_INTERFACE = DETERMINERS | {"ui", "frontend", "gui", "page", "pages", "dashboard", "screen", "new"}


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of the text, word for word, with what its surroundings say about it."""

    text: str
    words: Words
    section: str
    """A key of `SECTIONS`, or empty."""
    tags: tuple[str, ...]
    """Values of `TAGS` found before it: `[Bug]`, `docs:`, `[BE]`."""
    opening: bool
    """On the first line that says anything: the title of a ticket."""
    asks: bool
    """Ends in a question mark."""


def split(text: str) -> list[Clause]:
    """Return the clauses of the opening of `text`, and those further down that may be for another team."""
    clauses: list[Clause] = []
    section, spent, later = "", 0, 0
    for line in prose(text):
        is_later = spent >= OPENING or len(clauses) >= MOST_CLAUSES
        if later >= MOST_LATER:
            break
        if is_later and section != Area.INTERFACE and not _may_concern_others(line):
            continue
        spent += len(line)
        body = _MARK.sub("", line, count=1).translate(_EMPHASIS).strip()
        named, body = _heading(line, body)
        section = section if named is None else named
        if body:
            found = list(_line_clauses(body, section, opening=not clauses))
            clauses += found[:MOST_CLAUSES]
            later += len(found) if is_later else 0
    return clauses[: MOST_CLAUSES + MOST_LATER]


def _may_concern_others(line: str) -> bool:
    return line.startswith("#") or not _INTERFACE_WORDS.isdisjoint(line.lower().split())


def _heading(line: str, body: str) -> tuple[str | None, str]:
    """Return the section this line opens (None: it goes on) and what is left of the line."""
    bare = body.strip(" _?")
    lead, colon, rest = bare.partition(":")
    if colon and len(lead) <= _LONGEST_HEADING and (kind := _section_of(lead)):
        if not rest.strip():
            return kind, ""
        return (kind, rest.strip()) if kind in ("wanted", "noise", "trouble") else (None, body)
    if line.startswith(("#", "**")) or len(bare) < 24:
        kind = _section_of(bare)
        if kind:
            return kind, ""
        if line.startswith("##"):
            return "", body
    return None, body


def _section_of(name: str) -> str:
    first = name.split(maxsplit=1)[:1]
    if not first or len(name) > _LONGEST_HEADING or first[0].lower() not in HEADING_STARTS:
        return ""
    plain = " ".join(word for word in read_words(name).canon if word not in _PUNCTUATION)
    found = SECTION.match(plain)
    return (found and found.lastgroup) or ""


def _line_clauses(body: str, section: str, opening: bool) -> Iterator[Clause]:
    tags, body = _tags(body)
    for sentence in _SENTENCE_END.split(body):
        asks = sentence.rstrip(" *_)\"'").endswith("?")
        words = read_words(sentence)
        if not words.canon:
            continue
        start = begin = 0
        cuts = list(_cuts(words.canon))
        where = offsets(sentence) if cuts else []
        for end, following in cuts:
            shown = sentence[begin : where[words.ordinals[end]]].strip(_LOOSE)
            questioned = asks and bool(QUESTION_OPENING.match(f"{words.canon[start]} "))
            yield Clause(shown, words.between(start, end), section, tags, opening, questioned)
            start, begin = following, where[words.ordinals[following]]
        yield Clause(sentence[begin:].strip(), words.between(start, len(words.canon)), section, tags, opening, asks)


def _tags(body: str) -> tuple[tuple[str, ...], str]:
    tags: list[str] = []
    for _ in range(_MOST_TAGS):
        found = TAG.match(body)
        if not found:
            break
        names = [name.strip().lower() for name in found.groups()[:4] if name]
        known = [kind for name in names for word in (name, *name.split()) if (kind := TAGS.get(word))]
        if not known and not found[5] and not found[1]:
            break
        tags += known
        rest = body[found.end() :].strip()
        if not rest:
            break
        body = rest
    return tuple(tags), body


def _cuts(canon: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Find where a second thing is asked for, as (end of the first, start of the second).

    Enumerations of fields or verbs stay whole.
    """
    start = at = 0
    while at < len(canon):
        end = at
        if canon[at] in _JOINTS and at > start:
            at += 1
            while at < len(canon) and canon[at] in _MORE_JOINTS:
                at += 1
            only_comma = at == end + 1 and canon[end] == ","
            if _stands_alone(canon[start:end], canon[at : at + _LOOK_AHEAD], only_comma):
                yield end, at
                start = at
        else:
            at += 1


def _stands_alone(before: tuple[str, ...], ahead: tuple[str, ...], only_comma: bool) -> bool:
    if not ahead:
        return False
    if ahead[0] in _POLITE and POLITE.match(" ".join(ahead) + " "):
        return True
    if {before[-1], ahead[0]} == {"frontend", "backend"}:
        return False
    act = ACTS.get(ahead[0])
    if act in _STARTS_A_CLAUSE and ahead[0] not in NOUN_LIKE and ACTS.get(before[-1]) is None:
        return "to" not in before[-4:]
    if only_comma:
        return False
    there = _leading_area(ahead)
    if there is None:
        return False
    here = {area_of(word) for word in before}
    if there == Area.INTERFACE:
        if _goes_on_with_facts(before, ahead):
            return False
        return here > {None} and Area.INTERFACE not in here and ahead[0] in _STARTS_AN_INTERFACE
    if there in (Area.DOCUMENTATION, Area.TOOLING):
        return bool(here & {Area.BACKEND, Area.FEATURE}) and ahead[0] not in NOUN_LIKE
    return there == Area.BACKEND and Area.INTERFACE in here and Area.BACKEND not in here


def _goes_on_with_facts(before: tuple[str, ...], ahead: tuple[str, ...]) -> bool:
    """ "badges with a number | and a colour": what records have, though an interface has it too."""
    noun = [word for word in ahead if word not in DETERMINERS]
    return bool(noun) and noun[0] in _ALSO_FACTS and not _HAVING.isdisjoint(before)


def _leading_area(canon: tuple[str, ...]) -> str | None:
    """The area of the noun phrase at the start."""
    found = None
    for word in canon:
        if word in _PHRASE_ENDS:
            break
        found = area_of(word) or found
    return found
