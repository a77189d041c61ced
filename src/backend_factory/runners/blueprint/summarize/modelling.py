"""The completed sketch becomes the feature model."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.domain.feature import Entity, FeatureModel, Field, FieldType, Ingestion, Operation, OrderRule, Origin, Scalar
from backend_factory.runners.blueprint.summarize import naming
from backend_factory.runners.blueprint.summarize.correlate import correlations
from backend_factory.runners.blueprint.summarize.platform import describe
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, FieldSketch, Sketch, refuse

_TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})
_LENGTHS = {FieldType.TEXT: 256, FieldType.LONG_TEXT: 4096}
MOST_ENTITIES = 8
MOST_FIELDS = 40


def model(sketch: Sketch, title: str) -> FeatureModel | None:
    """The feature model; None where something in it has to be refused (the sketch's refusals say what)."""
    _check_size(sketch)
    found = correlations(sketch)
    entities = tuple(_entity(each, sketch) for each in sketch.entities.values())
    if sketch.refusals:
        return None
    sizes = [int(target) for name, target in sketch.promises if name == "max_batch"]
    most = min(sizes[-1], 1000) if sizes else 100
    if sketch.ingestions and not sizes:
        sketch.assume(f"A batch holds 1 to {most} records; what fails three times is put aside as a dead letter.")
    ingestions = tuple(Ingestion(entity=name, max_batch=most) for name in sketch.ingestions)
    stem = re.sub(r"\b(?:api|service|backend|endpoints?|microservice)s?$", "", title.lower().strip()).strip()
    name = naming.identifier(stem) or naming.identifier(title) or entities[0].name
    return FeatureModel(name=naming.entity_name(name), entities=entities, correlations=found, ingestions=ingestions)


def _check_size(sketch: Sketch) -> None:
    if len(sketch.entities) > MOST_ENTITIES:
        said = ", ".join(e.plural for e in sketch.entities.values())
        refuse(
            sketch, next(iter(sketch.entities.values())).label, f"A feature of at most {MOST_ENTITIES} kinds of record.", f"Read {len(sketch.entities)} kinds: {said[:300]}.",
            f"The request names {len(sketch.entities)} kinds of record. Which {MOST_ENTITIES} belong to the first feature?",
        )  # fmt: skip
    for each in sketch.entities.values():
        if len(each.fields) > MOST_FIELDS:
            refuse(
                sketch, each.label, f"At most {MOST_FIELDS} fields of a {each.label}.", f"Read {len(each.fields)} fields.",
                f"A {each.label} would have {len(each.fields)} fields. Which {MOST_FIELDS} are needed first?",
            )  # fmt: skip


def _entity(each: EntitySketch, sketch: Sketch) -> Entity:
    rules = tuple(
        OrderRule(
            earlier=a, later=b, or_equal=or_equal, origin=Origin.ASSUMED if (a, b) in each.assumed_orders else Origin.STATED
        )
        for a, b, or_equal in each.orders
    )
    return Entity(
        name=each.name,
        label=each.label,
        plural=each.plural,
        description=describe(each.platform),
        fields=tuple(_field(f, each, sketch) for f in each.fields.values()),
        rules=rules,
        operations=tuple(o for o in Operation if o in each.named_operations),
        key=each.key,
        filters=tuple(each.filters),
        sorts=tuple(each.sorts),
        platform=each.platform,
        origin=each.origin,
    )


def _field(f: FieldSketch, entity: EntitySketch, sketch: Sketch) -> Field:
    kind = f.type or FieldType.TEXT
    numeric = kind in (FieldType.INTEGER, FieldType.DECIMAL)
    minimum = f.minimum
    if numeric and f.positive and minimum is not None:
        minimum = minimum + 1 if kind is FieldType.INTEGER else minimum + 0.01
        if kind is FieldType.DECIMAL:
            sketch.assume(f"The smallest {f.label} of {naming.with_article(entity.label)} is {minimum:g}.")
    text = kind in _TEXTS
    _check_facets(f, entity, kind, minimum, sketch)
    return Field(
        name=f.name,
        label=f.label,
        type=kind,
        many=bool(f.many),
        max_items=f.max_items or 100,
        required=bool(f.required),
        unique=f.unique,
        immutable=f.immutable,
        choices=f.choices if kind is FieldType.CHOICE else (),
        default=_scalar(f, entity, kind, sketch),
        minimum=minimum if numeric else None,
        maximum=f.maximum if numeric else None,
        min_length=(f.min_length if f.min_length is not None else 1 if f.required else None) if text else None,
        max_length=(f.max_length or _LENGTHS[kind]) if text else None,
        pattern=_pattern(f, sketch) if text else None,
        references=f.references if kind is FieldType.REFERENCE else None,
        origin=f.origin,
    )


def _check_facets(f: FieldSketch, entity: EntitySketch, kind: FieldType, minimum: float | None, sketch: Sketch) -> None:
    numeric = kind in (FieldType.INTEGER, FieldType.DECIMAL)
    problems = (
        ((f.minimum is not None or f.maximum is not None) and not numeric, "a range", "a number"),
        (
            (f.min_length is not None or f.max_length is not None or f.pattern is not None) and kind not in _TEXTS,
            "a length or a pattern",
            "a text",
        ),
        (
            bool(minimum is not None and f.maximum is not None and minimum > f.maximum),
            "a range",
            "a range whose least value is not above its greatest",
        ),
        (
            bool(f.min_length is not None and f.max_length is not None and f.min_length > f.max_length),
            "a length",
            "a length that can be met",
        ),
        (f.unique and bool(f.many or kind in (FieldType.LONG_TEXT, FieldType.BOOLEAN)), "uniqueness", "one short value"),
        (bool(f.max_length is not None and not 1 <= f.max_length <= 65536), "a length", "a length from 1 to 65,536"),
        (
            any(not re.fullmatch(r"[^\x00-\x1f#\"]{1,64}", c) for c in f.choices),
            "a list of values",
            "values of up to 64 printable characters",
        ),
    )
    for wrong, facet, wanted in problems:
        if wrong:
            refuse(
                sketch, f.label, f"{facet[0].upper()}{facet[1:]} that fits: it needs {wanted}.", f"{f.label} of a {entity.label} is {kind.value.replace('_', ' ')}.",
                f"The {f.label} of a {entity.label} has {facet} that does not fit its kind of value ({kind.value.replace('_', ' ')}). What is meant?",
            )  # fmt: skip


def _scalar(f: FieldSketch, entity: EntitySketch, kind: FieldType, sketch: Sketch) -> Scalar | None:
    if f.default is None or f.required:
        return None
    raw = f.default.strip()
    value: Scalar | None = None
    if kind is FieldType.BOOLEAN and raw.lower() in ("true", "false", "yes", "no", "on", "off"):
        value = raw.lower() in ("true", "yes", "on")
    elif kind is FieldType.INTEGER and re.fullmatch(r"[-+]?\d{1,18}", raw):
        value = int(raw)
    elif kind is FieldType.DECIMAL and re.fullmatch(r"[-+]?\d{1,15}(?:\.\d{1,15})?", raw):
        value = float(raw)
    elif kind is FieldType.CHOICE:
        value = next((c for c in f.choices if c.lower() == raw.lower()), None)
    elif kind in _TEXTS and raw and len(raw) <= (f.max_length or _LENGTHS[kind]):
        value = raw
    below = (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and ((f.minimum is not None and value < f.minimum) or (f.maximum is not None and value > f.maximum))
    )
    if value is None or below or f.many:
        refuse(
            sketch, f.label, f"A default that the {f.label} allows.", f"“{raw[:100]}” is no {kind.value.replace('_', ' ')} that the {f.label} of a {entity.label} allows.",
            f"What is the {f.label} of a {entity.label} where it is left out?",
        )  # fmt: skip
        return None
    return value


def _pattern(f: FieldSketch, sketch: Sketch) -> str | None:
    if f.pattern is None:
        return None
    whole = f.pattern.removeprefix("^")
    if whole.endswith("$") and not whole.endswith("\\$"):
        whole = whole[:-1]
    whole = whole if "|" not in whole else f.pattern
    try:
        re.compile(whole)
        usable = not re.search(r"\(\?(?!:)|\\[1-9kpPXuZAzbBGR]", whole) and 0 < len(whole) <= 200
    except (re.error, OverflowError, RecursionError):
        usable = False
    if not usable:
        refuse(
            sketch, f.pattern, "A pattern without look-around and back references.", "Read it as an RE2 expression.",
            f"Which simple pattern should the {f.label} match? “{f.pattern[:100]}” cannot be used.",
        )  # fmt: skip
        return None
    return whole
