"""Clumsy words as they were meant: shortenings, slips in the words that carry a request, and what only says for whom it is."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re
from functools import lru_cache

_SHORT = (
    (re.compile(r"(?<!\S)w/o(?!\S)", re.IGNORECASE), "without"),
    (re.compile(r"(?<!\S)w/(?=\s)", re.IGNORECASE), "with"),
    (re.compile(r"(?<!\S)&(?!\S)"), "and"),
    (re.compile(r"\b([A-Za-z]{3,})\(s\)"), r"\1s"),
    (re.compile(r"(?<=\bin )€(?!\w)"), "euros"),
    (re.compile(r"(?<=\bin )\$(?!\w)"), "dollars"),
    (re.compile(r"(?<=\bin )£(?!\w)"), "pounds"),
    (re.compile(r"(?<=\bin )%(?!\w)"), "percent"),
    (re.compile(r"(?<!\S)(?:req'd|reqd)(?![\w'])", re.IGNORECASE), "required"),
)
_CARRIERS = [
    "create",
    "creates",
    "creating",
    "build",
    "builds",
    "building",
    "implement",
    "implements",
    "implementing",
    "implemented",
    "manage",
    "manages",
    "managing",
    "managed",
    "management",
    "required",
    "optional",
    "unique",
    "uniquely",
    "immutable",
    "between",
    "default",
    "defaults",
    "identified",
    "correlate",
    "correlates",
    "correlated",
    "correlating",
    "correlation",
    "filter",
    "filters",
    "filtered",
    "filtering",
    "sorted",
    "sorting",
    "ingest",
    "ingests",
    "ingested",
    "ingesting",
    "process",
    "processes",
    "processing",
    "processed",
    "should",
    "cannot",
    "belongs",
    "belong",
    "references",
    "reference",
    "integer",
    "decimal",
    "boolean",
    "timestamp",
    "characters",
    "endpoint",
    "endpoints",
    "service",
    "services",
    "backend",
    "following",
    "including",
    "please",
    "provide",
    "provides",
    "develop",
    "support",
    "supports",
    "vulnerability",
    "vulnerabilities",
    "assets",
    "description",
    "severity",
    "status",
    "number",
    "address",
    "maximum",
    "minimum",
]
_REAL = frozenset(["crate", "filer", "mange", "manger", "mangers", "stored", "serve", "severs", "serves", "sorting", "rovide"])
"""Words of their own that are one letter away from a carrier."""
_SLIPS = {
    "wth": "with", "wiht": "with", "teh": "the", "adn": "and", "nad": "and", "fro": "for", "thier": "their", "wich": "which",
    "whcih": "which", "taht": "that",
}  # fmt: skip

_AUDIENCE = (
    r"(?:us|me|internal (?:use|purposes)|(?:our|my|the whole|the entire)(?: \w+){0,2}? (?:teams?|compan(?:y|ies)|organi[sz]ations?|departments?|business|customers?|clients?|users?|group|offices?|firm|staff"
    r"|people|colleagues|employees|managers|engineers|developers|analysts|auditors|clinic|hospital|school|shop|store|warehouse|soc|platform|partners?|stakeholders))"
)
_FOR_WHOM = re.compile(rf"(?:for|in|within|across|at) {_AUDIENCE}", re.IGNORECASE)
_ASIDE = re.compile(
    rf",?\s+(?:(?:for|in|within|across|at) {_AUDIENCE}|(?:written )?in (?:go|golang)|(?:on|to|in|into|with|using) (?:aws|tabularium|chariot|(?:the|our) platform))"
    r"(?=\s*(?:[:.,;]|$|\s(?:with|where|that|which|and|having|so|to|for)\b))",
    re.IGNORECASE,
)
"""Says for whom or on what, and nothing about the records."""


@lru_cache(maxsize=1)
def _mended() -> dict[str, str]:
    """Each carrier with a letter left out, doubled or swapped with the next -> the carrier."""
    known = frozenset(_CARRIERS) | _REAL
    found: dict[str, str] = dict(_SLIPS)
    for word in _CARRIERS:
        if len(word) < 6:
            continue
        for at in range(1, len(word)):
            for slip in (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            ):
                if slip not in known and word not in (f"{slip}s", f"{slip}d"):
                    found.setdefault(slip, word)
    return found


def plainly(text: str) -> str:
    """The text with shortenings written out and slips in carrying words mended; every other word stays as it is."""
    for pattern, meant in _SHORT:
        text = pattern.sub(meant, text)
    mended = _mended()
    return re.sub(r"(?<![\w\"'`^\[\\-])[A-Za-z]{2,}(?![\w\"'`-])", lambda m: mended.get(m[0].lower(), m[0]), text)


def without_asides(text: str) -> str:
    """The text without "for our team", "in Go" and the like."""
    return _ASIDE.sub("", text)


def says_for_whom(text: str) -> bool:
    """Whether the text says for whom the feature is, and nothing else."""
    return _FOR_WHOM.fullmatch(text.strip(" ,.;")) is not None
