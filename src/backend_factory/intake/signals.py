"""One clause becomes one reading: asked for, told, asked about, and whose work it is."""

from dataclasses import dataclass
from enum import StrEnum

from backend_factory.intake import phrasing
from backend_factory.intake.clauses import Clause
from backend_factory.intake.lexicon import ACTS, BOUNDARIES, DETERMINERS, NOUN_LIKE, Act, Area
from backend_factory.intake.placing import PARTICLES, place_of
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
    ELSEWHERE = "elsewhere"
    """Asks for work on a program that is no backend; only the text as a whole shows it."""


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
_FINITE = listed("is are was were does do did has have had should must can could will would may might doesn't isn't")
_SERVED = listed("response responses payload endpoint endpoints via")
_TITLED = ("request", "backend", "interface")
_MOST_LEADS = 8
_KEEPING = listed("manage track store record register keep save persist add administer maintain ingest")
_KEPT_IN = listed("registry register inventory catalogue catalog risk")
_OPENS_FIELDS = listed(": ( with including having")
_NO_OBJECT = listed("for the to in on")
_SCREENS = listed("""
    page pages screen screens button buttons form forms modal dialog ui gui frontend table column columns dashboard view menu
    chart tooltip
""")
_FIELD_WORDS = listed("""
    name title description date email owner status state number type severity priority id version address phone price amount
    quantity currency country city url hostname ip location category notes serial vendor supplier customer start end author
""")
_LONGEST_KIND, _FEWEST_COMMAS, _FEWEST_FIELDS = 9, 2, 2


@dataclass(frozen=True, slots=True)
class _Look:
    """A clause under the eye."""

    clause: Clause
    line: str
    """Its canonical words with a space after each."""
    rest: tuple[str, ...]
    """The words after all that only leads up."""
    polite: bool
    """It was led up to by "could you" and the like."""
    wish: bool
    """It was led up to by "we need" and the like."""

    def shows(self, telltale: phrasing.Telltale) -> bool:
        return telltale.within(self.clause.words.canon, self.line)


def read(clause: Clause) -> Reading:
    """Return what `clause` is."""
    canon = clause.words.canon
    line = " ".join(canon) + " "
    at, polite, wish = _lead(line)
    start = line.count(" ", 0, at)
    kind, firm = _kind(_Look(clause, line, canon[start:], polite, wish))
    areas = _areas(canon)
    return Reading(clause, kind, start, firm, Area.BACKEND in areas, Area.FEATURE in areas)


def _lead(line: str) -> tuple[int, bool, bool]:
    """Skip what only leads up; return where the matter begins and whether it was a polite question or a wish."""
    at, polite, wish = 0, False, False
    for _ in range(_MOST_LEADS):
        if found := phrasing.COURTESY.match(line, at):
            at = found.end()
        elif found := phrasing.POLITE.match(line, at):
            at, polite = found.end(), True
        elif found := phrasing.WISH.match(line, at):
            at, wish = found.end(), True
        else:
            break
    return at, polite, wish


def _kind(look: _Look) -> tuple[Kind, bool]:
    if not look.rest or look.clause.section == "noise":
        return Kind.TALK, False
    if phrasing.REPORTING.match(look.line):
        return Kind.REPORT, False
    asked_for = look.polite or look.wish
    act = _act(look.rest)
    if _is_question(look, act, asked_for):
        return Kind.QUESTION, False
    trouble = look.shows(phrasing.TROUBLE)
    if act and (asked_for or not trouble or look.rest[0] not in NOUN_LIKE):
        return _ordered(look, act, trouble), True
    if asked_for:
        return _placed(look, Kind.BACKEND if _keeps_records(look) else Kind.UNPLACED), True
    return _stated(look, trouble), False


def _is_question(look: _Look, act: str | None, asked_for: bool) -> bool:
    if look.clause.asks:
        return not (asked_for and (act or look.rest[0] in DETERMINERS))
    return not asked_for and phrasing.REAL_QUESTION.match(look.line) is not None


def _act(rest: tuple[str, ...]) -> str | None:
    """What the first word does as a verb, if it is one here: "document the API", but "document upload API"."""
    act = ACTS.get(rest[0])
    if act is None or rest[0] not in NOUN_LIKE or len(rest) == 1:
        return act
    if rest[1] in _FINITE or rest[1] in BOUNDARIES - PARTICLES:
        return None
    if act in (Act.DOCUMENT, Act.REVIEW, Act.UPKEEP):
        return act if rest[1] in DETERMINERS or area_of(rest[1]) == Area.BACKEND else None
    return act


def _ordered(look: _Look, act: str, trouble: bool) -> Kind:
    """Read a clause with a verb at its head."""
    if act in _KIND_OF_ACT:
        return _KIND_OF_ACT[Act(act)]
    if trouble and look.rest[0].endswith("ing"):
        return Kind.TROUBLE
    if act == Act.MEND:
        return Kind.WANTED if look.shows(phrasing.WANTED) or " to return " in look.line else Kind.TROUBLE
    if phrasing.FULL_STACK.search(look.line):
        return Kind.BACKEND
    hint = _hint(look.clause)
    if hint == Kind.INTERFACE or look.shows(phrasing.CONSUMER):
        return Kind.INTERFACE
    place = place_of(look.rest, 1, act)
    kept = act == Act.HANDLE and place == Area.INTERFACE and _SCREENS.isdisjoint(look.rest)
    if place != Area.BACKEND and (kept or _keeps_records(look)):
        return Kind.BACKEND
    if act == Act.SHOW and not (place == Area.BACKEND and _is_served(look.rest)):
        return Kind.INTERFACE
    if place:
        return _KIND_OF_AREA[Area(place)]
    before = look.clause.words.canon[: -len(look.rest)]
    return Kind.BACKEND if Area.BACKEND in _areas(before) else hint or Kind.UNPLACED


def _is_served(rest: tuple[str, ...]) -> bool:
    """Whether what is shown is shown by the backend: "show the owner in the response"."""
    return not _SERVED.isdisjoint(rest) and Area.INTERFACE not in _areas(rest)


def _stated(look: _Look, trouble: bool) -> Kind:
    """Read a clause without a verb at its head: a statement, or a noun phrase such as the title of a ticket."""
    idle = look.shows(phrasing.IDLE_WANTED)
    if look.clause.section == "wanted":
        return Kind.TALK if idle or trouble else Kind.WANTED
    if look.shows(phrasing.WANTED) and not idle:
        return Kind.WANTED
    if trouble or look.clause.section == "trouble":
        return Kind.TROUBLE
    if look.shows(phrasing.GAP):
        return Kind.GAP
    if not _FINITE.isdisjoint(_announced(look.rest)) or phrasing.FIRST_PERSON_PLAN.match(look.line):
        return Kind.TALK
    if not look.clause.opening and look.clause.section not in _TITLED:
        return Kind.TALK
    return _placed(look, Kind.TALK)


def _keeps_records(look: _Look) -> bool:
    """Whether it asks to keep records of a kind whose fields it lists: "track licences: product, seats, owner"."""
    rest = look.rest
    opens = next((at for at, word in enumerate(rest) if word in _OPENS_FIELDS), 0)
    if not 0 < opens <= _LONGEST_KIND or rest[1] in _NO_OBJECT or rest[opens:].count(",") < _FEWEST_COMMAS:
        return False
    if not _SCREENS.isdisjoint(rest[:opens]) or (_KEEPING | _KEPT_IN).isdisjoint(rest[:2]):
        return False
    return sum(word in _FIELD_WORDS for word in rest[opens:]) >= _FEWEST_FIELDS


def _announced(rest: tuple[str, ...]) -> tuple[str, ...]:
    """The words of "an API for licences where each has a key" that make it a statement or a title: those before its details."""
    if rest[0] not in ("a", "an", "api"):
        return rest
    return rest[: next((at for at, word in enumerate(rest) if word in ("where", "with", "whose", ":")), len(rest))]


def _placed(look: _Look, otherwise: Kind) -> Kind:
    place = place_of(look.rest, 0, None)
    return _KIND_OF_AREA[Area(place)] if place else _hint(look.clause) or otherwise


def _areas(canon: tuple[str, ...]) -> set[str | None]:
    return {area_of(word) for word in canon}


def _hint(clause: Clause) -> Kind | None:
    """What the tags and the heading above a clause say about it."""
    for kind in (Kind.INTERFACE, Kind.BACKEND, Kind.DOCUMENTATION, Kind.UPKEEP):
        if kind in clause.tags or clause.section == kind:
            return kind
    return None
