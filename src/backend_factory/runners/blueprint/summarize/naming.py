"""Names that are safe everywhere, made from words that strangers wrote."""

import re
import unicodedata
from functools import lru_cache

import inflection

_LONGEST = 40

# Go's keywords, what every record has on the wire, what lists take as parameters, and what the table keeps beside the record.
RESERVED = frozenset(
    [
        "break",
        "case",
        "chan",
        "const",
        "continue",
        "default",
        "defer",
        "else",
        "fallthrough",
        "for",
        "func",
        "go",
        "goto",
        "if",
        "import",
        "interface",
        "map",
        "package",
        "range",
        "return",
        "select",
        "struct",
        "switch",
        "type",
        "var",
        "nil",
        "true",
        "false",
        "string",
        "int",
        "error",
        "len",
        "any",
        "id",
        "key",
        "created",
        "updated",
        "version",
        "next",
        "items",
        "limit",
        "cursor",
        "sort",
        "batch",
        "index",
        "username",
        "tenant",
        "entity",
        "scope",
        "ttl",
        "sort1",
        "sort2",
        "match1",
        "match2",
        "match3",
    ]
)

_SINGULARS = {
    "addresses": "address", "aliases": "alias", "buses": "bus", "statuses": "status", "bases": "base", "databases": "database",
    "caches": "cache", "cases": "case", "leases": "lease", "licenses": "license", "licences": "licence", "releases": "release",
    "responses": "response", "courses": "course", "houses": "house", "warehouses": "warehouse", "purchases": "purchase",
    "expenses": "expense", "phases": "phase", "criteria": "criterion", "movies": "movie", "cookies": "cookie", "leaves": "leave",
    "ids": "id", "menus": "menu", "skus": "sku", "cpus": "cpu", "gpus": "gpu",
    "ips": "ip", "news": "news", "series": "series", "data": "data", "metadata": "metadata", "media": "media", "dns": "dns",
}  # fmt: skip
_UNCOUNTED = frozenset({"data", "metadata", "media", "news", "series", "feedback", "equipment", "software", "hardware"})
_UNCHANGED = ("ss", "us", "is", "ics", "ous", "'s")
_IRREGULAR = frozenset(["people", "children", "men", "women", "indices", "vertices", "mice"])


@lru_cache(maxsize=4096)
def singular(noun: str) -> str:
    """The singular of an English noun phrase in lower case: only its last word changes."""
    thing, of, owner = _divided(noun)
    if of and thing not in ("number", "date", "time"):
        return f"{singular(thing)}{of}{owner}"
    head, _, last = noun.rpartition(" ")
    return f"{head} {_singular_word(last)}".strip()


def _divided(noun: str) -> tuple[str, str, str]:
    """The noun before and after "of" or "for": "certificates for hosts" are certificates."""
    at = re.search(r" (?:of|for) ", noun)
    return (noun[: at.start()], at.group(), noun[at.end() :]) if at else (noun, "", "")


def plural(noun: str) -> str:
    """The plural of a singular English noun phrase in lower case."""
    thing, of, owner = _divided(noun)
    if of:
        return f"{plural(thing)}{of}{owner}"
    head, _, last = noun.rpartition(" ")
    many = last if last in _UNCOUNTED else str(inflection.pluralize(last))
    return f"{head} {many}".strip()


def with_article(noun: str) -> str:
    """The noun with "a" or "an", by its first letter."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def is_plural(noun: str) -> bool:
    """Whether the last word of a lower-case noun phrase is a plural."""
    return singular(noun) != noun


def identifier(phrase: str) -> str:
    """The phrase as ASCII snake_case of at most 40 characters; empty where no letter can be kept."""
    plain = unicodedata.normalize("NFKD", phrase).encode("ascii", "ignore").decode().lower().replace("'", "")
    words = re.findall(r"[a-z0-9]+", plain)
    name = "_".join(words)[:_LONGEST].strip("_")
    if not re.search("[a-z]", name):
        return ""
    return f"n_{name}" if name[0].isdigit() else name


def field_name(label: str, entity: str) -> str:
    """The label as a field's name; a reserved one is told apart by the entity: `type` of a sensor is `sensor_type`."""
    name = identifier(label)
    return f"{entity}_{name}"[: 2 * _LONGEST] if name in RESERVED else name


def entity_name(label: str) -> str:
    """The singular label as an entity's name; a reserved one gets the suffix `_record`."""
    name = identifier(label)
    return f"{name}_record" if name in RESERVED else name


def _singular_word(noun: str) -> str:
    if noun in _SINGULARS:
        return _SINGULARS[noun]
    if not noun.endswith("s") and noun not in _IRREGULAR:
        return noun
    if noun.endswith(_UNCHANGED) or len(noun) < 4:
        return noun
    return str(inflection.singularize(noun))
