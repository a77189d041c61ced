"""What the words leave open is decided here, by stated defaults, each noted as an assumption."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

from backend_factory.domain.feature import FieldType, Operation, Origin
from backend_factory.runners.blueprint.summarize import naming
from backend_factory.runners.blueprint.summarize.keys import decide_key
from backend_factory.runners.blueprint.summarize.kinds import decide_type, find_field, say_types
from backend_factory.runners.blueprint.summarize.operations import ALL
from backend_factory.runners.blueprint.summarize.ordering import decide_orders, decide_sorts, wished
from backend_factory.runners.blueprint.summarize.platform import add_platform_fields, is_business_risk
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, FieldSketch, Sketch, refuse
from backend_factory.runners.blueprint.summarize.together import decide_together

T = FieldType


def complete(sketch: Sketch) -> None:
    """Decide everything that is still open in `sketch`; what cannot be decided is added to its refusals."""
    for entity in sketch.entities.values():
        _drop(entity)
        if is_business_risk(entity):
            entity.platform = None
            sketch.assume("A risk here is an entry of a risk register, not a vulnerability of a host as the platform knows it.")
        add_platform_fields(entity)
    _own(sketch)
    for entity in sketch.entities.values():
        if not entity.fields:
            _usual_fields(entity, sketch)
        for field in entity.fields.values():
            decide_type(field, entity, sketch)
        say_types(entity, sketch)
    for entity in sketch.entities.values():
        _decide_operations(entity, sketch)
        decide_together(entity, sketch)
        decide_key(entity, sketch)
        decide_orders(entity, sketch)
        decide_sorts(entity, sketch)
        _decide_required(entity, sketch)
        _decide_defaults(entity, sketch)
        _decide_filters(entity, sketch)
        _decide_changes(entity, sketch)


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
                related=True,
            ),
            **entity.fields,
        }
        sketch.assume(f"Each {entity.label} belongs to one {owner.label}, given when it is created.")


def _usual_fields(entity: EntitySketch, sketch: Sketch) -> None:
    entity.fields["name"] = FieldSketch("name", "name", Origin.ASSUMED, T.TEXT, required=True)
    entity.fields["description"] = FieldSketch("description", "description", Origin.ASSUMED, T.LONG_TEXT, required=False)
    sketch.assume(f"No fields of the {entity.label} are named, so it has a required name and an optional description.")


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


def _decide_required(entity: EntitySketch, sketch: Sketch) -> None:
    open_fields = [f for f in entity.fields.values() if f.required is None and f.origin is not Origin.PLATFORM]
    said = [
        f
        for f in entity.fields.values()
        if f.required is not None
        and f.origin is Origin.STATED
        and f.name not in entity.key
        and not (f.sorted_by or f.related or (f.many and f.required))
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
        field = find_field(entity, label) or wished(entity, label, "filtered", sketch)
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
    if entity.changeable:
        _fix_others(entity, sketch)
    changes = {Operation.UPDATE, Operation.REPLACE} & entity.named_operations
    if changes and all(field.immutable for field in entity.fields.values()):
        entity.named_operations -= changes
        sketch.assume(
            f"Nothing of {naming.with_article(entity.label)} can change once it is there, so there is no way to change one."
        )


def _fix_others(entity: EntitySketch, sketch: Sketch) -> None:
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
