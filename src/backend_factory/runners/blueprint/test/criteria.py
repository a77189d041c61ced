"""Which test shows which acceptance criterion."""

from collections.abc import Iterator, Mapping

from backend_factory.domain.deliverable import Behaviour, Criterion, TestCase
from backend_factory.runners.blueprint.samples import NoSample
from backend_factory.runners.blueprint.test.relations import Relation
from backend_factory.runners.blueprint.test.subject import Subject

B = Behaviour

FIXED: Mapping[Behaviour, tuple[str, ...]] = {
    B.CREATED: ("Creating/whole", "Batches/processed"),
    B.UNKNOWN_REFUSED: ("Refusing/unknown",),
    B.READ: ("Reading/stored",),
    B.ABSENT: ("Reading/absent",),
    B.REPLACED: ("Replacing/whole",),
    B.STALE_REFUSED: ("Conditions/PATCH/newer", "Conditions/PUT/newer", "Conditions/DELETE/newer"),
    B.DELETED: ("Deleting/stored",),
    B.LISTED: ("Listing/created",),
    B.PAGED: ("Paging/each_once",),
    B.ISOLATED: ("Tenants/out_of_reach",),
    B.SIGN_IN_REQUIRED: ("SignIn/required",),
    B.INGESTED: ("Batches/processed",),
    B.INGEST_REFUSED: ("BatchRefusals/one_item_invalid",),
    B.INGESTED_ONCE: ("Batches/again",),
    B.DEAD_LETTERED: ("Batches/poison",),
}
"""Tests that show a behaviour, the most telling first; the rest of a test's name follows the record's."""

BY_FIELD: Mapping[Behaviour, tuple[str, ...]] = {
    B.DEFAULTED: ("Creating/defaulted_{}",),
    B.MISSING_REFUSED: ("Refusing/missing_{}",),
    B.VALUE_REFUSED: ("Refusing/{}_", "Refusing/reference_{}"),
    B.ORDER_REFUSED: ("Refusing/order_{}",),
    B.REFERENCE_REFUSED: ("Refusing/reference_{}",),
    B.DUPLICATE_REFUSED: ("Duplicates/{}", "Duplicates/key"),
    B.CHANGE_REFUSED: ("Keeping/{}",),
    B.UPDATED: ("Changing/set_{}", "Changing/some"),
    B.FILTERED: ("Listing/filter_{}",),
    B.SORTED: ("Listing/sort_{}",),
}
"""The same for behaviours of a field; {} is its name on the wire, or nothing where a criterion names none."""


def case(
    criterion: Criterion, package: str, subject: Subject, names: tuple[str, ...], relations: tuple[Relation, ...]
) -> TestCase:
    """The test that shows the criterion, of those names (Creating/whole). NoSample where none does."""
    for wanted in _wanted(criterion, subject, relations):
        for name in names:
            if name == wanted or (wanted.endswith(("_", "/")) and name.startswith(wanted)):
                full = name if name.startswith("Test") else f"Test{subject.go}_{name}"
                return TestCase(criterion=criterion.id, package=package, name=full)
    raise NoSample(criterion.field or criterion.entity, f"a test that can show {criterion.then!r} ({criterion.behaviour})")


def _wanted(criterion: Criterion, subject: Subject, relations: tuple[Relation, ...]) -> Iterator[str]:
    match criterion.behaviour:
        case B.CORRELATED | B.NOT_CORRELATED:
            rest = "belonging" if criterion.behaviour is B.CORRELATED else "strangers"
            for each in relations:
                ends = {each.of.entity.name, each.to.entity.name}
                if criterion.entity in ends and (not criterion.field or criterion.field in ends):
                    yield f"{each.name}/{rest}"
        case behaviour if behaviour in FIXED:
            yield from FIXED[behaviour]
        case behaviour:
            wire = subject.wire(criterion.field) if criterion.field and criterion.field in _fields(subject) else criterion.field
            for pattern in BY_FIELD[behaviour]:
                yield pattern.format(wire)
            if not criterion.field:
                yield ANY[behaviour]


def _fields(subject: Subject) -> frozenset[str]:
    return frozenset(each.name for each in subject.entity.fields)


ANY: Mapping[Behaviour, str] = {behaviour: patterns[0].partition("{}")[0] for behaviour, patterns in BY_FIELD.items()}
"""What the names of a behaviour's tests start with."""
