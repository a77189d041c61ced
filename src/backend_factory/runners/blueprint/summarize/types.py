"""What kind of value a word stands for: types said outright, and types that a field's name implies."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.domain.feature import FieldType

T = FieldType

UNITS = frozenset(
    [
        "hours",
        "minutes",
        "seconds",
        "days",
        "weeks",
        "months",
        "years",
        "milliseconds",
        "ms",
        "euros",
        "euro",
        "eur",
        "dollars",
        "usd",
        "cents",
        "pounds",
        "gbp",
        "percent",
        "kg",
        "kilograms",
        "grams",
        "meters",
        "metres",
        "km",
        "kilometers",
        "kilometres",
        "miles",
        "cm",
        "mm",
        "celsius",
        "fahrenheit",
        "degrees",
        "bytes",
        "kb",
        "mb",
        "gb",
        "pixels",
        "volts",
        "watts",
        "liters",
        "litres",
        "points",
    ]
)
"""What a number is measured in: "value in euros"."""

# A type said outright, longest first; the words are taken out of the field's name.
SAID: tuple[tuple[re.Pattern[str], FieldType], ...] = tuple(
    (re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE), type_)
    for words, type_ in (
        (r"date(?:[ -]and[ -]|[ /-]?)times?|timestamps?|points? in time|moments?|rfc ?3339(?: timestamps?)?", T.TIMESTAMP),
        (r"(?:calendar )?dates?(?: only)?", T.DATE),
        (r"(?:whole|integer|integral) numbers?|integers?|ints?|int64|int32|long integer", T.INTEGER),
        (
            r"decimals?(?: numbers?)?|floats?|doubles?|floating[ -]point(?: numbers?)?|real numbers?|percentages?|numbers?|numeric",
            T.DECIMAL,
        ),
        (r"booleans?|bools?|flags?|true ?(?:/|or) ?false|yes ?(?:/|or) ?no|on ?/ ?off", T.BOOLEAN),
        (r"long (?:text|strings?)|free[ -]text|multi-?line(?: text| string)?|paragraphs?|rich text|markdown", T.LONG_TEXT),
        (r"(?:short )?(?:strings?|texts?)|varchar", T.TEXT),
        (r"e-?mail address(?:es)?|e-?mails?", T.EMAIL),
        (r"urls?|uris?|web address(?:es)?|links?", T.URL),
        (r"ip(?:v[46])?(?: address(?:es)?)?|ips", T.IP_ADDRESS),
        (r"host ?names?|fqdns?|dns names?|domain names?", T.HOSTNAME),
        (r"cves?(?:[ -](?:ids?|numbers?|identifiers?))?", T.CVE),
    )
)

# A type that the last words of a name imply; the first line that fits decides.
IMPLIED: tuple[tuple[re.Pattern[str], FieldType], ...] = tuple(
    (re.compile(pattern), type_)
    for pattern, type_ in (
        (r"\bcves?\b", T.CVE),
        (r"\be-?mails?\b", T.EMAIL),
        (r"\bips?( address(es)?)?$", T.IP_ADDRESS),
        (r"\b(host ?names?|hosts?|fqdns?|dns( names?)?|domains?( names?)?)$", T.HOSTNAME),
        (r"\b(urls?|uris?|links?|web ?sites?|homepages?|web ?pages?)$", T.URL),
        (r"^(is|has|can|was|whether) ", T.BOOLEAN),
        (r"\b(date|timestamp|day) and time$", T.TIMESTAMP),
        (r"\b(dates?|birthday|(date|day) of \w+)$", T.DATE),
        (r"\b(price|cost|fee|rate|amount|salary|charge|pay|value)s? per ", T.DECIMAL),
        (r"\b(capacity|number|count|seats|points|hours|days|minutes) per ", T.INTEGER),
        (
            r"\b(active|enabled|disabled|archived|published|verified|resolved|completed|acknowledged|approved|confirmed|visible|locked"
            r"|flag|public|private|paid|urgent|deprecated|in stock|available|retired|critical flag|billable|internal|remote)$",
            T.BOOLEAN,
        ),
        (r"\b(numbers? of|count of) ", T.INTEGER),
        (rf" in ({'|'.join(sorted(UNITS))})$", T.DECIMAL),
        (r"\w on$", T.DATE),
        (
            r"\b(at|on|until|since|time|times|timestamp|deadline|due|expiry|expires?|expiration|last seen|first seen|when)$",
            T.TIMESTAMP,
        ),
        (
            r"\b(salary|price|amount|cost|budget|fee|rate|temperature|weight|score|value|income|discount|length|size) (from|to|min|max|minimum|maximum)$",
            T.DECIMAL,
        ),
        (r"\bage (from|to|min|max|minimum|maximum)$", T.INTEGER),
        (r"^(\w+ )?(starts?|ends?|begin|beginning|from|to|opens|closes|finish)( of .+)?$", T.TIMESTAMP),
        (
            r"\b(count|quantity|quantities|ports?|age|year|stock|size|rank|capacity|seats|floor|(?:reorder|stock|water|inventory|fill|battery|noise|floor|min|max|minimum|maximum) level|(?:u-?|rack |list |queue |sort )position|attempts|retries"
            r"|minutes|hours|days|seconds|weeks|months|years|bytes|points|stars|rating|headcount|duration|estimate|mileage|servings|copies|pieces|calories)$",
            T.INTEGER,
        ),
        (
            r"\b(amount|price|cost|fee|total|balance|rate|percent|percentage|temperature|humidity|pressure|weight|height|width|length"
            r"|latitude|longitude|score|value|reading|discount|salary|budget|revenue|tax|distance|cvss|voltage|speed)$",
            T.DECIMAL,
        ),
        (
            r"\b(description|notes?|comments?|body|details?|remarks?|content|explanation|justification|message|instructions|reason"
            r"|bio|biography|abstract|synopsis|transcript|feedback|text|steps)$",
            T.LONG_TEXT,
        ),
        (r"\b(severity|priority)$", T.CHOICE),
    )
)

_SINGLE_PLURALS = re.compile(
    r"\b(notes|comments|details|remarks|instructions|status|address|minutes|hours|days|seconds|weeks|months|years|bytes|points"
    r"|stars|seats|starts|ends|opens|closes|expires|attempts|retries|steps|dns|series|news|gps|sms|os|https|units|times|servings|copies|pieces|calories)$"
)
"""Words that look like a plural and stand for one value."""

FAMILIAR = re.compile(
    r"^(name|title|owner|author|assignee|customer|phone|location|address|code|tags?|labels?|category|type|status|state|currency"
    r"|reporter|manager|vendor|model|version|subject|team|department|country|city|serial number|street|post ?code|zip(?: code)?|postal code|region|province|house number"
    r"|(?:first|last|middle|full|user|display|company|product) ?name|product|supplier|id|sku|isbn|colou?r|brand)$"
)
"""Plain text fields that people name so often that they are no choice's value."""

SCALES = {"severity": ("low", "medium", "high", "critical"), "priority": ("low", "medium", "high")}
"""Choices of fields whose scale is common knowledge."""


def implied(label: str) -> FieldType | None:
    """The type that a lower-case label implies; None where it says nothing and text is meant."""
    for pattern, type_ in IMPLIED:
        if pattern.search(label):
            return type_
    return None


def familiar(label: str) -> bool:
    """Whether the label is one that people commonly give to a field."""
    low = label.lower()
    return bool(FAMILIAR.match(low)) or implied(low) not in (None, FieldType.BOOLEAN)


def many_by_name(label: str, is_plural: bool) -> bool:
    """Whether a lower-case label that `is_plural` stands for a list of values."""
    return (
        is_plural
        and not re.match(r"(?:max|min|maximum|minimum|number|total|count)\b", label)
        and label.split()[-1] not in UNITS
        and not _SINGLE_PLURALS.search(label)
        and implied(label) not in (FieldType.BOOLEAN, FieldType.INTEGER)
    )
