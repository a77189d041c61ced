"""Detection from end to end: clauses, readings, the rules' verdict, the leaning of the whole, name."""

from collections.abc import Mapping

from backend_factory.domain.detection import Detection
from backend_factory.intake.clauses import split
from backend_factory.intake.clues import clues_of
from backend_factory.intake.encoder import shares
from backend_factory.intake.entities import entities_of
from backend_factory.intake.leaning import lean
from backend_factory.intake.matter import understand
from backend_factory.intake.patterns import patterns_of
from backend_factory.intake.signals import Kind, Reading, read
from backend_factory.intake.title import title_of
from backend_factory.intake.verdict import Verdict, judge, settle
from backend_factory.intake.words import singular

_MOST_NAMED = 4


def detect(text: str) -> Detection:
    """Say whether `text` asks for backend work, and give the work its name.

    Pure and deterministic; raises nothing. Reads the opening of the text word by word and looks further down only for what
    concerns another team, so its cost is bounded; the analyst gets all of it.
    """
    readings = [read(clause) for clause in split(text)]
    rules = judge(readings)
    verdict = settle(rules, lean(clues_of(text, readings, rules), shares(text)), readings) if readings else rules
    frontend = "; ".join(reading.clause.text for reading in readings if reading.kind == Kind.INTERFACE)
    if not verdict.backend:
        return Detection(verdict="other", title="", patterns=(), entities=(), frontend=frontend, reason=verdict.reason)
    return _named(verdict, readings, frontend)


def clues_in(text: str) -> Mapping[str, float]:
    """Return what `lean` weighs: each clue of `text` with its strength."""
    readings = [read(clause) for clause in split(text)]
    return clues_of(text, readings, judge(readings))


def _named(verdict: Verdict, readings: list[Reading], frontend: str) -> Detection:
    named = verdict.carried_by[:_MOST_NAMED]
    matters = [understand(reading, readings) for reading in named]
    telling = named if named[0].kind == Kind.BACKEND else (*named, *(reading for reading in readings if reading.backend))
    canon = frozenset(word for reading in telling for word in reading.clause.words.canon)
    return Detection(
        verdict="backend",
        title=title_of(matters[0], canon, named[0].clause.words),
        patterns=patterns_of(frozenset(singular(word) for word in canon)),
        entities=entities_of(matters, canon),
        frontend=frontend,
        reason=verdict.reason,
    )
