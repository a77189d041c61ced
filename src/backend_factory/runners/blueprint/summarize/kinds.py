"""What kind of value each field holds: said, implied by its name, or a reference to another kind of record."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.domain.feature import FieldType, Origin
from backend_factory.runners.blueprint.summarize import naming, types
from backend_factory.runners.blueprint.summarize.platform import HOSTNAMES
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, FieldSketch, Sketch, refuse

T = FieldType


_TELLING = frozenset({T.EMAIL, T.IP_ADDRESS, T.HOSTNAME, T.CVE, T.URL})
_BARE_KIND = r"(?:the )?(?:e-?mail(?: address)?|ip(?: address)?|host ?name|host|fqdn|cve(?: id)?|url)"
"""A kind of value by its bare name stands for the one field that holds it."""

_PLATFORM_NOUNS = {"asset": "asset", "vulnerability": "risk", "risk": "risk"}


_TYPE_WORDS = {
    T.TEXT: "a text", T.LONG_TEXT: "a long text", T.INTEGER: "a whole number", T.DECIMAL: "a number", T.BOOLEAN: "yes or no",
    T.TIMESTAMP: "a point in time", T.DATE: "a calendar date", T.EMAIL: "an e-mail address", T.URL: "a web address", T.IP_ADDRESS: "an IP address",
    T.HOSTNAME: "a host name", T.CVE: "a CVE id", T.CHOICE: "one of a list of values", T.REFERENCE: "a reference to another record",
}  # fmt: skip


def in_words(field: FieldSketch) -> str:
    """The kind of value as it reads in a sentence."""
    return _TYPE_WORDS[field.type or T.TEXT]


def without_unit(label: str) -> str:
    """The label without what it is measured in: "term in months" is also called "term"."""
    head, _, unit = label.rpartition(" in ")
    return head if unit in types.UNITS else label


def find_field(entity: EntitySketch, label: str) -> FieldSketch | None:
    """The entity's field that a label names, by the platform's name for it where it has one."""
    if entity.platform and label in HOSTNAMES:
        return entity.fields.get("dns")
    wanted = naming.singular(label)
    name = naming.field_name(label, entity.name)
    for field in entity.fields.values():
        if field.name == name or naming.singular(field.label) == wanted or field.label == label.removeprefix(entity.label + " "):
            return field
    stem = re.sub(r" (?:time|date|at|id)$", "", wanted)
    near = [f for f in entity.fields.values() if re.sub(r" (?:time|date|at|id)$", "", naming.singular(f.label)) == stem]
    if len(near) != 1:
        near = [f for f in entity.fields.values() if without_unit(f.label) == wanted]
    if len(near) != 1:
        near = [
            f
            for f in entity.fields.values()
            if re.fullmatch(rf"{re.escape(wanted)} (?:e-?mail|name|address|e-?mail address)", f.label)
        ]
    if len(near) != 1 and (kind := types.implied(wanted)) in _TELLING and re.fullmatch(_BARE_KIND, wanted):
        near = [f for f in entity.fields.values() if (f.type or types.implied(f.label)) is kind and not f.many]
    return near[0] if len(near) == 1 else None


def add_text_field(entity: EntitySketch, label: str, origin: Origin) -> FieldSketch:
    """A new field whose type its name decides."""
    field = FieldSketch(naming.field_name(label, entity.name), label, origin)
    entity.fields[field.name] = field
    return field


def decide_type(field: FieldSketch, entity: EntitySketch, sketch: Sketch) -> None:
    """Decide the kind of value of a field, whether it is a list, and what it refers to."""
    if field.references or field.type in (None, T.REFERENCE):
        _refer(field, entity, sketch)
    if field.choices:
        field.type = T.CHOICE
    if field.iso:
        _decide_code(field, sketch)
    if field.type is T.DECIMAL and types.implied(field.label) is T.INTEGER and "number" in field.label + " number":
        field.type = T.INTEGER if all(v is None or v == int(v) for v in (field.minimum, field.maximum)) else T.DECIMAL
    if field.type is None:
        field.drafted = True
        field.type = _implied(field, sketch)
    if field.drafted and field.name in entity.key and field.type in (T.DECIMAL, T.INTEGER, T.LONG_TEXT):
        field.type = T.TEXT
    if (
        field.drafted
        and field.label == "value"
        and any(f.label in ("type", "kind", "key", "setting") for f in entity.fields.values())
    ):
        field.type = T.TEXT
    if field.many is None:
        field.many = types.many_by_name(field.label, naming.is_plural(field.label)) and field.default is None
    if field.type is T.BOOLEAN and field.many:
        field.many = False


_ISO = (("4217|currenc", "[A-Z]{3}", "currency code of three capital letters"), ("639|language", "[a-z]{2}", "language code of two small letters"), ("3166|country|nation", "[A-Z]{2}", "country code of two capital letters"))  # fmt: skip
"""ISO 4217, 639-1 and 3166-1 alpha-2, by the form of their codes."""


def _decide_code(field: FieldSketch, sketch: Sketch) -> None:
    """The form of an ISO code, by its number or by what the field is called."""
    said = f"{field.iso} {field.label}"
    for about, pattern, meaning in _ISO:
        if re.search(about, said):
            field.pattern, field.type = pattern, T.TEXT
            sketch.assume(f"The {field.label} is an ISO {meaning}; whether such a code exists is not looked up.")
            return
    refuse(
        sketch, field.label, "Which ISO code is meant.", f"“{field.iso}” could be a country, a currency or a language.",
        f"Which ISO code is the {field.label}: of a country, a currency or a language?",
    )  # fmt: skip


def _implied(field: FieldSketch, sketch: Sketch) -> FieldType:
    bounded = [v for v in (field.minimum, field.maximum) if v is not None]
    by_name = types.implied(field.label)
    if bounded and by_name not in (T.INTEGER, T.DECIMAL):
        return T.INTEGER if all(v == int(v) for v in bounded) else T.DECIMAL
    if bounded and by_name is T.INTEGER and any(v != int(v) for v in bounded):
        return T.DECIMAL
    if field.default in ("true", "false", "yes", "no"):
        return T.BOOLEAN
    if field.default and by_name is None and re.fullmatch(r"-?\d+", field.default):
        return T.INTEGER
    if by_name is T.CHOICE:
        scale = next(values for word, values in types.SCALES.items() if field.label.endswith(word))
        field.choices = scale
        sketch.assume(f"The {field.label} is one of {', '.join(scale)}.")
        return T.CHOICE
    if by_name is None and any(v is not None for v in (field.pattern, field.min_length, field.max_length)):
        return T.TEXT
    if by_name is T.LONG_TEXT and field.max_length is not None and field.max_length <= 256:
        return T.TEXT
    return by_name or T.TEXT


def _refer(field: FieldSketch, entity: EntitySketch, sketch: Sketch) -> None:
    """Where the label names another kind of record, the field is a reference to it."""
    label = re.sub(r" (?:id|key|reference)s?$", "", (field.references or field.label).lower())
    words = label.split()
    heads = (
        [label, words[-1]]
        if len(words) == 1 or re.search(r"(?:ed|ing|new|old|parent|main|primary|related)$", words[0])
        else [label]
    )
    if len(words) > 1 and re.search(r"(?:ed|ing)$", words[-1]):
        heads.append(words[0])
    if len(words) > 1 and entity.label.endswith(words[0]):
        heads.append(" ".join(words[1:]))
    if label.startswith("parent ") or (label == "parent" and field.references is None):
        heads.append(entity.label)
    for head in heads:
        target = sketch.find(head) or (sketch.refer(head) if head == label else None)
        target = None if target is entity and head == label and field.type is not T.REFERENCE else target
        name = target.name if target else _PLATFORM_NOUNS.get(naming.singular(head))
        if name:
            field.type, field.references = T.REFERENCE, name
            if field.many is None:
                field.many = naming.is_plural(head)
            return
    if field.type is T.REFERENCE or field.references:
        target_label = field.references or field.label
        refuse(
            sketch, target_label, f"“{target_label}” as a kind of record of this feature or of the platform.",
            f"Looked for a kind of record named “{target_label}”.", f"What is a {target_label}: a kind of record with which fields, or just a text?",
        )  # fmt: skip
        field.type, field.references = T.TEXT, None


def say_types(entity: EntitySketch, sketch: Sketch) -> None:
    """Note which kinds of value were decided from names."""
    drafted = [f for f in entity.fields.values() if f.drafted and f.origin is not Origin.PLATFORM]
    if drafted:
        said = "; ".join(f"{f.label} is {'a list, each ' if f.many else ''}{in_words(f)}" for f in drafted)
        sketch.assume(f"Kinds of value of the {entity.label}, decided from the names: {said}.")
