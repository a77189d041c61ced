"""The request as pieces: headings, bullets and clauses, each with the words it was written in."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re
from dataclasses import dataclass
from typing import Literal

from backend_factory.runners.blueprint.summarize.wording import plainly

_LOOKALIKES = str.maketrans("’‘“”–—−‐‑\u00a0\t", "''\"\"-----  ")

_BULLET = re.compile(r"^[ \t]*(?:[-*•+◦▪–]|\d{1,2}[.)]|\[[ xX]?\])[ \t]+(?:\[[ xX]?\][ \t]+)?")
_HEADING_WORDS = (
    r"(?:background|context|motivation|description|summary|overview|fields|attributes|properties|data model|entities|resources|records|rules|requirements|relations|operations|endpoints"
    r"|validation|behaviou?r|acceptance criteria|out of scope|not in scope|non-?goals?|scope|notes|user story|problem|why|goals?|lists|filters|sorting|processing|correlation)"
)
_HEADING = re.compile(
    rf"^[ \t]*(?:#{{1,6}}[ \t]+.*|\*\*[^*]+\*\*:?|(?:h[1-6]\. ).*|(?-i:[A-Z])[\w /-]{{2,40}}:|{_HEADING_WORDS}:)[ \t]*$",
    re.IGNORECASE,
)
_BARE_HEADING = re.compile(rf"^[ \t]*{_HEADING_WORDS}[ \t]*$", re.IGNORECASE)
"""A heading without any mark: only after a blank line, for a field may have such a name."""
_FIELDS_FOLLOW = re.compile(r"(?:fields|attributes|properties|columns)\W*$", re.IGNORECASE)
_FIELD_LINE = re.compile(r"^[ \t]*\S+(?:[ \t]+\S+){0,9}[ \t]*(?<![.!?])$")
_LABELLED = re.compile(r"^[ \t]*[\w][\w /'-]{0,40}:[ \t]+\S")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|incl|approx|min|max|no|cf)\.?|\d)$", re.IGNORECASE)

_CAPITAL = re.compile(r"\s+[A-Z]")

_MODAL = r"must|should|shall|can|cannot|can't|may|will|needs? to|has to|have to|are|is|has|have|belongs?|defaults?|does not|do not|go|goes|lands?"
_ACT = (
    r"(?:correlat|process|ingest|import|consum|send|notif|predict|generat|export|render|publish|sync|integrat|call|expos|support|allow|let"
    r"|stor|track|record|manag|keep|calculat|comput|scor|rank|alert|remind|charg|encrypt|archiv|expir|escalat|approv|validat|reject|refus"
    r"|match|link|relat|dedup|connect|trigger|stream|forward|translat|migrat|deduplicat|enrich|schedul|index|classif|recommend|detect"
    r"|upload|creat\w+ a (?:pdf|report|jira)|report to)(?:e?s|e|ies|y)?"
)
_CLAUSE = re.compile(
    rf"""
    ;\s+
    | ,?\s+(?:so\ that|because|in\ order\ that|so\ (?=we|they|users|people|everyone))\b
    | (?:,\s*(?:and|but|then|plus)?|\s+(?:and|but|then|plus))\s+(?:also\s+|then\s+)?
      (?=(?:(?:it|they|we|i|you|users?|everyone|nobody|each|every)\s+\w|(?<!,\s)(?<!,)for\s+\w|(?:one|another)\s+for\s|(?:no|without|only)\s+(?:creat|updat|delet|edit)|(?<!,\s)(?<!,){_ACT}\s+(?!and\b|or\b)\w
        |(?:(?:the|a|an|its|their|all)\s+)?[\w'-]+(?:\s+(?!and\b)[\w'-]+){{0,2}}?\s+(?<!that\s)(?<!which\s)(?<!who\s)(?:{_MODAL})\b
        |(?:must|should|can|cannot|may|has|have|belongs?)\b))
    | ,?\s+(?:and\s+)?(?=(?:sorted|sortable|sorting|sort|order|ordered|filtered|filterable|filtering|filter|filters|searchable|paginated)\s+(?:them\s+|lists?\s+)?by\b)
    | ,?\s+(?:and\s+)?(?=(?:uniquely\s+)?(?:identified|keyed)\s+by\b)
    | ,?\s+(?=where\s+(?!each|every|we\b|users)(?:the\s+|its\s+)?[\w'-]+(?:\s+[\w'-]+){{0,2}}?\s+(?:is|are|must|should|comes?)\b)
    | ,\s+(?=with\s+(?:an?|the)\s)
    | ,?\s+and\s+(?=[\w-]+s\s+with\s+(?:an?|the|their)\s)
    | ,\s+(?={_ACT}\s+(?:them|it|each|these|those|every|all)\b)
    | (?<=,)\s+(?=(?:i|we)\s+(?:want|need|would|can|should|must)\b)
    | ,\s+(?:which|that|who)\s+(?=(?:{_MODAL}|{_ACT})\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SAYS_SOMETHING = re.compile(
    rf"\b(?:{_MODAL}|{_ACT}|apis?|services?|endpoints?|backend|each|every|with|for|of|by|one of|resource|need|want)\b|:",
    re.IGNORECASE,
)

_GOES_ON = re.compile(
    r"\b(?:be|is|are|can|must|should|may|to|and|or|the|a|an|users|lists?|them|it)\s*$|^\W*\w+\s*$", re.IGNORECASE
)
"""A clause does not end here: its verb is still to come."""

_ONE_PHRASE = re.compile(r"\b(?:combination|pair) of [^.;:]*$", re.IGNORECASE)
"""What belongs together is one phrase, up to its verb."""
_BARE_THING = re.compile(r"^[^,;:]{0,60}\b(?:apis?|services?|endpoints?|backend|microservice)\s*$", re.IGNORECASE)
"""An interface of which nothing is said yet: its purpose says what is wanted."""

_STORY = re.compile(r"\s*as an? [^,]+,?\s*$", re.IGNORECASE)

Kind = Literal["heading", "bullet", "clause"]


@dataclass(frozen=True)
class Piece:
    """A part of the request that says one thing."""

    index: int
    kind: Kind
    plain: str
    """For reading: one line, plain quotes and dashes, what was left out blanked."""
    quotes: tuple[str, ...]
    """Verbatim, in order, without what was left out."""
    section: str
    """The heading it stands under, in lower case."""
    sentence: int
    """Pieces of one sentence share it."""


@dataclass(frozen=True)
class Hole:
    """A part of the request that is not for the backend, or that a person said to leave out."""

    start: int
    end: int
    disposition: Literal["frontend", "excluded"]


def straighten(text: str) -> str:
    """The text with plain quotes, dashes and spaces; every character keeps its place."""
    return text.translate(_LOOKALIKES)


def find_holes(text: str, excluded: tuple[str, ...], frontend: str) -> tuple[Hole, ...]:
    """Where the excluded quotes and the clauses of the frontend part stand in the text; overlaps are cut off."""
    wanted: list[tuple[str, Literal["frontend", "excluded"]]] = [(quote, "excluded") for quote in excluded]
    parts = (frontend,) if frontend and _locate(text, frontend) else tuple(p for p in frontend.split("; ") if p.strip())
    wanted += [(part, "frontend") for part in parts]
    holes: list[Hole] = []
    for quote, disposition in wanted:
        place = _locate(text, quote)
        if place and all(place[1] <= h.start or place[0] >= h.end for h in holes):
            holes.append(Hole(*place, disposition))
    return tuple(sorted(holes, key=lambda hole: hole.start))


def read_pieces(text: str, holes: tuple[Hole, ...] = (), first: int = 0) -> tuple[Piece, ...]:
    """The pieces of `text` in order, counted from `first`: with the holes they hold every word of it."""
    masked = list(straighten(text))
    for hole in holes:
        masked[hole.start : hole.end] = " " * (hole.end - hole.start)
    plain = "".join(masked)
    pieces: list[Piece] = []
    section, sentence = "", first
    for kind, start, end in _blocks(plain):
        for sentence_start, sentence_end in _sentences(plain, start, end) if kind != "heading" else [(start, end)]:
            sentence += 1
            for at, to in _clauses(plain, sentence_start, sentence_end) if kind != "heading" else [(start, end)]:
                quotes = _quotes(text, at, to, holes)
                if quotes:
                    reading = plainly(" ".join(plain[at:to].split()))
                    pieces.append(Piece(first + len(pieces), kind, reading, quotes, section, sentence))
        if kind == "heading":
            section = re.sub(r"[^\w ]", "", plain[start:end]).strip().lower()
        elif kind == "clause" and not plain[start:end].rstrip().endswith(":"):
            section = section if _is_lasting(section) else ""
    return tuple(pieces)


def _is_lasting(section: str) -> bool:
    return bool(section)


def _locate(text: str, quote: str) -> tuple[int, int] | None:
    words = straighten(quote).split()
    if not words:
        return None
    found = re.search(r"\s+".join(map(re.escape, words)), straighten(text), re.IGNORECASE)
    return found.span() if found else None


def _blocks(plain: str) -> list[tuple[Kind, int, int]]:
    """Headings, bullets with their continuation lines, and paragraphs, as places."""
    blocks: list[tuple[Kind, int, int]] = []
    open_block, after_blank, fields_follow = False, True, False
    at = 0
    for line in plain.split("\n"):
        start, at = at, at + len(line) + 1
        if not line.strip():
            open_block, after_blank = False, True
            continue
        if bullet := _BULLET.match(line):
            blocks.append(("bullet", start + bullet.end(), start + len(line)))
            open_block = True
        elif _HEADING.match(line) or (after_blank and _BARE_HEADING.match(line)):
            blocks.append(("heading", start, start + len(line)))
            open_block, fields_follow = False, bool(_FIELDS_FOLLOW.search(line))
        elif fields_follow and _FIELD_LINE.match(line) and not line.startswith((" ", "\t")):
            blocks.append(("bullet", start, start + len(line)))
            open_block = True
        elif open_block and not (_LABELLED.match(line) and not line.startswith((" ", "\t"))) and _continues(blocks[-1][0], line):
            blocks[-1] = (blocks[-1][0], blocks[-1][1], start + len(line))
        else:
            kind: Kind = "bullet" if _LABELLED.match(line) and blocks and blocks[-1][0] != "clause" else "clause"
            blocks.append((kind, start, start + len(line)))
            open_block = True
        fields_follow = fields_follow or bool(re.search(r"\bfields:\s*$", line, re.IGNORECASE))
        after_blank = False
    return blocks


def _continues(kind: Kind, line: str) -> bool:
    return kind == "clause" or line[:1] in " \t"


def _sentences(plain: str, start: int, end: int) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    at = start
    for stop in re.compile(r"[.!?](?=[\s\"')]|$)").finditer(plain, start, end):
        if stop.end() < end and _ABBREVIATION.search(plain, at, stop.start()) and not _CAPITAL.match(plain, stop.end(), end):
            continue
        places.append((at, stop.end()))
        at = stop.end()
    places.append((at, end))
    return [(a, b) for a, b in places if re.search(r"\w", plain[a:b])]


def _clauses(plain: str, start: int, end: int) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    at = start
    search_from = start
    while cut := _CLAUSE.search(plain, search_from, end):
        search_from = cut.end()
        left = plain[at : cut.start()]
        if (
            _inside(plain[start : cut.start()])
            or not (_SAYS_SOMETHING.search(left) or _STORY.match(left))
            or _GOES_ON.search(left)
            or _ONE_PHRASE.search(left)
            or (_BARE_THING.match(left) and cut.group().strip(" ,").lower().startswith("so"))
        ):
            continue
        places.append((at, cut.start()))
        at = cut.start()
    places.append((at, end))
    return [(a, b) for a, b in places if re.search(r"\w", plain[a:b])] or [(start, end)]


def _inside(left: str) -> bool:
    """Whether a bracket or a quotation is open at the end of `left`."""
    return left.count("(") > left.count(")") or left.count('"') % 2 == 1 or left.count("`") % 2 == 1


def _quotes(text: str, start: int, end: int, holes: tuple[Hole, ...]) -> tuple[str, ...]:
    cuts = [start]
    for hole in holes:
        if hole.start < end and hole.end > start:
            cuts += [max(hole.start, start), min(hole.end, end)]
    cuts.append(end)
    parts = [text[a:b].strip() for a, b in zip(cuts[::2], cuts[1::2], strict=True)]
    return tuple(part for part in parts if re.search(r"\w", part))
