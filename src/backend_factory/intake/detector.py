"""Detection from end to end: clauses, readings, verdict, name."""

from backend_factory.domain.detection import Detection
from backend_factory.intake.clauses import split
from backend_factory.intake.entities import entities_of
from backend_factory.intake.matter import understand
from backend_factory.intake.patterns import patterns_of
from backend_factory.intake.signals import Kind, read
from backend_factory.intake.title import title_of
from backend_factory.intake.verdict import judge
from backend_factory.intake.words import singular

_MOST_NAMED = 4


def detect(text: str) -> Detection:
    """Say whether `text` asks for backend work, and give the work its name.

    Pure and deterministic; raises nothing. Reads the opening of the text word by word and looks further down only for what
    concerns another team, so its cost is bounded; the analyst gets all of it.
    """
    readings = [read(clause) for clause in split(text)]
    verdict = judge(readings)
    frontend = "; ".join(reading.clause.text for reading in readings if reading.kind == Kind.INTERFACE)
    if not verdict.backend:
        return Detection(verdict="other", title="", patterns=(), entities=(), frontend=frontend, reason=verdict.reason)
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
