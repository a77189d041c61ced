"""What the words leave open is decided here, by stated defaults, each noted as an assumption."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.domain.assignment import Blocked
from backend_factory.domain.feature import FieldType, Operation, Origin
from backend_factory.runners.blueprint.summarize import naming, types
from backend_factory.runners.blueprint.summarize.operations import ALL
from backend_factory.runners.blueprint.summarize.platform import HOSTNAMES, add_platform_fields
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, FieldSketch, Sketch

T = FieldType
KEY_TYPES = frozenset({T.TEXT, T.EMAIL, T.HOSTNAME, T.IP_ADDRESS, T.CVE})
"""Types that a natural key or a correlation may be made of."""
_SORTABLE = frozenset(
    {T.TEXT, T.INTEGER, T.DECIMAL, T.TIMESTAMP, T.DATE, T.EMAIL, T.HOSTNAME, T.IP_ADDRESS, T.CVE, T.CHOICE, T.URL}
)
_ORDERED = frozenset({T.TIMESTAMP, T.DATE, T.INTEGER, T.DECIMAL})
_PAIRS = (
    ("start", "end"),
    ("starts", "ends"),
    ("begin", "end"),
    ("from", "to"),
    ("from", "until"),
    ("opens", "closes"),
    ("open", "close"),
    ("minimum", "maximum"),
    ("min", "max"),
)
_IDENTIFYING = re.compile(r"\b(serial|code|number|identifier|external id|reference|sku|isbn|vin|slug|uid|id)\b")
_ADDRESS = re.compile(r"\b(host ?names?|host|ip address|email|name|title)$")
_PLATFORM_NOUNS = {"asset": "asset", "vulnerability": "risk", "risk": "risk"}
_TYPE_WORDS = {
    T.TEXT: "a text", T.LONG_TEXT: "a long text", T.INTEGER: "a whole number", T.DECIMAL: "a number", T.BOOLEAN: "yes or no",
    T.TIMESTAMP: "a point in time", T.DATE: "a calendar date", T.EMAIL: "an e-mail address", T.URL: "a web address", T.IP_ADDRESS: "an IP address",
    T.HOSTNAME: "a host name", T.CVE: "a CVE id", T.CHOICE: "one of a list of values", T.REFERENCE: "a reference to another record",
}  # fmt: skip


def complete(sketch: Sketch) -> None:
    """Decide everything that is still open in `sketch`; what cannot be decided is added to its refusals."""
    for entity in sketch.entities.values():
        _drop(entity)
        add_platform_fields(entity)
    _own(sketch)
    for entity in sketch.entities.values():
        if not entity.fields:
            _usual_fields(entity, sketch)
        for field in entity.fields.values():
            _decide_type(field, entity, sketch)
        _say_types(entity, sketch)
    for entity in sketch.entities.values():
        _decide_operations(entity, sketch)
        _decide_key(entity, sketch)
        _decide_orders(entity, sketch)
        _decide_sorts(entity, sketch)
        _decide_required(entity, sketch)
        _decide_defaults(entity, sketch)
        _decide_filters(entity, sketch)
        _decide_changes(entity, sketch)


def refuse(sketch: Sketch, demand: str, needed: str, tried: str, question: str, *, unsupported: bool = False) -> None:
    """Note something that only a person can decide."""
    sketch.refusals.append(
        Blocked(
            reason="unsupported_demand" if unsupported else "ambiguous",
            demand=demand,
            needed=needed,
            tried=(tried,),
            question=question,
        )
    )


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
    return near[0] if len(near) == 1 else None


def add_text_field(entity: EntitySketch, label: str, origin: Origin) -> FieldSketch:
    """A new field whose type its name decides."""
    field = FieldSketch(naming.field_name(label, entity.name), label, origin)
    entity.fields[field.name] = field
    return field


def _drop(entity: EntitySketch) -> None:
    for name in entity.dropped_fields:
        entity.fields.pop(name, None)


def _own(sketch: Sketch) -> None:
    """Each child of an ownership holds a reference to its parent."""
    for child, parent, possessive in sketch.owners:
        if child not in sketch.entities or parent not in sketch.entities:
            continue
        entity, owner = sketch.entities[child], sketch.entities[parent]
        if any(f.references == owner.label or naming.singular(f.label) == owner.label for f in entity.fields.values()):
            continue
        entity.fields = {
            naming.field_name(owner.label, entity.name): FieldSketch(
                naming.field_name(owner.label, entity.name),
                owner.label,
                Origin.ASSUMED if possessive else Origin.STATED,
                T.REFERENCE,
                required=True,
                references=owner.label,
            ),
            **entity.fields,
        }
        sketch.assume(f"Each {entity.label} belongs to one {owner.label}, given when it is created.")


def _usual_fields(entity: EntitySketch, sketch: Sketch) -> None:
    entity.fields["name"] = FieldSketch("name", "name", Origin.ASSUMED, T.TEXT, required=True)
    entity.fields["description"] = FieldSketch("description", "description", Origin.ASSUMED, T.LONG_TEXT, required=False)
    sketch.assume(f"No fields of the {entity.label} are named, so it has a required name and an optional description.")


def _decide_type(field: FieldSketch, entity: EntitySketch, sketch: Sketch) -> None:
    if field.references or field.type in (None, T.REFERENCE):
        _refer(field, entity, sketch)
    if field.choices:
        field.type = T.CHOICE
    if field.type is T.DECIMAL and types.implied(field.label) is T.INTEGER and "number" in field.label + " number":
        field.type = T.INTEGER if all(v is None or v == int(v) for v in (field.minimum, field.maximum)) else T.DECIMAL
    if field.type is None:
        field.drafted = True
        field.type = _implied(field, sketch)
    if field.many is None:
        field.many = types.many_by_name(field.label, naming.is_plural(field.label)) and field.default is None
    if field.type is T.BOOLEAN and field.many:
        field.many = False


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
    if label.startswith("parent ") or (label == "parent" and field.references is None):
        heads.append(entity.label)
    for head in heads:
        target = sketch.find(head) or (sketch.refer(head) if head == label else None)
        target = None if target is entity and head == label else target
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


def _say_types(entity: EntitySketch, sketch: Sketch) -> None:
    drafted = [f for f in entity.fields.values() if f.drafted and f.origin is not Origin.PLATFORM]
    if drafted:
        said = "; ".join(f"{f.label} is {'a list, each ' if f.many else ''}{_TYPE_WORDS[f.type or T.TEXT]}" for f in drafted)
        sketch.assume(f"Kinds of value of the {entity.label}, decided from the names: {said}.")


def _decide_operations(entity: EntitySketch, sketch: Sketch) -> None:
    ingested = entity.name in sketch.ingestions
    wanted = set(entity.named_operations) or set(ALL)
    if entity.named_operations and not entity.only and wanted != ALL and Operation.READ not in wanted:
        wanted.add(Operation.READ)
    if entity.named_operations and wanted != ALL:
        said = ", ".join(o.value for o in Operation if o in wanted)
        sketch.assume(f"Only what is named can be done with {entity.plural}: {said}.")
    wanted -= entity.dropped_operations
    if Operation.CREATE not in wanted and not ingested:
        refuse(
            sketch, entity.label, f"A way for {entity.plural} to come in.", "Kept to the operations that the request names.",
            f"Nothing may create {entity.plural}; where do they come from: shall they be created one by one or arrive in batches?",
        )  # fmt: skip
    if ingested:
        wanted.add(Operation.INGEST)
    entity.named_operations = wanted


def _decide_key(entity: EntitySketch, sketch: Sketch) -> None:
    if not entity.key and entity.name in sketch.ingestions:
        entity.key = _chosen_key(entity, sketch)
    for name in entity.key:
        field = entity.fields[name]
        if field.many or field.type not in KEY_TYPES:
            refuse(
                sketch, field.label, "A key made of texts: names, codes, addresses.", f"{field.label} is {_TYPE_WORDS[field.type or T.TEXT]}.",
                f"What text identifies a {entity.label}? {field.label} cannot be part of a key.", unsupported=True,
            )  # fmt: skip
        if field.required is False:
            sketch.assume(f"The {field.label} identifies a {entity.label}, so it is required.")
        field.required, field.immutable, field.default, field.unique = True, True, None, False


def _chosen_key(entity: EntitySketch, sketch: Sketch) -> tuple[str, ...]:
    usable = [f for f in entity.fields.values() if f.type in KEY_TYPES and not f.many]
    moments = [f for f in entity.fields.values() if f.type is T.TIMESTAMP]
    """A record with a point in time is an event: an address or a name does not tell it from the next one."""
    by_rule = (
        [f for f in usable if f.unique]
        or [f for f in usable if _IDENTIFYING.search(f.label)]
        or ([] if moments else [f for f in usable if _ADDRESS.search(f.label)])
    )
    if not by_rule:
        refuse(
            sketch, entity.label, f"The field or fields that tell one {entity.label} from another when it arrives again.",
            "Looked for a unique field, a code, a number, an address or a name among its fields.", f"By what is a {entity.label} identified when it arrives again?",
        )  # fmt: skip
        return ()
    sketch.assume(f"A {entity.label} that arrives again is known by its {by_rule[0].label}; it replaces the earlier one.")
    return (by_rule[0].name,)


def _decide_orders(entity: EntitySketch, sketch: Sketch) -> None:
    for earlier, later, _ in entity.orders:
        for name in (earlier, later):
            field = entity.fields.get(name)
            if field is None or field.many or field.type not in _ORDERED:
                label = field.label if field else name
                refuse(
                    sketch,
                    label,
                    "Two times, dates or numbers to put in order.",
                    f"{label} is no time, date or number.",
                    f"What kind of value is {label}?",
                )
    stated = {frozenset(order[:2]) for order in entity.orders}
    for one in entity.fields.values():
        other = _partner(one, entity)
        if other and one.type is other.type and one.type in _ORDERED and frozenset((one.name, other.name)) not in stated:
            or_equal = one.type is not T.TIMESTAMP
            entity.orders.append((one.name, other.name, or_equal))
            entity.assumed_orders.add((one.name, other.name))
            sketch.assume(
                f"The {one.label} of a {entity.label} comes before its {other.label}{' or is equal to it' if or_equal else ''}."
            )


def _partner(one: FieldSketch, entity: EntitySketch) -> FieldSketch | None:
    for first, second in _PAIRS:
        swapped = re.sub(rf"\b{first}\b", second, one.label)
        if swapped != one.label:
            found = next((f for f in entity.fields.values() if f.label == swapped), None)
            if found and not one.many and not found.many:
                return found
    return None


def _decide_sorts(entity: EntitySketch, sketch: Sketch) -> None:
    names: list[str] = []
    for label in entity.sorts:
        field = find_field(entity, label) or _wished(entity, label, "sorted", sketch)
        if field.type not in _SORTABLE or field.many or (field.type is T.TEXT and (field.max_length or 0) > 256):
            refuse(
                sketch,
                label,
                "A single short value to sort by.",
                f"{field.label} is {_TYPE_WORDS[field.type or T.TEXT]}.",
                f"By what else should {entity.plural} be sorted?",
                unsupported=True,
            )
            continue
        if field.required is False or field.default is not None:
            refuse(
                sketch,
                label,
                "A value that every record has.",
                f"{field.label} may be left out.",
                f"Shall {field.label} be required, or shall {entity.plural} not be sorted by it?",
            )
            continue
        if field.required is None:
            field.required = field.sorted_by = True
            sketch.assume(f"Lists are sorted by {field.label}, so every {entity.label} has one.")
        if field.type is T.CHOICE:
            sketch.assume(f"Sorting by {field.label} goes by the letters of its values.")
        if field.name not in names:
            names.append(field.name)
    if len(names) > 2:
        refuse(
            sketch,
            entity.sorts[2],
            "At most two fields to sort by, besides the times of creation and change.",
            f"{len(names)} fields are named.",
            f"By which two fields should {entity.plural} be sorted?",
            unsupported=True,
        )
    if names:
        said = " and ".join(entity.fields[name].label for name in names)
        sketch.assume(
            f"Lists of {entity.plural} come in the order of creation unless sorting by {said}, rising or falling, is asked for."
        )
    entity.sorts = names


def _wished(entity: EntitySketch, label: str, why: str, sketch: Sketch) -> FieldSketch:
    field = add_text_field(entity, label, Origin.ASSUMED)
    _decide_type(field, entity, sketch)
    sketch.assume(f"Lists of {entity.plural} are {why} by {label}, so {label} is a field ({_TYPE_WORDS[field.type or T.TEXT]}).")
    return field


def _decide_required(entity: EntitySketch, sketch: Sketch) -> None:
    open_fields = [f for f in entity.fields.values() if f.required is None and f.origin is not Origin.PLATFORM]
    said = [
        f
        for f in entity.fields.values()
        if f.required is not None and f.origin is Origin.STATED and f.name not in entity.key and not f.sorted_by
    ]
    says_required, says_optional = any(f.required for f in said), any(f.required is False for f in said)
    for field in open_fields:
        plain = not field.many and field.type not in (T.BOOLEAN, T.LONG_TEXT) and field.default is None
        if field.type is T.REFERENCE and field.references == entity.name:
            field.required = False
        elif field.type is T.REFERENCE and field.references in sketch.entities and not field.many and not says_required:
            field.required = True
        elif says_required or entity.platform:
            field.required = False
        else:
            field.required = plain or (says_optional and field.default is None and field.type is not T.BOOLEAN and not field.many)
        if field.default is not None:
            field.required = False
    if open_fields and not entity.platform:
        required = [f.label for f in open_fields if f.required]
        optional = [f.label for f in open_fields if not f.required]
        parts = ([f"{', '.join(required)} must be given"] if required else []) + (
            [f"{', '.join(optional)} may be left out"] if optional else []
        )
        sketch.assume(f"Where the words do not say so, of {naming.with_article(entity.label)} {' and '.join(parts)}.")


def _decide_defaults(entity: EntitySketch, sketch: Sketch) -> None:
    for field in entity.fields.values():
        if field.type is T.BOOLEAN and field.default is None and not field.required:
            field.default = "false"
            sketch.assume(
                f"{field.label[0].upper()}{field.label[1:]} of {naming.with_article(entity.label)} is no (false) where it is left out."
            )
        if field.default is not None:
            field.required = False


def _decide_filters(entity: EntitySketch, sketch: Sketch) -> None:
    names = []
    for label in entity.filters:
        field = find_field(entity, label) or _wished(entity, label, "filtered", sketch)
        if field.required is None:
            field.required = False
        names.append(field.name)
        if field.type is T.LONG_TEXT:
            refuse(
                sketch,
                label,
                "A short value to filter by: lists are narrowed by equality.",
                f"{field.label} is a long text.",
                f"By what else should {entity.plural} be filtered?",
                unsupported=True,
            )
    usual = [f for f in entity.fields.values() if f.type in (T.CHOICE, T.BOOLEAN, T.REFERENCE) and f.name not in names]
    if Operation.LIST not in entity.named_operations:
        entity.filters, entity.sorts = [], []
        return
    if usual:
        sketch.assume(f"Lists of {entity.plural} can also be narrowed by {', '.join(f.label for f in usual)}.")
    entity.filters = list(dict.fromkeys([*names, *(f.name for f in usual)]))


def _decide_changes(entity: EntitySketch, sketch: Sketch) -> None:
    if not entity.changeable:
        return
    fields = [find_field(entity, label) for label in entity.changeable]
    if any(f is None for f in fields):
        refuse(
            sketch,
            ", ".join(entity.changeable),
            "The names of fields.",
            f"Looked for them among the fields of the {entity.label}.",
            f"Which fields of a {entity.label} may change?",
        )
        return
    free = {f.name for f in fields if f}
    for field in entity.fields.values():
        field.immutable = field.name not in free
