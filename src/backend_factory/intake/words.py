"""Words of a clause in canonical form, beside the way they were written."""

import re
from functools import lru_cache
from typing import NamedTuple

import inflection

from backend_factory.intake.lexicon import AREAS
from backend_factory.intake.naming import SPELLED, VENDORS
from backend_factory.intake.spellings import PAIRS, SPELLINGS

_WORD = re.compile(r"[^\W_][\w'’+#&/.-]*|[,:;()&]|/[\w{}:$][\w/{}:.$-]*")
_EDGES = "'./-&+"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_KNOWN_NAMES = frozenset(AREAS) | frozenset(SPELLED) | VENDORS | frozenset(SPELLINGS)
_SECONDS = frozenset(second for _, second in PAIRS)
_DOCUMENT_FILES = (".md", ".rst", ".adoc")
_CONTRACTIONS = frozenset({"let's", "what's", "how's", "there's", "it's", "that's", "who's", "where's", "here's"})
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"})

# What `inflection` gets wrong, or what has no singular of its own.
_SINGULARS = {
    "data": "data",
    "media": "media",
    "metadata": "metadata",
    "dns": "dns",
    "https": "https",
    "aws": "aws",
    "sqs": "sqs",
    "sns": "sns",
    "css": "css",
    "kubernetes": "kubernetes",
    "jenkins": "jenkins",
    "analytics": "analytics",
    "bases": "base",
    "databases": "database",
    "caches": "cache",
    "apis": "api",
    "criteria": "criterion",
    "cookies": "cookie",
    "movies": "movie",
    "leaves": "leave",
    "always": "always",
    "ios": "ios",
    "sms": "sms",
    "tls": "tls",
    "windows": "window",
    "menus": "menu",
    "skus": "sku",
    "news": "news",
    "series": "series",
    "species": "species",
    "diagnostics": "diagnostics",
    "logistics": "logistics",
    "statistics": "statistic",
    "metrics": "metric",
    "sales": "sale",
    "expenses": "expense",
    "licenses": "license",
    "houses": "house",
    "warehouses": "warehouse",
    "purchases": "purchase",
    "courses": "course",
    "phases": "phase",
    "releases": "release",
    "responses": "response",
    "leases": "lease",
    "cases": "case",
}
_WITHOUT_PLURAL_S = ("ss", "us", "is", "'s", "ics", "ous")


class Words(NamedTuple):
    """A sentence or clause as parallel sequences."""

    canon: tuple[str, ...]
    """What the tables know."""
    faces: tuple[str, ...]
    """What was written."""
    ordinals: tuple[int, ...]
    """Which match of the sentence each begins with, for `offsets`."""

    def between(self, start: int, end: int) -> "Words":
        """Return the words from index `start` up to `end`."""
        return Words(self.canon[start:end], self.faces[start:end], self.ordinals[start:end])


def read_words(sentence: str) -> Words:
    """Return the words, URL paths and , : ; ( ) & of `sentence`; neighbours that mean one thing are one word."""
    canon: list[str] = []
    faces: list[str] = []
    ordinals: list[int] = []
    for ordinal, written in enumerate(_WORD.findall(sentence)):
        for word, face in _read_word(written):
            begin = ordinal
            while word in _SECONDS and canon and (one := PAIRS.get((canon[-1], word))):
                word, face, begin = one, f"{faces.pop()} {face}", ordinals.pop()
                canon.pop()
            if word == "/path" and faces and faces[-1] in _METHODS:
                word, face, begin = "http-call", f"{faces.pop()} {face}", ordinals.pop()
                canon.pop()
            canon.append(word)
            faces.append(face)
            ordinals.append(begin)
    return Words(tuple(canon), tuple(faces), tuple(ordinals))


def offsets(sentence: str) -> list[int]:
    """Return where in `sentence` each match begins; index it with `Words.ordinals`."""
    return [found.start() for found in _WORD.finditer(sentence)]


@lru_cache(maxsize=16_384)
def _read_word(written: str) -> tuple[tuple[str, str], ...]:
    """Return (canonical, face) of a word; camel case that no table knows falls apart: `InvoiceService` is two."""
    if written[0] == "/":
        return (("/path", written),)
    plain = written.replace("’", "'").rstrip(_EDGES)
    low = plain.lower()
    if low not in _KNOWN_NAMES and _CAMEL.search(plain):
        return tuple((_canonical(part), part) for part in _CAMEL.sub(" ", plain).split())
    if "/" in plain and low not in SPELLINGS and plain.replace("/", "").isalpha():
        return tuple((_canonical(part), part) for part in plain.split("/") if part)
    face = plain if low in _CONTRACTIONS else plain.removesuffix("'s")
    return ((_canonical(face), face),)


def _canonical(face: str) -> str:
    low = face.lower()
    return "docs" if low.endswith(_DOCUMENT_FILES) else SPELLINGS.get(low, low)


@lru_cache(maxsize=4096)
def singular(noun: str) -> str:
    """Return the singular of a lower-case English noun: `statuses` -> `status`, `data` stays."""
    if noun in _SINGULARS:
        return _SINGULARS[noun]
    if not noun.endswith("s") and noun not in (
        "people",
        "children",
        "men",
        "women",
        "indices",
        "vertices",
        "mice",
    ):
        return noun
    if noun.endswith(_WITHOUT_PLURAL_S) or len(noun) < 4:
        return noun
    return str(inflection.singularize(noun))


@lru_cache(maxsize=4096)
def area_of(word: str) -> str | None:
    """Return the `Area` a canonical word points at, or None."""
    return AREAS.get(word) or (AREAS.get(singular(word)) if word.endswith("s") else None)
