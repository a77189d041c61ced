"""What tells one record from another: the stated natural key, or one that batches need."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re

from backend_factory.domain.feature import FieldType
from backend_factory.runners.blueprint.summarize.kinds import in_words
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, Sketch, refuse

T = FieldType


KEY_TYPES = frozenset({T.TEXT, T.EMAIL, T.HOSTNAME, T.IP_ADDRESS, T.CVE})
"""Types that a natural key or a correlation may be made of."""


_IDENTIFYING = re.compile(r"\b(serial|code|number|identifier|external id|reference|sku|isbn|vin|slug|uid|id)\b")


_ADDRESS = re.compile(r"\b(host ?names?|host|ip address|email|name|title)$")


def decide_key(entity: EntitySketch, sketch: Sketch) -> None:
    """Make the parts of the natural key required and fixed; an entity that arrives in batches gets one."""
    if not entity.key and entity.name in sketch.ingestions:
        entity.key = _chosen_key(entity, sketch)
    for name in entity.key:
        field = entity.fields[name]
        if field.many or field.type not in KEY_TYPES:
            refuse(
                sketch, field.label, "A key made of texts: names, codes, addresses.", f"{field.label} is {in_words(field)}.",
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
