"""What can be observed from outside: the acceptance criteria of an entity, a batch and a correlation."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

from collections.abc import Iterator
from typing import NamedTuple

from backend_factory.domain.deliverable import Behaviour
from backend_factory.domain.feature import Correlation, Entity, FeatureModel, Field, FieldType, Ingestion, Operation
from backend_factory.runners.blueprint.summarize.examples import bad, good, record
from backend_factory.runners.blueprint.summarize.naming import with_article

B = Behaviour
_a = with_article
O = Operation  # noqa: E741


class Observation(NamedTuple):
    """A criterion before it has its number."""

    behaviour: Behaviour
    entity: str
    given: str
    when: str
    then: str
    field: str = ""


def keeping(entity: Entity) -> Iterator[Observation]:
    """Creating, reading, changing and deleting single records, by the entity's operations."""
    ops, one, name = entity.operations, entity.label, entity.name
    kept = f"{_a(one)} exists"
    if O.CREATE in ops:
        yield Observation(B.CREATED, name, "a signed-in person of a tenant", f"they create {_a(one)} with {record(entity)}", f"the answer holds the {one} with the values given, an id, version 1 and its times of creation and last change")  # fmt: skip
    if O.READ in ops:
        yield Observation(
            B.READ, name, kept, "its tenant reads it by its id", f"the answer holds the same values as when the {one} was stored"
        )
        yield Observation(B.ABSENT, name, f"no {one} has the id “absent”", "that id is read", "the answer is “not found”")
    if O.REPLACE in ops:
        yield Observation(
            B.REPLACED,
            name,
            kept,
            "all its values are replaced",
            "the answer holds the new values and version 2; what was left out is empty or its default",
        )
    if O.UPDATE in ops:
        yield Observation(
            B.UPDATED,
            name,
            kept,
            "one value is changed",
            "the answer holds the new value, every other value as before, and version 2",
        )
    if {O.REPLACE, O.UPDATE, O.DELETE} & set(ops):
        yield Observation(
            B.STALE_REFUSED,
            name,
            f"{_a(one)} with version 2",
            "a change is asked for that says it is based on version 1",
            "it is refused as out of date, and nothing changes",
        )
    if O.DELETE in ops:
        yield Observation(B.DELETED, name, kept, "it is deleted", "it is “not found” from then on, and in no list")


def refusing(entity: Entity) -> Iterator[Observation]:
    """What is decided for, and refused from, a record that comes in."""
    if O.CREATE in entity.operations:
        for field in entity.fields:
            yield from _field_rules(entity, field)
        yield from _orders(entity)
        yield Observation(B.UNKNOWN_REFUSED, entity.name, f"{_a(entity.label)} with a value named “surprise” besides its own", "it is created", "it is refused as invalid, and the answer names “surprise”")  # fmt: skip
        yield from _duplicates(entity)
    if {O.REPLACE, O.UPDATE} & set(entity.operations):
        for field in entity.fields:
            if field.immutable:
                yield Observation(B.CHANGE_REFUSED, entity.name, f"{_a(entity.label)} whose {field.label} is set", f"another {field.label} is given to it", f"it is refused as invalid, the answer names {field.label}, and nothing changes", field.name)  # fmt: skip


def listing(entity: Entity) -> Iterator[Observation]:
    """Lists: whole, narrowed, sorted, page by page."""
    if O.LIST not in entity.operations:
        return
    many, name = entity.plural, entity.name
    yield Observation(
        B.LISTED,
        name,
        f"2 {many} of a tenant",
        f"the tenant lists its {many}",
        "both are in the answer, in the order of their creation",
    )
    yield Observation(
        B.PAGED,
        name,
        f"3 {many} of a tenant",
        "it lists them 2 at a time and asks for the next page until there is none",
        "it gets 2, then 1, and each exactly once",
    )
    for field in map(entity.field, entity.filters):
        held = "lists hold different values" if field.many else "values differ"
        yield Observation(B.FILTERED, name, f"2 {many} whose {field.label} {held}", f"{many} are listed by one {field.label}", f"exactly the one with that {field.label} is in the answer", field.name)  # fmt: skip
    for field in map(entity.field, entity.sorts):
        yield Observation(B.SORTED, name, f"3 {many} with different values of {field.label}", f"they are listed by {field.label}, rising and then falling", f"their {field.label} rises, and then falls, from record to record", field.name)  # fmt: skip


def guarding(entity: Entity) -> Iterator[Observation]:
    """Tenants kept apart, and nobody let in without signing in."""
    yield Observation(B.ISOLATED, entity.name, f"{_a(entity.label)} of tenant “acme”", f"tenant “globex” asks for it in every way that {entity.plural} can be reached", "it is “not found” for “globex”, in none of its lists, and unchanged")  # fmt: skip
    yield Observation(
        B.SIGN_IN_REQUIRED,
        entity.name,
        "nobody is signed in",
        f"{entity.plural} are asked for",
        "it is refused, and the answer says nothing about what exists",
    )


def ingesting(ingestion: Ingestion, entity: Entity) -> Iterator[Observation]:
    """Batches: taken, refused whole, taken once, put aside."""
    many, name = entity.plural, entity.name
    same = " and ".join(entity.field(k).label for k in entity.key)
    yield Observation(
        B.INGESTED,
        name,
        f"a batch of 2 {many}",
        "it is sent",
        "it is accepted with its id and the number 2, and within 30 seconds its state is “done” and both are stored",
    )
    yield Observation(B.INGEST_REFUSED, name, f"a batch of 2 {many}, the second without its {entity.field(entity.key[0]).label}", "it is sent", "the whole batch is refused as invalid, the answer names the second record and what is missing, and none is stored")  # fmt: skip
    yield Observation(B.INGESTED_ONCE, name, f"a batch of 2 {many} that was processed", "the same batch is sent again", f"there are still 2 {many}, for the same {same} is the same {entity.label}")  # fmt: skip
    yield Observation(B.DEAD_LETTERED, name, "a message that cannot be read among good ones", f"it failed {ingestion.max_receives} times", f"it is put aside as a dead letter, and the good {many} are stored all the same")  # fmt: skip


def correlating(correlation: Correlation, model: FeatureModel) -> Iterator[Observation]:
    """Records of two kinds that belong together, from either side, and those that do not."""
    left, right = model.entity(correlation.left), model.entity(correlation.right)
    same = " or ".join(f"{left.field(k.left).label} = {right.field(k.right).label}" for k in correlation.keys)
    yield Observation(B.CORRELATED, left.name, f"{_a(left.label)} and {_a(right.label)} of one tenant with {same}", f"the {right.plural} of the {left.label}, and the {left.plural} of the {right.label}, are asked for", "each answer holds exactly the other record, once", right.name)  # fmt: skip
    yield Observation(B.NOT_CORRELATED, left.name, f"{_a(left.label)} and {_a(right.label)} with nothing equal, and an equal {right.label} of another tenant", f"the {right.plural} of the {left.label} are asked for", "the answer is an empty list", right.name)  # fmt: skip


def _field_rules(entity: Entity, field: Field) -> Iterator[Observation]:
    one, name = entity.label, entity.name
    if field.required:
        yield Observation(
            B.MISSING_REFUSED,
            name,
            f"{_a(one)} without its {field.label}",
            "it is created",
            f"it is refused as invalid, and the answer names {field.label} as missing",
            field.name,
        )
    if field.default is not None:
        shown = str(field.default).lower() if isinstance(field.default, bool) else field.default
        yield Observation(
            B.DEFAULTED,
            name,
            f"{_a(one)} without its {field.label}",
            "it is created",
            f"its {field.label} is {shown}",
            field.name,
        )
    yield Observation(B.VALUE_REFUSED, name, f"{_a(one)} whose {field.label} is {bad(field)} (and not, for instance, {good(field)})", "it is created", f"it is refused as invalid, and the answer names {field.label}", field.name)  # fmt: skip
    if field.type is FieldType.REFERENCE and field.references:
        target = field.references.replace("_", " ")
        yield Observation(B.REFERENCE_REFUSED, name, f"{_a(one)} whose {field.label} points to no {target} of its tenant", "it is created", f"it is refused as invalid, and the answer names {field.label}", field.name)  # fmt: skip


def _orders(entity: Entity) -> Iterator[Observation]:
    for rule in entity.rules:
        earlier, later = entity.field(rule.earlier), entity.field(rule.later)
        wrong = "before" if rule.or_equal else "before or at"
        yield Observation(B.ORDER_REFUSED, entity.name, f"{_a(entity.label)} whose {later.label} is {wrong} its {earlier.label}", "it is created", f"it is refused as invalid, and the answer names {later.label}", later.name)  # fmt: skip


def _duplicates(entity: Entity) -> Iterator[Observation]:
    if entity.key:
        same = " and ".join(entity.field(k).label for k in entity.key)
        yield Observation(B.DUPLICATE_REFUSED, entity.name, f"{_a(entity.label)} exists", f"another is created with the same {same}", "it is refused as a duplicate, and the first is unchanged", entity.key[0])  # fmt: skip
    for field in entity.fields:
        if field.unique:
            yield Observation(B.DUPLICATE_REFUSED, entity.name, f"{_a(entity.label)} whose {field.label} is {good(field)}", f"another of the same tenant is created with the same {field.label}", "it is refused as a duplicate, while another tenant may use the value", field.name)  # fmt: skip
