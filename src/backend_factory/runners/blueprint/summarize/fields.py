"""Lists of fields, as people write them, become field sketches."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.domain.feature import FieldType
from backend_factory.runners.blueprint.summarize import naming, types
from backend_factory.runners.blueprint.summarize.choices import values_in
from backend_factory.runners.blueprint.summarize.facets import read_facets, says_only
from backend_factory.runners.blueprint.summarize.phrases import is_name, split_list, without_article
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, FieldSketch, Sketch

_NOUNS = re.compile(r"\b(?:values?|types?|fields?|valid|given)\b", re.IGNORECASE)
"""Words that say little in a rule, and are a name where nothing else is."""
_MOST_ITEMS = 120
_VALUE = re.compile(r"[\w.+-]+(?: [\w.+-]+)?")
_COLON = re.compile(r"^(?P<name>[`*\"]*[^\W\d][\w '/&.-]*?[`*\"]*)\s*(?::|\s-{1,2}\s|=|\s->\s)\s*(?P<rest>.+)$")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\](?!\S)")
_TYPE_FIRST = re.compile(
    r"^(?P<type>integers?|ints?|whole numbers?|decimals?|floats?|booleans?|bools?|strings?|timestamps?|datetimes?|number)\s+(?:fields? )?(?:called |named |for )?"
    r"(?!of\b)(?P<name>\w.*)$",
    re.IGNORECASE,
)
_TYPE_END = re.compile(
    r"^(?P<name>.+?)\s+(?:as an? )?(?P<type>timestamp|datetime|boolean|bool|string|integer|decimal|float|yes ?(?:/|or) ?no|true ?(?:/|or) ?false)$",
    re.IGNORECASE,
)
_TYPE_LAST = re.compile(r"^(?P<name>.+?),?\s+(?:of type|as|being|typed)\s+(?:an? )?(?P<type>[\w -]+)$", re.IGNORECASE)
_REFERENCE = re.compile(
    r"^(?:an? )?(?:(?:lists?|sets?|arrays?) of )?(?:references?|links?|pointers?|relations?|foreign keys?)\s+to\s+(?:exactly one |one |an? |the |its |their )?(?P<noun>.+)$",
    re.IGNORECASE,
)
_BUILT_IN = re.compile(
    r"^(?:(?:an? |the )?(?:unique )?(?:id|identifier|uuid|guid)s?|creat(?:ed|ion) (?:at|date|time|timestamp)|updated? (?:at|date|time|timestamp)"
    r"|created|updated|last (?:updated|modified)(?: at)?|modified at)$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"^(?:e\.g\.?|for example|such as|like|i\.e\.?|for instance)\b", re.IGNORECASE)
_EITHER = re.compile(
    r"^(?:(?:and )?whether (?:or not )?(?:it|they) (?:is|are|was|were|has been|have been)|is|are) (?P<name>[\w-]+(?: [\w-]+)?)(?P<or> or not)?$(?<=or not)|^(?:a flag )?whether (?:or not )?(?:it|they) (?:is|are|was|were|has been|have been) (?P<name2>[\w-]+(?: [\w-]+)?)$",
    re.IGNORECASE,
)
RELATIVE = re.compile(
    r"(?<=\w)\s+(?:(?:that |which )?(?:it|they)\s+(?!is\b|are\b)\w+(?: \w+){0,2}|(?:that|which|who)\s+\w+(?: \w+)?\s+(?:it|them))$",
    re.IGNORECASE,
)
"""What a field's owner does with it: "the assets it covers"."""
_A_OR_B = re.compile(
    r"^(?P<name>(?:an? |the )?(?:[\w-]+ )?(?:action|type|kind|status|state|decision|direction|mode|level|result|outcome|visibility|protocol|plan|gender|frequency)) (?P<values>[\w-]+ or [\w-]+)$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"^((?:an? )?(?:[\w-]+ )?(?:capacity|size|quantity|limit|maximum|minimum))( of (?:at most|at least|up to|between \d+ and|\d+ to) \d+) (?!characters|chars|letters|digits)[a-z]+$",
    re.IGNORECASE,
)
"""What is counted adds nothing to the field: "a capacity of at most 20 people"."""
_AT_TIME = re.compile(r"^(?P<name>.+ (?:at|on)) (?:time|date)$", re.IGNORECASE)
_HOW_GOOD = r"(?:(?:good|full|proper|nice|simple|clear|some|basic|comprehensive|useful|detailed|complete|api|unit|input) )*"
_SETTLED = re.compile(
    rf"{_HOW_GOOD}(?:documentation|docs|tests|testing|pagination|paging|error handling|validation|logging|monitoring|authentication|authorization|crud)",
    re.IGNORECASE,
)
"""What every feature has anyway."""
_ABILITY = re.compile(
    r"(?:(?:good|full|nice|simple|some|basic|useful|detailed|monthly|weekly|daily) )*(?:dashboards?|reports|reporting|statistics|charts|graphs|analytics|notifications|alerts|alerting|reminders|search|searching"
    r"|sorting|filtering|filters|caching|performance|security|scalability|endpoints?|apis?|ui|frontend|export|import|exports|imports)",
    re.IGNORECASE,
)
"""Abilities that stand at the end of many a list of fields, without being one."""
_NAMES_CHOICE = re.compile(
    r"\b(?:type|kind|status|state|category|level|role|mode|action|format|class|severity|priority|tier|plan|source|channel|method|unit|stage|phase|region|environment|visibility|protocol|decision|result)s?$",
    re.IGNORECASE,
)
"""Names whose values are commonly listed."""
_LOOSE_END = re.compile(r"(?:\s+(?:of|and|or|with|that|which|who|is|are|be|must|should|has|have|can|may|an?|,))+$", re.IGNORECASE)


def read_fields(text: str, entity: EntitySketch, sketch: Sketch) -> str:
    """Add each field that an enumeration names to `entity`; return the first item that is no field, or ""."""
    items = split_list(text.strip().rstrip(".:;"))
    if len(items) > _MOST_ITEMS:
        return text
    for item in items:
        unread = read_field(item, entity, sketch)
        if unread:
            sketch.stumbled = sketch.stumbled or (item if len(items) > 1 else "")
            return unread
    return ""


def read_field(item: str, entity: EntitySketch, sketch: Sketch) -> str:
    """Add the field that one item describes, or add its facets to the field before; return what cannot be read, or ""."""
    text = re.sub(r"[`*]+(?=[\w ]+[`*])|(?<=\w)[`*]+(?=\s|:|$|\()", "", item.strip().rstrip(".")).strip()
    found = FieldSketch("", "")
    if (relative := RELATIVE.search(text)) and not re.match(r"(?:whether|if|when|how|what)\b", text, re.IGNORECASE):
        text = text[: relative.start()]
        if sketch.find(without_article(text)) is entity:
            found.type, found.references, found.many = FieldType.REFERENCE, entity.label, naming.is_plural(text.lower())
    text = _COUNTED.sub(r"\1\2", text)
    if (offered := _A_OR_B.match(text)) and not types.familiar(offered["values"].split(" or ")[1]):
        text = f"{offered['name']}: {offered['values']}"
    if either := _EITHER.match(text):
        found.type = FieldType.BOOLEAN
        return "" if place_field(either["name"] or either["name2"], found, entity, sketch) else item
    if colon := _COLON.match(text):
        name = without_article(_taken_from_brackets(colon["name"], found))
        if not _read_definition(colon["rest"], found):
            return item
    else:
        asides = [a or b for a, b in _BRACKETS.findall(text)]
        if not all(_read_definition(aside, found) for aside in asides):
            return item
        name = _name_in(_BRACKETS.sub(" ", text), found)
        if found.choices and not _NAMES_CHOICE.search(name) and _are_parts(found.choices, asides):
            return _place_parts(name, found, entity, sketch)
    said = vars(found) != vars(FieldSketch("", ""))
    if not name or (said and not colon and _says_no_noun(name)):
        return "" if said and _add_to_last(found, sketch) else item
    if not said and _SETTLED.fullmatch(name):
        sketch.assume(f"“{name}” is part of every feature, and no field.")
        return ""
    if not is_name(name) or (not said and _ABILITY.fullmatch(name)):
        return item
    return "" if place_field(name, found, entity, sketch) else item


def place_field(label: str, found: FieldSketch, entity: EntitySketch, sketch: Sketch) -> FieldSketch | None:
    """Put a read field into its entity under a safe name, joined with what was said of it before; None: no name can be made."""
    label = label.strip(" '\"`").replace("_", " ")
    label = (
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label).lower() if re.fullmatch(r"[a-z]+(?:[A-Z][a-z]*)+", label) else label.lower()
    )
    if _BUILT_IN.match(label):
        sketch.assume(
            f"Every record has an id, its times of creation and last change, and a version; “{label}” is not a field of its own."
        )
        sketch.last_field = None
        return found
    name = naming.field_name(label, entity.name)
    if not name:
        return None
    known = entity.fields.get(name) or _same(entity, label)
    if known is None:
        found.name, found.label = name, label
        entity.fields[name] = known = found
    else:
        merge(known, found)
    sketch.last_field = known
    return known


def merge(known: FieldSketch, later: FieldSketch) -> None:
    """What is said later about a field is added to what is known, and wins."""
    blank = FieldSketch("", "")
    for slot in vars(blank):
        value = getattr(later, slot)
        if slot not in ("name", "label", "origin") and value != getattr(blank, slot):
            setattr(known, slot, value)


def _are_parts(values: tuple[str, ...], asides: list[str]) -> bool:
    """Whether a bare list in brackets names what a thing is made of ("street, city"), not what it may be ("open, closed")."""
    bare = any("," in aside and not re.search(r"\b(?:or|one of|either|values?|default\w*)\b|[/|]", aside) for aside in asides)
    return bare and sum(types.familiar(value.lower()) for value in values) * 2 >= len(values)


def _place_parts(name: str, found: FieldSketch, entity: EntitySketch, sketch: Sketch) -> str:
    """One field for each part: "address (street, city)" is the address street and the address city."""
    for value in found.choices:
        if (
            not is_name(value)
            or place_field(f"{name} {value}", FieldSketch("", "", required=found.required), entity, sketch) is None
        ):
            return name
    sketch.assume(
        f"The {name} of {naming.with_article(entity.label)} is kept as its parts, one field each: {', '.join(found.choices)}."
    )
    return ""


def _says_no_noun(words: str) -> bool:
    return says_only(words) and not _NOUNS.search(words)


def _same(entity: EntitySketch, label: str) -> FieldSketch | None:
    one = naming.singular(label)
    return next((f for f in entity.fields.values() if naming.singular(f.label) == one), None)


def _taken_from_brackets(name: str, found: FieldSketch) -> str:
    for first, second in _BRACKETS.findall(name):
        _read_definition(first or second, found)
    return _BRACKETS.sub(" ", name).strip(' `*"')


def _read_definition(text: str, found: FieldSketch) -> bool:
    """Read "integer between 1 and 65535, required" into `found`; False if words are left."""
    text = text.strip().rstrip(".")
    if _ASIDE.match(text):
        return True
    if reference := _REFERENCE.match(re.sub(r",?\s*\(?(?:required|optional|mandatory)\)?$", "", text)):
        found.type, found.references = FieldType.REFERENCE, reference["noun"].strip()
        read_facets(text[reference.end() :], found)
        return True
    if _read_values(re.sub(r"[()]", " ", text), found):
        return True
    rest = read_facets(re.sub(r"[()]", " ", text), found)
    if says_only(rest):
        return True
    values = values_in(rest)
    if len(values) >= 2 and all(_VALUE.fullmatch(v) for v in values) and not found.choices:
        found.choices, found.type = values, FieldType.CHOICE
        return True
    implied = types.implied(without_article(rest).lower()) if is_name(without_article(rest)) else None
    if implied and found.type is None:
        found.type = implied
        return True
    return False


def _read_values(text: str, found: FieldSketch) -> bool:
    """Read "ip, domain, hash (default ip)" as values, though some of them are words for a type; False where they are none."""
    if not re.search(r",|\bor\b", text) or any(pattern.fullmatch(text.strip()) for pattern, _ in types.SAID):
        return False
    facets = FieldSketch("", "")
    values = values_in(read_facets(text, facets, said_types=False).rstrip(" ,;"))
    bounded = (facets.minimum, facets.maximum, facets.min_length, facets.max_length, facets.pattern, facets.many) != (None,) * 6
    if facets.choices or facets.iso or bounded or len(values) < 2 or not all(_VALUE.fullmatch(value) for value in values):
        return False
    facets.choices, facets.type = values, FieldType.CHOICE
    merge(found, facets)
    return True


def _name_in(text: str, found: FieldSketch) -> str:
    """The name in "an optional list of tags" or "a required integer port between 1 and 9"; the rest goes into `found`."""
    if reference := _REFERENCE.match(text.strip()):
        found.type, found.references = FieldType.REFERENCE, without_article(reference["noun"])
        return found.references
    rest = _LOOSE_END.sub("", without_article(read_facets(text, found, said_types=False)))
    if (typed := _TYPE_FIRST.match(rest)) or (typed := _TYPE_END.match(rest)):
        read_facets(typed["type"], found)
        rest = typed["name"]
    elif timed := _AT_TIME.match(rest):
        rest = timed["name"]
    elif (typed := _TYPE_LAST.match(rest)) and not read_facets(typed["type"], found):
        rest = typed["name"]
    return re.sub(r"^(?:called|named)\s+", "", without_article(rest)).strip(" ,:-")


def _add_to_last(found: FieldSketch, sketch: Sketch) -> bool:
    if sketch.last_field is None:
        return False
    merge(sketch.last_field, found)
    return True
