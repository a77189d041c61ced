"""The tests of one kind of record: which there are, and the rows of their tables."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backend_factory.domain.feature import Operation
from backend_factory.runners.blueprint.samples import distinct
from backend_factory.runners.blueprint.test.accepted import accepted
from backend_factory.runners.blueprint.test.changes import claimed, kept, patches, taken
from backend_factory.runners.blueprint.test.listings import foreign, listings
from backend_factory.runners.blueprint.test.refused import parameters_refused, refused
from backend_factory.runners.blueprint.test.subject import Subject
from backend_factory.runners.blueprint.test.values import GONE, go_value, parameters, strings
from backend_factory.runners.blueprint.test.variants import Variant, told_apart

BATCH = 12
"""Items of the longest batch: more than the queue takes at once."""


@dataclass(frozen=True)
class Test:
    """One test function: it hands the rows to the function that tests all kinds of records."""

    __test__ = False

    name: str
    """Refusing, for TestAsset_Refusing."""
    doc: str
    function: str
    type: str = ""
    """Go type of the table, nothing where there is none."""
    rows: tuple[str, ...] | None = None
    rest: str = ""
    """Further arguments, after a comma."""
    cases: tuple[str, ...] = ()
    """Names of the subtests that criteria may be about."""


def tests(subject: Subject) -> Iterator[Test]:
    """All tests of the kind of record."""
    if subject.can(Operation.CREATE):
        yield _table("Creating", "checks what is kept of what is given.", accepted(subject), ("whole", "least"))
        if rows := tuple(taken(subject)):
            yield _table("Duplicates", "checks what no two records of a tenant share.", rows)
    if subject.can(Operation.CREATE) or subject.limit:
        yield _table("Refusing", "checks that every rule is told.", refused(subject))
        yield from _changes(subject)
    if subject.can(Operation.LIST) and _arises(subject):
        yield from _lists(subject)
    if subject.limit:
        yield from _batches(subject)
    routes = strings([f"{route.method} {route.path}" for route in subject.routes])
    doc = "checks that nobody gets anything without a token."
    yield Test("SignIn", doc, "testSignIn", rest=f", {routes}", cases=("required",))


def _arises(subject: Subject) -> bool:
    return subject.can(Operation.CREATE) or bool(subject.limit)


def _changes(subject: Subject) -> Iterator[Test]:
    writes = [each for each in (Operation.REPLACE, Operation.UPDATE, Operation.DELETE) if subject.can(each)]
    if subject.can(Operation.READ):
        yield Test("Reading", "checks what is found by an id.", "testReading", cases=("stored", "absent"))
    if subject.can(Operation.REPLACE):
        yield Test("Replacing", "checks that nothing is left of what was there.", "testReplacing", cases=("whole",))
    if subject.can(Operation.UPDATE):
        yield _table("Changing", "checks that a patch changes what it names.", patches(subject), ("some",))
        if subject.can(Operation.CREATE) and (rows := tuple(claimed(subject))):
            yield _table("Claims", "checks whose a unique value is.", rows)
    if subject.can(Operation.DELETE):
        yield Test("Deleting", "checks that nothing is left of a deleted record.", "testDeleting", cases=("stored",))
    if {Operation.REPLACE, Operation.UPDATE} & set(writes) and (rows := tuple(kept(subject))):
        yield _table("Keeping", "checks what never changes.", rows)
    if writes:
        cases = tuple(f"{METHODS[each]}/newer" for each in writes)
        yield Test("Conditions", "checks what If-Match prevents.", "testConditions", cases=cases)
        yield Test("Contention", "checks what happens when others write at the same time.", "testContention")
    yield Test("Tenants", "checks that others cannot reach a record.", "testTenants", cases=("out_of_reach",))
    yield Test("Failing", "checks what is said when the table fails.", "testFailing")


METHODS = {Operation.REPLACE: "PUT", Operation.UPDATE: "PATCH", Operation.DELETE: "DELETE"}


def _lists(subject: Subject) -> Iterator[Test]:
    rows = tuple(listings(subject))
    yield Test(
        "Listing", "checks what is in a list, and in which order.", "testListing", "[]listing",
        tuple(each.row() for each in rows), cases=tuple(each.name for each in rows),
    )  # fmt: skip
    others = tuple(parameters(each) for each in foreign(subject))
    yield Test("Paging", "checks what a cursor is good for.", "testPaging", "[]map[string]string", others, cases=("each_once",))
    yield _table("Parameters", "checks what is said of parameters.", parameters_refused(subject))


def _batches(subject: Subject) -> Iterator[Test]:
    count = min(BATCH, distinct(subject.entity), subject.limit)
    items = tuple(go_value(subject.sample(n)) for n in range(count))
    doc = "checks a batch from the request to the records."
    yield Test("Batches", doc, "testBatches", "[]members", items, cases=("processed", "again", "poison"))
    name = subject.wire(subject.entity.key[0])
    missing = Variant("", {name: GONE}, refused=(f"items[1].{name} missing",)).row()
    yield Test(
        "BatchRefusals", "checks that a batch is taken as a whole or not at all.", "testBatchRefusals", "[]members", items[:2],
        rest=f", {subject.limit}, variant{missing}", cases=("one_item_invalid",),
    )  # fmt: skip
    yield Test("BatchKeys", "checks what an Idempotency-Key stands for.", "testBatchKeys", "[]members", items)


def _table(name: str, doc: str, rows: Iterable[Variant], cases: tuple[str, ...] = ()) -> Test:
    found = told_apart(rows)
    named = (*cases, *(each.name for each in found))
    return Test(name, doc, f"test{name}", "[]variant", tuple(each.row() for each in found), cases=named)
