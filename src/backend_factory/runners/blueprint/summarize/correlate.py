"""By what two kinds of record belong together: stated keys, or keys that both are known to have."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

from backend_factory.domain.feature import Correlation, FieldType, KeyPair, Origin
from backend_factory.runners.blueprint.summarize import naming
from backend_factory.runners.blueprint.summarize.keys import KEY_TYPES
from backend_factory.runners.blueprint.summarize.kinds import add_text_field, find_field
from backend_factory.runners.blueprint.summarize.platform import HOSTNAMES
from backend_factory.runners.blueprint.summarize.sketch import CorrelationSketch, EntitySketch, FieldSketch, Sketch, refuse
from backend_factory.runners.blueprint.summarize.types import implied

_MOST_KEYS = 3
_KNOWN = (FieldType.HOSTNAME, FieldType.IP_ADDRESS, FieldType.EMAIL, FieldType.CVE)


def prepare_keys(sketch: Sketch) -> None:
    """Before defaults are decided: a stated key is a field of both kinds of record, and a partner without fields gets a name."""
    for each in tuple(sketch.correlations):
        if each.relates and not each.keys and each.left not in sketch.ingestions and not _share(each, sketch):
            _refer(each, sketch)
    for each in sketch.correlations:
        for entity in (sketch.entities[each.left], sketch.entities[each.right]):
            bare = not entity.fields and entity.platform is None
            if bare:
                entity.fields["name"] = _field(entity, "name", Origin.ASSUMED)
                entity.fields["name"].required = True
            for key in each.keys:
                if find_field(entity, key) is None and not (entity.platform and key in HOSTNAMES | {"name"}):
                    added = _field(entity, key, Origin.STATED)
                    added.required = True if bare else added.required
            if bare:
                said = ", ".join(f.label for f in entity.fields.values())
                sketch.assume(f"The request names no fields of the {entity.label}, so it has: {said}.")


def _share(each: CorrelationSketch, sketch: Sketch) -> bool:
    """Whether both sides have, by their names, a field of a kind that tells records apart."""
    left, right = sketch.entities[each.left], sketch.entities[each.right]
    kinds = [
        {f.type or implied(f.label) for f in e.fields.values()} | ({FieldType.HOSTNAME} if e.platform else set())
        for e in (left, right)
    ]
    return bool(kinds[0] & kinds[1] & set(_KNOWN)) or bool(set(left.fields) & set(right.fields) - {"name"})


def _refer(each: CorrelationSketch, sketch: Sketch) -> None:
    """Records that are linked without any key to find each other by: the one names the other."""
    left, right = sketch.entities[each.left], sketch.entities[each.right]
    sketch.correlations.remove(each)
    label = right.plural if each.many else right.label
    field = add_text_field(left, label, Origin.STATED)
    field.type, field.references, field.many, field.required = FieldType.REFERENCE, right.label, each.many, False
    sketch.assume(
        f"{naming.with_article(left.label).capitalize()} names the {label} it is linked to; nothing tells the service which they are."
    )
    if right.platform and not right.fields and set(right.demands) <= {each.piece}:
        del sketch.entities[right.name]


def correlations(sketch: Sketch) -> tuple[Correlation, ...]:
    """The correlations with their key pairs; one without a key is added to the refusals."""
    found: dict[tuple[str, str], Correlation] = {}
    for each in sketch.correlations:
        left, right = sketch.entities[each.left], sketch.entities[each.right]
        stated = _stated(each, left, right, sketch)
        pairs = stated if each.keys else _known(left, right, sketch)
        if not pairs:
            if not each.keys:
                refuse(
                    sketch, f"{left.plural} with {right.plural}", "The field whose equal values say that two records belong together.",
                    f"Looked for a field that {left.plural} and {right.plural} have in common.", f"By which field do {left.plural} and {right.plural} belong together?",
                )  # fmt: skip
            continue
        origin = Origin.STATED if each.keys else Origin.PLATFORM if left.platform and right.platform else Origin.ASSUMED
        found.setdefault((left.name, right.name), Correlation(left=left.name, right=right.name, keys=pairs, origin=origin))
    return tuple(found.values())


def _stated(each: CorrelationSketch, left: EntitySketch, right: EntitySketch, sketch: Sketch) -> tuple[KeyPair, ...]:
    pairs = []
    for key in each.keys:
        one, other = find_field(left, key), find_field(right, key)
        if one is None or other is None or one.many or other.many or one.type not in KEY_TYPES or other.type not in KEY_TYPES:
            refuse(
                sketch, key, "A key that is one short text on both sides.", f"Looked at {key} of {left.plural} and of {right.plural}.",
                f"“{key}” is not one short text on both sides; by which field do {left.plural} and {right.plural} belong together?",
            )  # fmt: skip
            continue
        pairs.append(KeyPair(left=one.name, right=other.name))
    if len(pairs) > 1 and not each.any_key:
        sketch.assume(
            f"{left.plural.capitalize()} and {right.plural} belong together where any one of {', '.join(each.keys)} is equal."
        )
    if len(pairs) > _MOST_KEYS:
        refuse(
            sketch,
            ", ".join(each.keys),
            "At most three keys.",
            f"{len(pairs)} keys are named.",
            "Which three keys matter most?",
            unsupported=True,
        )
    return tuple(pairs[:_MOST_KEYS])


def _known(left: EntitySketch, right: EntitySketch, sketch: Sketch) -> tuple[KeyPair, ...]:
    if left.platform and right.platform:
        pairs: tuple[KeyPair, ...] = (KeyPair(left="dns", right="dns"),)
        why = "as the platform relates them"
    else:
        pairs = _same_name(left, right) or _same_type(left, right)
        why = "which both have"
    if pairs:
        said = ", ".join(left.fields[p.left].label for p in pairs)
        sketch.assume(
            f"{left.plural.capitalize()} and {right.plural} belong together where the {said} is equal, {why}; letter case does not count."
        )
    return pairs


def _same_name(left: EntitySketch, right: EntitySketch) -> tuple[KeyPair, ...]:
    names = [
        f.name
        for f in left.fields.values()
        if (other := right.fields.get(f.name)) and f.type is other.type and not f.many and not other.many
        and (f.type in _KNOWN or (f.type is FieldType.TEXT and (f.unique or other.unique or f.name in left.key + right.key) and f.name != "name"))
    ]  # fmt: skip
    return tuple(KeyPair(left=n, right=n) for n in names[:_MOST_KEYS])


def _same_type(left: EntitySketch, right: EntitySketch) -> tuple[KeyPair, ...]:
    for type_ in _KNOWN:
        ours, theirs = ([f for f in e.fields.values() if f.type is type_ and not f.many] for e in (left, right))
        if len(ours) == 1 and len(theirs) == 1:
            return (KeyPair(left=ours[0].name, right=theirs[0].name),)
    return ()


def _field(entity: EntitySketch, label: str, origin: Origin) -> FieldSketch:
    field = add_text_field(entity, label, origin)
    field.many = False
    if implied(label) is None:
        field.type = FieldType.TEXT
    return field
