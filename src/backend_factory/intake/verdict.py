"""The readings of a text become one verdict and the reason for it: the rules' first, then with the leaning of the whole."""

from dataclasses import dataclass, replace

from backend_factory.intake import phrasing
from backend_factory.intake.leaning import Leaning
from backend_factory.intake.signals import Kind, Reading

OUT_OF_SCOPE = {
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
    Kind.ELSEWHERE: "It asks for work on another program: a library, a command-line tool, an app, a game or a device.",
}
SURE_ENOUGH = 0.55
"""Least probability of backend work on which a run is started."""
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

    kind: Kind
    """BACKEND, or what it is instead."""
    reason: str
    carried_by: tuple[Reading, ...] = ()

    @property
    def backend(self) -> bool:
        """Whether it is for us."""
        return self.kind == Kind.BACKEND


def judge(readings: list[Reading]) -> Verdict:
    """Weigh the opening line against what follows it; doubt stays out."""
    if not readings:
        return Verdict(Kind.TALK, "It holds no words to act on.")
    opening = _opening_kind(readings)
    asked = [reading for reading in readings if reading.kind == Kind.BACKEND]
    if opening in _STANDS:
        asked = [reading for reading in asked if _overrules(reading, opening)]
    if asked and not any(reading.firm for reading in asked):
        asked = [] if _only_announces(readings) else asked
    if asked:
        asked.sort(key=lambda reading: (not reading.clause.opening, not reading.firm, not reading.backend))
        return Verdict(Kind.BACKEND, "It asks for backend work to be built.", tuple(asked))
    wanted = _wanted(readings, opening)
    if wanted:
        return Verdict(Kind.BACKEND, "It states a behaviour that the backend should have.", wanted)
    unanswered = Kind.QUESTION if any(reading.kind == Kind.QUESTION for reading in readings) else Kind.TALK
    kind = unanswered if opening == Kind.BACKEND else opening
    return Verdict(kind, OUT_OF_SCOPE[kind])


def settle(rules: Verdict, leaning: Leaning, readings: list[Reading]) -> Verdict:
    """Return the final verdict: where the text leans decides, the rules say what carries it, and doubt stays out."""
    words = f" Words that tell: {', '.join(leaning.telling)}." if leaning.telling else ""
    if tagged := _tagged(readings, rules):
        return Verdict(tagged, OUT_OF_SCOPE[tagged])
    if leaning.backend >= SURE_ENOUGH:
        if rules.backend:
            return replace(rules, reason=rules.reason + words)
        return Verdict(Kind.BACKEND, f"Read as a whole, it asks for backend work.{words}", _carriers(readings))
    if leaning.kind == Kind.BACKEND:
        return Verdict(Kind.UNPLACED, f"It may ask for backend work, but too little in it says so.{words}")
    return Verdict(leaning.kind, OUT_OF_SCOPE[leaning.kind] + words)


def _tagged(readings: list[Reading], rules: Verdict) -> Kind | None:
    """The kind that the author gives it himself: `docs:`, `[Question]`; `chore:` only where the rules see nothing else in it."""
    for tag in readings[0].clause.tags:
        kind = _TAG_KINDS.get(tag)
        if kind in (Kind.DOCUMENTATION, Kind.QUESTION) or (kind == Kind.UPKEEP and rules.kind == kind):
            return kind
    return None


def _carriers(readings: list[Reading]) -> tuple[Reading, ...]:
    """The clauses that name the work when no rule found them: those that speak of the backend, else the opening."""
    speaking = [reading for reading in readings if reading.kind == Kind.BACKEND]
    speaking = speaking or [reading for reading in readings if reading.backend and reading.kind != Kind.QUESTION]
    speaking = speaking or [reading for reading in readings if reading.clause.opening] or readings[:1]
    return tuple(replace(reading, kind=Kind.BACKEND) for reading in speaking)


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
