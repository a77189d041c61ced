"""What can be seen in a text, as named clues: the words of its title and body, its form, and what the rules read in it."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import sqrt

from backend_factory.intake.clauses import Clause
from backend_factory.intake.lexicon import ACTS, BOUNDARIES, DETERMINERS
from backend_factory.intake.prose import prose
from backend_factory.intake.signals import Kind, Reading
from backend_factory.intake.verdict import Verdict
from backend_factory.intake.words import area_of, singular

_MOST_TITLE_WORDS = 40
_MOST_BODY_WORDS = 120
_BODY_WEIGHT = 2.0
_RULES_WEIGHT = 1.0
_SHORT_TITLE = 3
_SILENT = BOUNDARIES | DETERMINERS
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_STATUS = re.compile(r"[1-5]\d\d")
_SIGNS: dict[str, re.Pattern[str]] = {
    "--flag": re.compile(r"(?<!\S)`?--?[a-z]"),
    "call()": re.compile(r"\w\(\)"),
    "from 1.2 to 1.3": re.compile(r"from \S*\d\S* to \S*\d"),
    "file.md": re.compile(r"\w\.(?:md|rst|adoc|txt)\b"),
    "file.ext": re.compile(r"\w\.(?:py|js|ts|go|java|rs|c|cpp|h|json|ya?ml|toml|css|html)\b"),
    "SomeError": re.compile(r"\w(?:Error|Exception)\b"),
    "...": re.compile(r"\.\.\.|…"),
    "!": re.compile("!"),
}
_FORMS = re.compile(
    r"(?P<change>\bthis (?:pr|pull request|merge request|mr|commit|patch|change)\b|what does this pr"
    r"|type of change|what was done)"
    r"|(?P<closes>\b(?:close[sd]?|fixe[sd]|fix|resolve[sd]?):? #\d)"
    r"|(?P<steps>steps to reproduce|to reproduce|how to reproduce|reproduction)"
    r"|(?P<expected>expected (?:behaviou?r|result|outcome)|what should happen)"
    r"|(?P<actual>actual (?:behaviou?r|result)|current behaviou?r|what happened)"
    r"|(?P<bug>describe the bug|bug report|bug description)"
    r"|(?P<system>environment|\bversions?\b ?:?|operating system|\bos:|log output|stack ?trace|traceback)"
    r"|(?P<criteria>acceptance criteria|definition of done|done when)"
    r"|(?P<story>\bas an? \**[a-z][^,\n]{1,40},? \**(?:i|we)\b)"
    r"|(?P<wish>describe the (?:solution|feature)|feature request related|proposed solution|proposal|use case|motivation)"
    r"|(?P<searched>searched (?:the |for |open |existing )*(?:issues|duplicates))"
    r"|(?P<todo>\[ \])|(?P<ticked>\[x\])|(?P<code>```)|(?P<picture>!\[|<img|screenshot)"
    r"|(?P<asking>how (?:do|can|to|would|should) (?:i|we|you)?|is there (?:a|any) way|any idea|can (?:someone|anyone)|does anyone"
    r"|thanks in advance|please help|what am i doing wrong|is it possible)"
    r"|(?P<mine>\b(?:i|we) (?:have |\'ve )?(?:added|implemented|created|fixed|changed|moved)\b)",
)
_SCANNED = 3_000


def clues_of(text: str, readings: list[Reading], verdict: Verdict) -> Mapping[str, float]:
    """Return each clue of `text` with its strength; `readings` and `verdict` are the rules' work."""
    opening = next(prose(text), "")
    title, body = _title_and_body([reading.clause for reading in readings])
    clues = {"always": 1.0}
    named = list(_title_clues(title))
    share = 3.0 / sqrt(len(named) + 1)
    clues.update((clue, share) for clue in named)
    sentences = [_words(clause) for clause in body if clause.section != "noise"]
    told = {f"body {word}" for words in sentences for word in words if word not in _SILENT}
    begun = {f"body ^{' '.join(words[:most])}" for words in sentences for most in (1, 2)}
    for clues_of_body in (told, begun):
        share = _BODY_WEIGHT / sqrt(len(clues_of_body) or 1)
        clues.update((clue, share) for clue in sorted(clues_of_body)[:_MOST_BODY_WORDS])
    clues.update((f"sign {name}", 1.0) for name, sign in _SIGNS.items() if sign.search(opening))
    clues.update((f"form {found.lastgroup}", 1.0) for found in _FORMS.finditer(text[:_SCANNED].lower()))
    clues.update((clue, _RULES_WEIGHT) for clue in _form_clues(readings, verdict, bool(body)))
    return clues


def _title_and_body(clauses: list[Clause]) -> tuple[list[Clause], list[Clause]]:
    title = [clause for clause in clauses if clause.opening]
    body = [clause for clause in clauses if not clause.opening]
    if body and sum(len(clause.words.canon) for clause in title) < _SHORT_TITLE:
        # "Hello," says nothing: what comes next is the title.
        title, body = [*title, body[0]], body[1:]
    return title, body


def _words(clause: Clause) -> list[str]:
    return [part for word in clause.words.canon if word[:1].isalnum() or word[:1] == "/" for part in _parts(word)]


def _parts(word: str) -> list[str]:
    """`refresh_token` is also two words."""
    if "_" not in word:
        return [_plain(word)]
    return [_plain(part) for part in word.split("_") if part]


def _plain(word: str) -> str:
    if _STATUS.fullmatch(word):
        return f"{word[0]}xx"
    return "0" if _NUMBER.fullmatch(word) else singular(word)


def _title_clues(title: list[Clause]) -> Iterator[str]:
    seen: set[str] = set()
    for at, clause in enumerate(title):
        words = _words(clause)
        for clue in _clause_clues(words, first=at == 0):
            if clue not in seen and len(seen) < 3 * _MOST_TITLE_WORDS:
                seen.add(clue)
                yield clue


def _clause_clues(words: list[str], first: bool) -> Iterator[str]:
    yield from words
    yield from (f"{one} {two}" for one, two in pairwise(words))
    shapes = [_shape(word) for word in words]
    yield from (f"<{one} {two}>" for one, two in pairwise(shapes))
    if words and first:
        yield f"^{words[0]}"
        yield f"{words[-1]}$"
        yield f"^<{' '.join(shapes[:3])}>"
        yield f"^<{' '.join(shapes[:2])}>"


def _shape(word: str) -> str:
    """What a word is to the tables; a noun that they do not know is a thing like any other."""
    if word in DETERMINERS:
        return "the"
    if word in BOUNDARIES:
        return word
    if act := ACTS.get(word):
        return act.upper()
    return area_of(word) or "thing"


def _form_clues(readings: list[Reading], verdict: Verdict, has_body: bool) -> Iterator[str]:
    yield f"rules {verdict.kind}"
    yield "with body" if has_body else "title alone"
    first = [reading for reading in readings if reading.clause.opening]
    for reading in first[:1]:
        yield f"opens as {reading.kind}{' firmly' if reading.firm else ''}"
        yield from (f"tag {tag}" for tag in set(reading.clause.tags))
    if any(reading.clause.asks for reading in first):
        yield "title asks"
    if first and first[-1].clause.asks:
        yield "title ends asking"
    yield from {f"some {reading.kind}{' firmly' if reading.firm else ''}" for reading in readings if reading.kind != Kind.TALK}
    yield from {f"section {reading.clause.section}" for reading in readings if reading.clause.section}
