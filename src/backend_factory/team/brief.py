"""A whole assignment as text for a model or an agent: orders first, then data that is fenced off from them."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from backend_factory.domain.assignment import Assignment, Limits
from backend_factory.domain.detection import Detection
from backend_factory.team.charter import Charter
from backend_factory.team.enclosed import SCHEMA, Enclosed, enclosed
from backend_factory.team.lanes import LANES
from backend_factory.team.limits import shown_limits
from backend_factory.team.owed import kind_of
from backend_factory.team.tokens import tokens
from backend_factory.team.visible import visible

MOST_TOKENS = 2700
"""For all that is no data: charter, lane, limits, and the words around the data."""

_SOME_FOLDER = "/assignment"
_SOME_WAY = (
    "Write it to `/assignment/out/deliverable.json`, then end your turn. What does not fit the schema comes back to you once."
)
"""Stand for what runners say, where only the length matters."""

_FORM, _REVIEW = "brief.md", "review.md"


def brief(assignment: Assignment, charter: Charter, limits: Limits, *, folder: str, hand_in: str) -> str:
    """The assignment in full.

    `folder` is where the member finds the files that `artefacts` names, which the runner puts there; `hand_in` is the runner's
    sentence on how a deliverable is handed in ("Write it to out/deliverable.json.").
    """
    orders = _orders(assignment, charter, limits, folder, hand_in)
    return "\n".join([orders, *(_block(each, folder) for each in enclosed(assignment))])


def artefacts(assignment: Assignment) -> Mapping[str, str]:
    """The files that the brief only names: file name -> text. For a folder that the member can read and not write."""
    return {each.file: each.text for each in enclosed(assignment, schema=True) if each.by_path}


def _orders(assignment: Assignment, charter: Charter, limits: Limits, folder: str, hand_in: str) -> str:
    phase, lane = assignment.phase, assignment.lane
    return _form(_REVIEW if assignment.judged else _FORM).format(
        number=phase.number,
        phase=phase,
        attempt=assignment.attempt,
        attempts=limits.attempts,
        member=phase.member,
        orders=charter.orders,
        writes=_patterns(lane.writes) or "no file",
        never=_patterns(lane.never) or "what is not named here",
        tools=", ".join(charter.tools) or "none",
        limits=", ".join(shown_limits(limits)),
        hand_in=hand_in,
        kind=kind_of(assignment),
        schema=f"{folder}/{SCHEMA}",
    )


def overhead(charter: Charter, limits: Limits) -> int:
    """Tokens of a brief before anything that is handed over; at most `MOST_TOKENS`, however they are counted."""
    phase = charter.phase
    nothing = Detection(verdict="backend", title="", patterns=(), entities=(), frontend="", reason="")
    bare = Assignment(run="", phase=phase, attempt=1, request="", detection=nothing, lane=LANES[phase])
    return tokens(brief(bare, charter, limits, folder=_SOME_FOLDER, hand_in=_SOME_WAY))


@cache
def _form(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _patterns(patterns: tuple[str, ...]) -> str:
    return ", ".join(f"`{pattern}`" for pattern in patterns)


def _block(each: Enclosed, folder: str) -> str:
    """What is enclosed, between marks that it cannot hold itself: they are made of its hash."""
    if each.by_path:
        return f"## {each.title}\n\n{each.outline}. Read it in `{folder}/{each.file}`.\n"
    text = visible(each.text)
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"## {each.title}\n\n<data id={mark}>\n{text}\n</data id={mark}>\n"
