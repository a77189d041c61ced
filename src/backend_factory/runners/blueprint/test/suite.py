"""All Go tests of a feature, as texts by path, and which of them shows which criterion."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from backend_factory.domain.deliverable import Implementation, Plan, Requirements, TestCase
from backend_factory.runners.blueprint.golang import names, source
from backend_factory.runners.blueprint.golang.imports import block
from backend_factory.runners.blueprint.golang.literal import words
from backend_factory.runners.blueprint.test import shared
from backend_factory.runners.blueprint.test.behaviour_tests import Test, tests
from backend_factory.runners.blueprint.test.criteria import case
from backend_factory.runners.blueprint.test.relations import Relation, relations
from backend_factory.runners.blueprint.test.subject import Subject, seeds, subjects
from backend_factory.runners.blueprint.test.values import go_value, members, strings

HERE = "backend_factory.runners.blueprint.test"


@dataclass(frozen=True)
class Suite:
    """What is to be written."""

    texts: dict[str, str]
    """Path -> Go source; it wants gofmt."""
    purposes: dict[str, str]
    """Path -> what the file is for."""
    cases: tuple[TestCase, ...]


@dataclass(frozen=True)
class _File:
    path: str
    text: str
    purpose: str


def compile_suite(
    requirements: Requirements, plan: Plan, implementation: Implementation, exists: Callable[[str], bool] = lambda _: False
) -> Suite:
    """The same input gives the same bytes. `exists` says whether the repository has a file.

    NoSample where a criterion cannot be shown by a test.
    """
    kinds = subjects(plan)
    related = tuple(relations(kinds))
    found = {each.entity.name: tuple(tests(each)) for each in kinds}
    files = (
        *_harness(plan, implementation, related),
        *(_records(plan, each, found[each.entity.name]) for each in kinds),
        *_related(plan, related),
        *_commands(plan),
        *(_File(path, text, purpose) for path, text, purpose in shared.files(plan, implementation, exists)),
    )
    return Suite(
        texts={each.path: each.text for each in sorted(files, key=lambda each: each.path)},
        purposes={each.path: each.purpose for each in files},
        cases=tuple(_cases(requirements, plan, kinds, found, related)),
    )


def _cases(
    requirements: Requirements,
    plan: Plan,
    kinds: tuple[Subject, ...],
    found: dict[str, tuple[Test, ...]],
    related: tuple[Relation, ...],
) -> Iterator[TestCase]:
    by_name = {each.entity.name: each for each in kinds}
    crossing = tuple(f"{each.name}/{rest}" for each in related for rest in ("belonging", "strangers"))
    for criterion in requirements.criteria:
        own = tuple(f"{test.name}/{name}" for test in found[criterion.entity] for name in test.cases)
        yield case(criterion, plan.layout.package, by_name[criterion.entity], own + crossing, related)


HARNESS = {
    "world": "a world of its own for each test: table, clock, callers",
    "answer": "what answers are held to",
    "kind": "what the tests know about a kind of record",
    "faketable": "a table in memory: keys, conditions, transactions",
    "fakequery": "a table in memory: queries of table and indexes",
    "creating": "what is kept and what is refused of a new record",
    "changing": "reading, replacing, changing and deleting",
    "guarding": "versions, tenants, sign-in, failures",
    "listing": "lists: order, filters, pages",
}
QUEUE = {"fakequeue": "a queue in memory", "batching": "batches, from the request to the records"}
RELATED = {"relating": "records that belong together"}


def _harness(plan: Plan, implementation: Implementation, related: tuple[Relation, ...]) -> Iterator[_File]:
    ingests = bool(plan.model.ingestions)
    facts = {
        "package": names.package(plan.layout.package),
        "module": names.module(plan.layout.module),
        "folder": plan.layout.package,
        "platform": f"{names.module(plan.layout.module)}/{shared.folder(plan, implementation)}",
        "ingests": ingests,
        "makes_ids": ingests or any(not each.key for each in plan.model.entities),
        "arrivals": ingests,
        "refers": any(True for _ in seeds(plan)),
        "seeds": tuple(seeds(plan)),
    }
    for name, purpose in (HARNESS | (QUEUE if ingests else {}) | (RELATED if related else {})).items():
        yield _File(f"{plan.layout.package}/{name}_test.go", source.render(HERE, f"feature/{name}_test.go.j2", **facts), purpose)


def _records(plan: Plan, subject: Subject, found: tuple[Test, ...]) -> _File:
    body = source.render(HERE, "feature/records_test.go.j2", e=_facts(subject, found))
    path = f"{plan.layout.package}/{subject.go.lower()}_records_test.go"
    return _File(path, _whole(plan, body), f"tests of {words(subject.entity.plural)}")


def _facts(subject: Subject, found: tuple[Test, ...]) -> dict[str, object]:
    fixed = {name for each in subject.fixed for name in subject.bound(each.name)}
    first, second = subject.values(0), subject.values(1)
    replaced = subject.wired(second | {name: first[name] for name in first if name in fixed})
    return {
        "variable": f"kind{subject.go}",
        "go": subject.go,
        "plural": words(subject.entity.plural),
        "path": subject.path,
        "wire_plural": subject.design.wire_plural,
        "entity": subject.entity.name,
        "prefix": subject.design.prefix,
        "key": strings([subject.wire(name) for name in subject.entity.key]),
        "fixed": strings([subject.wire(each.name) for each in subject.fixed]),
        "empty": members(_empty(subject)),
        "samples": [members(subject.sample(n)) for n in range(subject.count)],
        "least": members(subject.sample(0, only_required=True)),
        "replaced": members(replaced),
        "change": members(_change(subject)),
        "offers": strings(subject.offers),
        "tests": found,
    }


def _empty(subject: Subject) -> dict[str, object]:
    empty: dict[str, object] = {subject.wire(each.name): [] for each in subject.entity.fields if each.many}
    return empty | {subject.wire(each.name): each.default for each in subject.entity.fields if each.default is not None}


def _change(subject: Subject) -> dict[str, object]:
    """A patch of the first sample that changes something, nothing where nothing may change."""
    first, second = subject.values(0), subject.values(1)
    fixed = {each.name for each in subject.fixed}
    for field in subject.mutable:
        tied = subject.bound(field.name)
        if not tied & fixed and first[field.name] != second[field.name]:
            return dict(subject.wired({name: second[name] for name in second if name in tied}))
    return {}


def _related(plan: Plan, related: tuple[Relation, ...]) -> Iterator[_File]:
    if not related:
        return
    rows = [
        {
            "name": each.name,
            "route": f"{each.route.method} {each.route.path}",
            "of": f"kind{each.of.go}",
            "to": f"kind{each.to.go}",
            "plural_of": words(each.of.entity.plural),
            "plural_to": words(each.to.entity.plural),
            "one": members(each.one),
            "others": [go_value(other) for other in each.others],
            "stranger": members(each.stranger),
            "lonely": members(each.lonely),
        }
        for each in related
    ]
    body = source.render(HERE, "feature/relations_test.go.j2", relations=rows)
    yield _File(f"{plan.layout.package}/related_records_test.go", _whole(plan, body), "tests of records that belong together")


def _commands(plan: Plan) -> Iterator[_File]:
    required = ["TABLE_NAME", "TENANT_CLAIM", *(["QUEUE_URL"] if plan.model.ingestions else [])]
    for folder, variables, kind in ((plan.layout.api, required, "api"), (plan.layout.worker, ["TABLE_NAME"], "worker")):
        if folder:
            text = source.render(HERE, "cmd/main_test.go.j2", variables=variables, kind=kind)
            yield _File(f"{folder}/main_test.go", text, "what the function does at its start")


def _whole(plan: Plan, body: str) -> str:
    package = names.package(plan.layout.package)
    return f"package {package}_test\n\n{block(body, {})}\n{body}"
