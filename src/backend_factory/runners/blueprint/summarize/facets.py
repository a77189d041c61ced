"""What a phrase says about one field: required, unique, ranges, lengths, choices, defaults, lists, patterns, types."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re
from collections.abc import Callable

from backend_factory.domain.feature import FieldType
from backend_factory.runners.blueprint.summarize import types
from backend_factory.runners.blueprint.summarize.choices import BE, take_choices
from backend_factory.runners.blueprint.summarize.sketch import FieldSketch

Match = re.Match[str]

_N = r"(?P<{}>[-+]?\d[\d,_]*(?:\.\d+)?)"
_CHARS = r"(?:characters?|chars?|letters?|digits?|symbols?)(?: long| in length)?"
_TO = r"(?:and|to|-|\.\.\.?|through|until)"
_VALUE = r"(?:\"(?P<quoted>[^\"]*)\"|'(?P<single>[^']*)'|`(?P<ticked>[^`]*)`|(?P<bare>[^\s,;()]+))"
_SET = r"(?:(?:lower|upper|capital)[ -]?(?:case)?(?: letters?)?|letters?|digits?|numbers?|alphanumerics?(?: characters?)?|underscores?|dots?|periods?|spaces?|dash(?:es)?|hyphens?)"
_SIGN = r"(?:(?:(?:lower|upper)[ -]?case|capital) letters?|letters?|digits?)"


def _number(match: Match, group: str) -> float:
    return float(match.group(group).replace(",", "").replace("_", ""))


def _say(**facts: object) -> Callable[[FieldSketch, Match], None]:
    def apply(field: FieldSketch, _: Match) -> None:
        for name, value in facts.items():
            setattr(field, name, value)

    return apply


def _range(field: FieldSketch, match: Match) -> None:
    field.minimum, field.maximum = _number(match, "low"), _number(match, "high")
    _take_fraction(field, match)


def _at_least(field: FieldSketch, match: Match) -> None:
    field.minimum = _number(match, "low")
    _take_fraction(field, match)


def _at_most(field: FieldSketch, match: Match) -> None:
    field.maximum = _number(match, "high")
    _take_fraction(field, match)


def _take_fraction(field: FieldSketch, match: Match) -> None:
    """A bound written as 1.0 speaks of numbers with a fraction."""
    if any("." in (value or "") for value in match.groupdict().values()):
        field.type = field.type or FieldType.DECIMAL


def _over(field: FieldSketch, match: Match) -> None:
    field.minimum, field.positive = _number(match, "low"), True


def _positive(field: FieldSketch, _: Match) -> None:
    field.minimum, field.positive = 0, True


def _lengths(field: FieldSketch, match: Match) -> None:
    groups = match.groupdict()
    if groups.get("exact"):
        field.min_length = field.max_length = int(_number(match, "exact"))
    if groups.get("low"):
        field.min_length = int(_number(match, "low"))
    if groups.get("high"):
        field.max_length = int(_number(match, "high"))


def _items(field: FieldSketch, match: Match) -> None:
    field.many, field.max_items = True, int(_number(match, "high"))


def _pattern(field: FieldSketch, match: Match) -> None:
    field.pattern = match.group("pattern").strip("`\"'").rstrip(".,;")


_CLASSES = {"lower": "a-z", "upper": "A-Z", "capital": "A-Z", "letter": "A-Za-z", "digit": "0-9", "number": "0-9", "alphanumeric": "A-Za-z0-9", "underscore": "_", "dot": ".", "period": ".", "space": " ", "dash": "-", "hyphen": "-"}  # fmt: skip


def _charset(field: FieldSketch, match: Match) -> None:
    said = re.findall(
        "|".join(_CLASSES), re.sub(r"(?i)(lower|upper|capital)[ -]?(?:case)? ?letters?", r"\1", match.group()).lower()
    )
    field.pattern = f"[{''.join(dict.fromkeys(_CLASSES[word] for word in sorted(said, key=list(_CLASSES).index)))}]+"


def _signs(field: FieldSketch, match: Match) -> None:
    """So many digits or letters are a pattern: a length alone would let others through."""
    groups = match.groupdict()
    low, high = groups.get("exact") or groups["low"], groups.get("exact") or groups["high"]
    kind = next(key for key in _CLASSES if key in match.group().lower())
    field.pattern = f"[{_CLASSES[kind]}]{{{low if low == high else f'{low},{high}'}}}"


def _iso(field: FieldSketch, match: Match) -> None:
    field.iso = match.group().strip().lower()


def _default(field: FieldSketch, match: Match) -> None:
    field.default = value_of(match)


def _percent(field: FieldSketch, _: Match) -> None:
    field.type = field.type or FieldType.DECIMAL
    field.minimum, field.maximum = 0, 100


def _one_or_more(field: FieldSketch, _: Match) -> None:
    field.many = field.required = True


def value_of(match: Match) -> str:
    """The value that a default or a similar phrase names, without its quotes."""
    return next(v for v in (match.group(g) for g in ("quoted", "single", "ticked", "bare")) if v is not None).rstrip(".")


_FACETS: tuple[tuple[str, Callable[[FieldSketch, Match], None]], ...] = (
    (r"(?:that |which )?(?:must |should |has to )?(?:match(?:es|ing)?|(?:of |with |in )?(?:the )?(?:pattern|format|regex|regexp|regular expression)(?: of)?)[:=]? (?:the (?:pattern|regex|regular expression|format) )?(?P<pattern>`[^`]+`|\"[^\"]+\"|\^(?:\[[^\]]*\]|\{[^}]*\}|\\.|[^\s\[{\\])+|\[\S+|\\\S+)", _pattern),
    (rf"(?:which |that |and |with )?(?:by default|defaults? to|defaulting to|(?:a |the )?default(?:s)?(?: value)?(?: of| is|:|=| to)?|initially|initial value(?: is)?|starts (?:out )?as)\s*{_VALUE}", _default),
    (rf"{BE}{_VALUE} by default", _default),
    (r"(?:which |that )?(?:(?:is|are|must be|must|be|has to be|may|can|should be|should|will) )?(?:not required|never required|optional(?:ly)?|nullable|(?:left )?(?:empty|out|blank)|be (?:left )?(?:empty|out|blank|omitted|missing)|if known|where known|if any|if available|when known|not mandatory)", _say(required=False)),
    (r"(?:which |that )?(?:is |are |be )?(?:always )?(?:required|mandatory|obligatory|non-?empty|not empty|not null(?:able)?|(?:must |should )?(?:always |not )*be (?:given|set|present|provided|specified|empty|blank|filled in)|must (?:have|exist))", _say(required=True)),
    (r"(?:which |that )?(?:is |are |be )?unique(?:(?: per| within| in| for)(?: each| every| an?| the| one)? (?:tenants?|accounts?|customer accounts?))?|no two \w+ (?:may |can |must )?(?:share|have) (?:it|the same(?: one)?)|no duplicates", _say(unique=True)),
    (r"(?:which |that )?(?:(?:is|are|be|must be) )?(?:immutable|write-?once|set once|fixed(?: once set| after creation)?|read-only(?: once set| after creation)?|(?:(?:can ?not|can't|can never|must not|must never|may not|should not|never|not) (?:be )?(?:changed?|updated?|modified|edited|altered|changes?)|changeable)(?: (?:later|once set|once created|afterwards|after creation|after it (?:is|was|has been) (?:set|created)|when set))?)", _say(immutable=True)),
    (rf"(?:with |of |made of |consists? of |contain(?:s|ing)? )?(?:only |just ){_SET}(?:(?:, and |, or |, | and | or |/){_SET})*|{_SET}(?:(?:, and |, or |, | and | or |/){_SET})* only", _charset),
    (rf"(?:with )?(?:is |of |be |must be |has |have )?(?:exactly )?(?P<exact>\d{{1,3}})[ -]{_SIGN}(?: long)?|(?:with )?(?:between |from )?(?P<low>\d{{1,3}}) ?{_TO} ?(?P<high>\d{{1,3}}) {_SIGN}(?: long)?", _signs),
    (r"(?:an? |as an? |in |as )?iso(?:[- ](?:4217|3166(?:-1)?|639(?:-1)?))?(?: (?:currency |country |language )?codes?| alpha-[23])?", _iso),
    (rf"(?:with )?(?:an? |the )?(?:length (?:of |is )?)?(?:is |of |be |must be |has |have |to be )?(?:between |from )?{_N.format('low')} ?{_TO} ?{_N.format('high')} {_CHARS}", _lengths),
    (rf"(?:with )?(?:is |of |be |must be |has |have )?(?:at most|up to|max(?:imum)?(?: of)?|no (?:more|longer) than|not longer than|limited to|<=) {_N.format('high')} {_CHARS}", _lengths),
    (rf"(?:with )?(?:is |of |be |must be |has |have )?(?:at least|min(?:imum)?(?: of)?|no (?:less|fewer|shorter) than|>=) {_N.format('low')} {_CHARS}", _lengths),
    (rf"max(?:imum)?(?:[ -_]?length| characters)(?: of| is|:|=)? ?{_N.format('high')}", _lengths),
    (rf"min(?:imum)?(?:[ -_]?length| characters)(?: of| is|:|=)? ?{_N.format('low')}", _lengths),
    (rf"(?:with )?(?:is |of |be |must be |has |have )?(?:exactly )?{_N.format('exact')}[ -]{_CHARS}", _lengths),
    (rf"(?:with )?(?:at most|up to|max(?:imum)?(?: of)?|no more than) {_N.format('high')} (?:items|entries|values|elements|of them|tags|labels)", _items),
    (rf"(?:which |that )?{BE}(?:in the range |in range |range |ranges? (?:is |from |of )?|with values )?(?:from |between |of )?(?<![\w.]){_N.format('low')}\s?{_TO}\s?{_N.format('high')}(?: inclusive| \(inclusive\))?", _range),
    (rf"(?:which |that )?{BE}(?:at least|>=|≥|no (?:less|lower|fewer|smaller) than|not (?:less|lower) than|min(?:imum)?(?: of| is|:|=| value)?|from) ?{_N.format('low')}(?: or more)?", _at_least),
    (rf"(?:which |that )?{BE}(?:at most|up to|<=|≤|no (?:more|higher|greater|larger) than|not (?:more|greater|higher) than|max(?:imum)?(?: of| is|:|=| value)?) ?{_N.format('high')}", _at_most),
    (rf"(?:which |that )?{BE}(?:greater than|more than|above|over|>) ?{_N.format('low')}", _over),
    (rf"(?:which |that )?{BE}(?:non-?negative|not negative|never negative|zero or more(?! \w)|(?:must )?not be negative)", _say(minimum=0.0)),
    (rf"(?:which |that )?{BE}positive", _positive),
    (rf"(?:which |that )?{BE}(?:an? )?(?:in )?percent(?:age)?|%", _percent),
    (r"(?:one or more|at least one|non-?empty list of)", _one_or_more),
    (r"(?:an? )?(?:\(?optional\)? )?(?:lists?|arrays?|sets?|collections?|several|multiple|many|any number|zero or more)(?: of)?(?= \w|\s*$|\))", _say(many=True)),
)  # fmt: skip

_COMPILED = tuple((re.compile(rf"(?<![\w-]){pattern}(?![\w-])", re.IGNORECASE), apply) for pattern, apply in _FACETS)

FILLERS = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "of",
        "to",
        "with",
        "is",
        "are",
        "be",
        "was",
        "were",
        "must",
        "should",
        "shall",
        "will",
        "can",
        "may",
        "has",
        "have",
        "having",
        "that",
        "which",
        "it",
        "its",
        "it's",
        "in",
        "as",
        "by",
        "for",
        "also",
        "always",
        "only",
        "each",
        "every",
        "value",
        "values",
        "field",
        "fields",
        "type",
        "valid",
        "given",
        "being",
        "their",
        "his",
        "her",
        "our",
        "both",
        "all",
        "on",
        "per",
        "from",
        "been",
        "this",
        "these",
        "those",
        "any",
        "some",
    ]
)
"""Words that say nothing by themselves once a phrase's facets are taken out."""


def read_facets(text: str, field: FieldSketch, *, said_types: bool = True) -> str:
    """Take every facet out of `text` into `field`; return the words left. Types said outright are taken where asked for."""
    rest = f" {text} "
    protected = take_choices(rest, field)
    rest = protected
    for pattern, apply in _COMPILED:
        found = pattern.search(rest)
        if found:
            apply(field, found)
            rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    if said_types:
        rest = _take_type(rest, field)
    return " ".join(rest.replace("(", " ").replace(")", " ").split()).strip(" ,;:-")


def says_only(rest: str) -> bool:
    """Whether the words left are all fillers."""
    return all(word in FILLERS for word in re.findall(r"[\w'-]+", rest.lower()))


def _take_type(rest: str, field: FieldSketch) -> str:
    for pattern, type_ in types.SAID:
        found = pattern.search(rest)
        if found:
            field.type = field.type or type_
            return f"{rest[: found.start()]} {rest[found.end() :]}"
    return rest
