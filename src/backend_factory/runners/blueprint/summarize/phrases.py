"""Noun phrases and lists of them: where one ends, and whether it can be a name at all."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.runners.blueprint.summarize import types

_SEPARATOR = re.compile(
    r"\s*(?:,\s*(?:and\s+also|as well as|and|plus|or)\s+|[,;]|\s(?:and\s+also|as well as|and|plus)\s)\s*", re.IGNORECASE
)
_PROTECTED = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|\"[^\"]*\"|`[^`]*`|\^(?:\[[^\]\n]*\]|[^\s\[])*\$"
    r"|\bbetween\s+[-+]?\d[\d.,_]*\s+and\s+[-+]?\d+(?:[.,_]\d+)*|\bdates? and times?\b|\bbetween [A-Z]{1,3}\d* and [A-Z]{1,3}\d*\b|\bat least [-\d.,]+ and at most\b"
    r"|(?<=\d),(?=\d{3}\b)",
    re.IGNORECASE,
)
_SHARED_HEAD = re.compile(
    r"\b(start|begin|from|first|opening)(?:ing)? and (?:an? |the )?(end|finish|to|last|until|closing) (dates?|times?|timestamps?)\b",
    re.IGNORECASE,
)
_SHARED_TAIL = re.compile(
    r"\b((?:\w+ )?(?:from|since)) ?(?:/|and) ?((?:\w+ )?(?:to|until|till)) (dates?|times?)\b", re.IGNORECASE
)
_NAMED_VALUES = re.compile(r"^(?:(?:an?|the|and) )*[\w-]+(?: [\w-]+)?: [\w-]+(?: [\w-]+)?$", re.IGNORECASE)
_OPENS_CHOICES = re.compile(
    r"\b(?:(?:which|that) (?:can(?: only)? be|is|are|may be|must be|should be)(?! (?:\w+ )?(?:required|optional|unique|at|between|never|not|greater|less|positive))|one of|either|enum(?:eration)?|choice of|(?:possible |allowed |valid )?(?:values|options|choices)(?: are)?:?)\b(?![^(]*\))",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"^(?:(?:an?|the|its|their|his|her|our|some|any|one|each|every|all|and|or|also|exactly one|of|a single|single)\s+)+",
    re.IGNORECASE,
)
_NO_NAME = frozenset(
    [
        "if",
        "when",
        "unless",
        "while",
        "after",
        "before",
        "must",
        "should",
        "shall",
        "can",
        "cannot",
        "may",
        "will",
        "would",
        "not",
        "but",
        "because",
        "so",
        "then",
        "by",
        "from",
        "with",
        "without",
        "via",
        "using",
        "that",
        "which",
        "who",
        "whom",
        "whose",
        "where",
        "it",
        "they",
        "them",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "do",
        "does",
        "if",
        "no",
        "never",
        "only",
        "always",
        "to",
        "at",
        "on",
        "in",
        "i",
        "we",
        "you",
        "than",
        "during",
        "until",
        "between",
        "whenever",
        "once",
        "and",
        "or",
        "an",
        "the",
        "a",
        "globally",
        "across",
        "within",
        "everything",
        "anything",
        "something",
        "nothing",
        "everyone",
        "someone",
        "we'd",
        "i'd",
        "it's",
        "let's",
        "that's",
    ]
)
_LAST = frozenset(["by", "from", "to", "at", "on", "until", "since", "in", "for"])
_BOUNDED = frozenset(
    ["date", "time", "day", "month", "year", "email", "address", "account", "port", "city", "name", "amount", "status"]
)
"""What "from" and "to" are said of in a name: "from date"."""
_NEVER = frozenset(["our", "my", "your", "us", "me", "please"])
_NOT_FIRST = frozenset(["for", "of", "per", "about", "as"])


def without_article(phrase: str) -> str:
    """The phrase without leading articles and possessives."""
    return _ARTICLE.sub("", phrase.strip()).strip()


def is_name(phrase: str) -> bool:
    """Whether a phrase of one to five words can name a thing: no verbs of a sentence, prepositions only at the end."""
    words = re.findall(r"\S+", re.sub(r"\b(date|day) and time\b", r"\1", phrase.lower()))
    if not 1 <= len(words) <= 5 or not all(re.fullmatch(r"[^\W_][\w'/&.-]*", word) for word in words):
        return False
    if len(words) == 2 and words[0] in _LAST and words[1] in _BOUNDED:
        return True
    if words[0] in _NOT_FIRST or words[-1] == "per" or any(word in _NEVER for word in words):
        return False
    if len(words) > 2 and words[-2] == "in" and words[-1] in types.UNITS:
        words = words[:-2]
    middle = words[:-1] if words[-1] in _LAST else words
    starts_as_question = words[0] in ("is", "has", "can", "was")
    return not any(word in _NO_NAME for word in (middle[1:] if starts_as_question and len(words) > 1 else middle))


def split_list(text: str) -> list[str]:
    """The items of an enumeration; a list of choices stays with its item."""
    text = _SHARED_HEAD.sub(lambda m: f"{m[1]} {m[3]}, {m[2]} {m[3]}", text)
    text = _SHARED_TAIL.sub(lambda m: f"{m[1]} ({m[3].rstrip('s')}), {m[2]} ({m[3].rstrip('s')})", text)
    kept: list[str] = []

    def protect(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\x01{len(kept) - 1}\x01"

    guarded = _PROTECTED.sub(protect, text)
    parts: list[tuple[str, str]] = []
    at, separator = 0, ""
    for cut in _SEPARATOR.finditer(guarded):
        parts.append((separator, guarded[at : cut.start()]))
        separator, at = cut.group(), cut.end()
    parts.append((separator, guarded[at:]))
    restored = [(s, re.sub("\x01(\\d+)\x01", lambda m: kept[int(m[1])], p).strip()) for s, p in parts]
    return _with_choices([(s, p) for s, p in restored if p])


def _with_choices(parts: list[tuple[str, str]]) -> list[str]:
    items: list[str] = []
    at = 0
    while at < len(parts):
        item = parts[at][1]
        at += 1
        if _NAMED_VALUES.match(item) and (last := _last_value(item, parts, at)):
            item, at = item + "".join(s + p for s, p in parts[at : last + 1]), last + 1
        elif _OPENS_CHOICES.search(item) and not re.search(r"\bor\b", item.split("one of", 1)[-1]):
            item, at = _absorb(item, parts, at)
        items.append(item)
    return items


def _last_value(item: str, parts: list[tuple[str, str]], at: int) -> int:
    """Where "level: beginner, intermediate or advanced" ends; 0 where what follows is no list of values."""
    if types.familiar(item.split(": ", 1)[1]) or any(pattern.fullmatch(item.split(": ", 1)[1]) for pattern, _ in types.SAID):
        return 0
    for end in range(at, min(at + 12, len(parts))):
        separator, part = parts[end]
        if not re.fullmatch(r"[\w-]+(?: [\w-]+)?(?: or [\w-]+(?: [\w-]+)?)?", part) or types.familiar(part):
            return 0
        if re.search(r"\bor\b", separator + part):
            return end
    return 0


def _absorb(item: str, parts: list[tuple[str, str]], at: int) -> tuple[str, int]:
    """Add the values that belong to an opened list of choices: up to the last before a conjunction, a bracket or a known field."""
    while at < len(parts):
        separator, part = parts[at]
        conjunction = re.search(r"\b(?:or|and)\b", separator, re.IGNORECASE)
        if _ends_choices(part):
            return item, at
        item, at = f"{item}{separator}{part}", at + 1
        if conjunction or "(" in part or re.search(r"\b(?:or|default)\b", part, re.IGNORECASE):
            return item, at
    return item, at


def _ends_choices(part: str) -> bool:
    if re.match(r"(?:an?|the|its|optional|required|unique|default)\b", part, re.IGNORECASE) or re.search(r":\s", part):
        return True
    bare = re.sub(r"\(.*", "", part).strip()
    facet = re.search(
        r"\b(?:required|optional|unique|immutable|between|at most|at least|one of|default\w*)\b", bare, re.IGNORECASE
    )
    return (bool(facet) and not re.search(r"\bor\b", bare)) or types.familiar(bare)
