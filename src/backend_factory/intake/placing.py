"""Whose work a noun phrase is: its own head first, then where in the system it goes."""

from backend_factory.intake.lexicon import ACTS, BOUNDARIES, INTERFACE_PLACES, TRANSPARENT, Act, Area
from backend_factory.intake.tables import listed
from backend_factory.intake.words import area_of

PARTICLES = listed("for in on to by from into up with against")
"""Words that may follow a verb before its object: "hook up the API"."""

_PURPOSES = listed("so because while when whenever if since as")
_ASIDES = _PURPOSES | listed(", that which not")
_INSIDE = listed("in on from inside within")
_PLACING = (Area.BACKEND, Area.INTERFACE, Area.DOCUMENTATION, Area.TOOLING)


def place_of(rest: tuple[str, ...], start: int, act: str | None) -> str | None:
    """Return the `Area` of the object that begins at `rest[start]` under the verb `act`, or None."""
    end = start
    while end < len(rest) and (rest[end] not in BOUNDARIES or (end == start and rest[end] in PARTICLES)):
        end += 1
    phrase = rest[start:end]
    if phrase and phrase[-1] in TRANSPARENT and rest[end : end + 1] in (("for",), ("of",), ("to",)):
        nested = rest[end + 1 :]
        verb = ACTS.get(nested[0]) if nested and rest[end] == "to" else None
        inner = place_of(nested, 1 if verb else 0, verb)
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
        if word in _ASIDES:
            return None
        if word in _INSIDE:
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
