"""One clause becomes one reading: asked for, told, asked about, and whose work it is."""

from dataclasses import dataclass
from enum import StrEnum

from backend_factory.intake import phrasing
from backend_factory.intake.clauses import Clause
from backend_factory.intake.lexicon import (
    ACTS,
    BOUNDARIES,
    DETERMINERS,
    INTERFACE_PLACES,
    NOUN_LIKE,
    TRANSPARENT,
    Act,
    Area,
)
from backend_factory.intake.tables import listed
from backend_factory.intake.words import area_of


class Kind(StrEnum):
    """What a clause is."""

    BACKEND = "backend"
    """Asks for backend work."""
    INTERFACE = "interface"
    DOCUMENTATION = "documentation"
    UPKEEP = "upkeep"
    REVIEW = "review"
    QUESTION = "question"
    TROUBLE = "trouble"
    WANTED = "wanted"
    """States how the system should behave."""
    GAP = "gap"
    """States what the system lacks."""
    REPORT = "report"
    UNPLACED = "unplaced"
    """Asks for something, and nothing says that it is backend work."""
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class Reading:
    """A clause with its kind; `start` is the index of the first word after courtesies, wishes and the like."""

    clause: Clause
    kind: Kind
    start: int = 0
    firm: bool = False
    """An order or a request, rather than a plan, a hope or a bare noun phrase."""
    backend: bool = False
    """Some word of it says backend, whatever its kind."""
    feature: bool = False
    """Some word of it names a feature that backends have."""


_KIND_OF_AREA = {
    Area.INTERFACE: Kind.INTERFACE,
    Area.DOCUMENTATION: Kind.DOCUMENTATION,
    Area.TOOLING: Kind.UPKEEP,
    Area.TROUBLE: Kind.TROUBLE,
    Area.TALK: Kind.REVIEW,
    Area.BACKEND: Kind.BACKEND,
    Area.FEATURE: Kind.BACKEND,
}
_KIND_OF_ACT = {
    Act.DOCUMENT: Kind.DOCUMENTATION,
    Act.REVIEW: Kind.REVIEW,
    Act.ASK: Kind.QUESTION,
    Act.UPKEEP: Kind.UPKEEP,
    Act.REPORT: Kind.REPORT,
}
_FINITE = listed(
    """
    is are was were does do did has have had should must can could will would may might doesn't isn't
    """
)
_SERVED = frozenset({"response", "responses", "payload", "endpoint", "endpoints", "via"})
_PURPOSES = frozenset({"so", "because", "while", "when", "whenever", "if", "since", "as"})
_PLACING = (Area.BACKEND, Area.INTERFACE, Area.DOCUMENTATION, Area.TOOLING)


def read(clause: Clause) -> Reading:
    """Return what `clause` is."""
    canon = clause.words.canon
    line = " ".join(canon) + " "
    areas = _areas(canon)
    at, polite, wish = _lead(line)
    start = line.count(" ", 0, at)
    kind, firm = _kind(clause, line, start, polite, wish)
    return Reading(clause, kind, start, firm, Area.BACKEND in areas, Area.FEATURE in areas)


def _lead(line: str) -> tuple[int, bool, bool]:
    """Skip what only leads up; return where the matter begins and whether it was a polite question or a wish."""
    at, polite, wish = 0, False, False
    for _ in range(8):
        if found := phrasing.COURTESY.match(line, at):
            at = found.end()
        elif found := phrasing.POLITE.match(line, at):
            at, polite = found.end(), True
        elif found := phrasing.WISH.match(line, at):
            at, wish = found.end(), True
        else:
            break
    return at, polite, wish


def _kind(clause: Clause, line: str, start: int, polite: bool, wish: bool) -> tuple[Kind, bool]:
    rest = clause.words.canon[start:]
    if not rest or clause.section == "noise":
        return Kind.TALK, False
    if phrasing.REPORTING.match(line):
        return Kind.REPORT, False
    act = _act(rest)
    trouble = phrasing.TROUBLE.within(clause.words.canon, line)
    if clause.asks and not ((polite or wish) and (act or rest[0] in DETERMINERS)):
        return Kind.QUESTION, False
    if not polite and not wish and phrasing.QUESTION_OPENING.match(line) and (clause.asks or phrasing.REAL_QUESTION.match(line)):
        return Kind.QUESTION, False
    if act and not (trouble and rest[0] in NOUN_LIKE and not polite and not wish):
        return _acted(clause, rest, act, line), True
    return _stated(clause, line, rest, wish or polite, trouble)


def _act(rest: tuple[str, ...]) -> str | None:
    act = ACTS.get(rest[0])
    if act is None or rest[0] not in NOUN_LIKE:
        return act
    if len(rest) > 1 and (rest[1] in _FINITE or rest[1] in BOUNDARIES - PARTICLES):
        return None
    if act in (Act.DOCUMENT, Act.REVIEW, Act.UPKEEP) and len(rest) > 1:
        return act if rest[1] in DETERMINERS or area_of(rest[1]) == Area.BACKEND else None
    return act


PARTICLES = frozenset({"for", "in", "on", "to", "by", "from", "into", "up", "with", "against"})


def _acted(clause: Clause, rest: tuple[str, ...], act: str, line: str) -> Kind:
    if act in _KIND_OF_ACT:
        return _KIND_OF_ACT[Act(act)]
    if rest[0].endswith("ing") and phrasing.TROUBLE.within(clause.words.canon, line):
        return Kind.TROUBLE
    if act == Act.MEND:
        return Kind.WANTED if phrasing.WANTED.within(clause.words.canon, line) or " to return " in line else Kind.TROUBLE
    place = _place(rest, 1, act)
    hint = _hint(clause)
    if phrasing.FULL_STACK.search(line):
        return Kind.BACKEND
    if hint == Kind.INTERFACE or phrasing.CONSUMER.within(clause.words.canon, line):
        return Kind.INTERFACE
    if act == Act.SHOW and not (place == Area.BACKEND and _SERVED & set(rest) and not _areas(rest) & {Area.INTERFACE}):
        return Kind.INTERFACE
    if place is None and Area.BACKEND in _areas(clause.words.canon[: -len(rest)]):
        return Kind.BACKEND
    if place is None:
        return hint or Kind.UNPLACED
    return _KIND_OF_AREA[Area(place)]


def _stated(clause: Clause, line: str, rest: tuple[str, ...], wished: bool, trouble: bool) -> tuple[Kind, bool]:
    """Read a clause without a verb at its head: a statement, or a noun phrase such as the title of a ticket."""
    wanted = phrasing.WANTED.within(clause.words.canon, line) and not phrasing.IDLE_WANTED.within(clause.words.canon, line)
    if wished:
        place = _place(rest, 0, None)
        return (_KIND_OF_AREA[Area(place)] if place else _hint(clause) or Kind.UNPLACED), True
    if clause.section == "wanted":
        return (Kind.TALK if phrasing.IDLE_WANTED.within(clause.words.canon, line) or trouble else Kind.WANTED), False
    if wanted:
        return Kind.WANTED, False
    if phrasing.GAP.within(clause.words.canon, line) and not phrasing.TROUBLE.within(clause.words.canon, line):
        return Kind.GAP, False
    if trouble or clause.section == "trouble":
        return Kind.TROUBLE, False
    if _FINITE & set(rest) or phrasing.FIRST_PERSON_PLAN.match(line):
        return Kind.TALK, False
    if not clause.opening and clause.section not in ("request", "backend", "interface"):
        return Kind.TALK, False
    place = _place(rest, 0, None)
    return (_KIND_OF_AREA[Area(place)] if place else _hint(clause) or Kind.TALK), False


def _areas(canon: tuple[str, ...]) -> set[str | None]:
    return {area_of(word) for word in canon}


def _hint(clause: Clause) -> Kind | None:
    for kind in (Kind.INTERFACE, Kind.BACKEND, Kind.DOCUMENTATION, Kind.UPKEEP):
        if kind in clause.tags or clause.section == kind:
            return kind
    return None


def _place(rest: tuple[str, ...], start: int, act: str | None) -> str | None:
    """Return whose work the object is: its own head first, then where in the system it goes."""
    end = start
    while end < len(rest) and (rest[end] not in BOUNDARIES or (end == start and rest[end] in PARTICLES)):
        end += 1
    phrase = rest[start:end]
    if phrase and phrase[-1] in TRANSPARENT and rest[end : end + 1] in (("for",), ("of",), ("to",)):
        nested = rest[end + 1 :]
        verb = ACTS.get(nested[0]) if nested and rest[end] == "to" else None
        inner = _place(nested, 1 if verb else 0, verb)
        own = _head_area(phrase[:-1])
        return own if own in (Area.BACKEND, Area.INTERFACE) else inner or own
    head = _head_area(phrase)
    if head == Area.TROUBLE and act:
        head = None
    elsewhere = _elsewhere(rest[end:]) if head in (Area.BACKEND, Area.FEATURE, None) else None
    if elsewhere or (head and head != Area.FEATURE):
        return elsewhere or head
    return _surroundings(rest[end:]) or head or (Area.FEATURE if act == Act.HANDLE else None)


def _elsewhere(rest: tuple[str, ...]) -> str | None:
    """Whether the thing goes into somebody else's place: "in the API docs", "from the frontend"."""
    inside = False
    for word in rest:
        if word in _PURPOSES or word in (",", "that", "which", "not"):
            return None
        if word in ("in", "on", "from", "inside", "within"):
            inside = True
        elif word in BOUNDARIES:
            inside = False
        elif inside and word in INTERFACE_PLACES:
            return Area.INTERFACE
        elif inside and area_of(word) == Area.DOCUMENTATION:
            return Area.DOCUMENTATION
    return None


def _head_area(phrase: tuple[str, ...]) -> str | None:
    """The last word of a noun phrase that belongs somewhere; "error handling" is no trouble, "handling error" is."""
    if not phrase:
        return None
    last = area_of(phrase[-1])
    if last:
        return last
    return next(
        (area for word in reversed(phrase) if (area := area_of(word)) and area not in (Area.TROUBLE, Area.TALK)),
        None,
    )


def _surroundings(rest: tuple[str, ...]) -> str | None:
    weak = None
    for word in rest:
        if word in _PURPOSES or word == "not":
            break
        area = area_of(word)
        if area in _PLACING:
            return area
        weak = weak or (area if area == Area.FEATURE else None)
    return weak
