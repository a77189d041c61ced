"""The readings of a text become one verdict and the reason for it."""

from dataclasses import dataclass

from backend_factory.intake import phrasing
from backend_factory.intake.signals import Kind, Reading

_OUT_OF_SCOPE = {
    Kind.QUESTION: "It asks a question and wants an answer, not a change.",
    Kind.REVIEW: "It asks for a review or an opinion.",
    Kind.DOCUMENTATION: "It asks for documentation.",
    Kind.INTERFACE: "It asks for user-interface work.",
    Kind.UPKEEP: "It asks for tests, tooling or upkeep, not for a backend feature.",
    Kind.TROUBLE: "It reports a fault without saying what the backend should do instead.",
    Kind.REPORT: "It reports work that is already done.",
    Kind.WANTED: "It states a wish, but nothing says that it concerns the backend.",
    Kind.GAP: "It names something that is missing, but nothing says that it concerns the backend.",
    Kind.UNPLACED: "It asks for something that no word of it places in the backend.",
    Kind.TALK: "It does not ask for anything to be built.",
}
_STANDS = frozenset({Kind.QUESTION, Kind.REVIEW, Kind.DOCUMENTATION, Kind.INTERFACE, Kind.UPKEEP, Kind.REPORT, Kind.TROUBLE})
_TAG_KINDS = {
    "documentation": Kind.DOCUMENTATION,
    "question": Kind.QUESTION,
    "upkeep": Kind.UPKEEP,
    "interface": Kind.INTERFACE,
    "trouble": Kind.TROUBLE,
    "report": Kind.REPORT,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the text is for us, why, and the readings that carry it (the main one first)."""

    backend: bool
    reason: str
    carried_by: tuple[Reading, ...] = ()


def judge(readings: list[Reading]) -> Verdict:
    """Weigh the opening line against what follows it; doubt stays out."""
    if not readings:
        return Verdict(False, "It holds no words to act on.")
    opening = _opening_kind(readings)
    asked = [reading for reading in readings if reading.kind == Kind.BACKEND]
    if opening in _STANDS:
        asked = [reading for reading in asked if _overrules(reading, opening)]
    if asked and not any(reading.firm for reading in asked):
        asked = [] if _only_announces(readings) else asked
    if asked:
        asked.sort(key=lambda reading: (not reading.clause.opening, not reading.firm, not reading.backend))
        return Verdict(True, "It asks for backend work to be built.", tuple(asked))
    wanted = _wanted(readings, opening)
    if wanted:
        return Verdict(True, "It states a behaviour that the backend should have.", wanted)
    unanswered = Kind.QUESTION if any(reading.kind == Kind.QUESTION for reading in readings) else Kind.TALK
    return Verdict(False, _OUT_OF_SCOPE[unanswered if opening == Kind.BACKEND else opening])


def _opening_kind(readings: list[Reading]) -> Kind:
    """What the first line is; its tags count before its words, and talk gives way to what follows."""
    first = [reading for reading in readings if reading.clause.opening] or readings
    for tag in first[0].clause.tags:
        if tag in _TAG_KINDS:
            return _TAG_KINDS[tag]
    kinds = [reading.kind for reading in first]
    for kind in kinds:
        if kind not in (Kind.TALK, Kind.UNPLACED):
            return kind
    later = [reading.kind for reading in readings if reading.kind not in (Kind.TALK, Kind.UNPLACED)]
    return later[0] if later else kinds[0]


def _only_announces(readings: list[Reading]) -> bool:
    """Whether a bare noun phrase is the title of something else: a question, a fault, a task for tests or documents."""
    for reading in readings:
        if reading.kind in (Kind.WANTED, Kind.GAP):
            return False
        if reading.kind in (Kind.QUESTION, Kind.TROUBLE, Kind.REPORT):
            return True
        if reading.firm and reading.kind in (Kind.UPKEEP, Kind.DOCUMENTATION, Kind.REVIEW):
            return True
    return False


def _overrules(reading: Reading, opening: Kind) -> bool:
    """A request below a title of another kind counts only when it is plain."""
    if not (reading.firm and reading.backend) or reading.clause.section in (
        "documentation",
        "upkeep",
        "interface",
    ):
        return False
    planned = phrasing.FIRST_PERSON_PLAN.search(" ".join(reading.clause.words.canon))
    if opening == Kind.QUESTION:
        return not planned and reading.clause.words.canon[0] not in ("i", "we")
    return opening not in (Kind.REPORT, Kind.TROUBLE) or reading.clause.opening is False


def _wanted(readings: list[Reading], opening: Kind) -> tuple[Reading, ...]:
    if opening in (Kind.QUESTION, Kind.REVIEW, Kind.DOCUMENTATION, Kind.INTERFACE, Kind.UPKEEP, Kind.REPORT):
        return ()
    if not any(reading.backend or (opening == Kind.WANTED and reading.feature) for reading in readings):
        return ()
    return tuple(reading for reading in readings if reading.kind in (Kind.WANTED, Kind.GAP))
