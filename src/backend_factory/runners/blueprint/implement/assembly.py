"""All Go files of a feature, from its plan alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from backend_factory.domain.deliverable import Plan, Route
from backend_factory.domain.feature import Entity, Operation
from backend_factory.runners.blueprint.golang import names, source, view
from backend_factory.runners.blueprint.golang.imports import block
from backend_factory.runners.blueprint.golang.literal import comment, go_string, words
from backend_factory.runners.blueprint.golang.view import EntityView
from backend_factory.runners.blueprint.implement import keeping, library, permissions

PLATFORM = "pkg/platform"

_WORDS = """
break case chan const continue default defer else fallthrough for func go goto if import interface map package range return
select struct switch type var a any bool byte error int nil string true false
"""
GO_WORDS = frozenset(_WORDS.split())
"""Keywords and predeclared names of Go, and the receiver `a`."""

OPERATIONS = {
    Operation.CREATE: "Post",
    Operation.READ: "Read",
    Operation.REPLACE: "Put",
    Operation.UPDATE: "Patch",
    Operation.DELETE: "Delete",
}


@dataclass(frozen=True)
class GoFile:
    """A Go file without its imports."""

    path: str
    package: str
    head: str
    """Comments before the package clause, or nothing."""
    body: str
    purpose: str


def feature_files(plan: Plan) -> tuple[GoFile, ...]:
    """The feature's own files: functions, API, store, entities, worker."""
    return tuple(_feature_files(plan))


def text(file: GoFile, places: dict[str, str]) -> str:
    """The whole file; `places` are the import paths of the packages that are not public, by name."""
    imported = block(file.body, {name: path for name, path in places.items() if name != file.package})
    return "\n".join(part for part in (f"{file.head}package {file.package}\n", imported, file.body.strip("\n") + "\n") if part)


def _feature_files(plan: Plan) -> Iterator[GoFile]:
    package = names.package(plan.layout.package)
    views = _views(plan)
    facts = _facts(plan)
    yield GoFile(
        f"{plan.layout.api}/main.go",
        "main",
        _head(f"Command {plan.slug}-api answers the requests of: {plan.title}."),
        _render("cmd/api.go.j2", package=package, **facts),
        "wires and starts the API function",
    )
    if plan.layout.worker:
        yield GoFile(
            f"{plan.layout.worker}/main.go",
            "main",
            _head(f"Command {plan.slug}-worker processes the queued items of: {plan.title}."),
            _render("cmd/worker.go.j2", package=package),
            "wires and starts the queue worker",
        )
    head = _head(f"Package {package} implements: {plan.title}.")
    yield GoFile(f"{plan.layout.package}/api.go", package, head, _api(plan, views), "the routes of the contract")
    yield GoFile(
        f"{plan.layout.package}/store.go", package, "", _render("feature/store.go.j2", **facts), "where the records are kept"
    )
    if plan.model.ingestions:
        body = _render("feature/worker.go.j2", intakes=_intakes(plan, views))
        yield GoFile(f"{plan.layout.package}/worker.go", package, "", body, "what the queue worker does with each item")
    stems = {"api", "store", "worker"}
    for each in views:
        stem = names.free(each.go.lower(), {*stems, *(s.removesuffix("rules") for s in stems)})
        stems |= {stem, f"{stem}rules"}
        yield from _entity_files(plan, each, views, package, stem)


def _entity_files(plan: Plan, each: EntityView, views: tuple[EntityView, ...], package: str, stem: str) -> Iterator[GoFile]:
    values = _entity_values(plan, each, views)
    path = f"{plan.layout.package}/{stem}"
    yield GoFile(
        f"{path}.go", package, "", _render("feature/entity.go.j2", **values), f"{each.label}: what it holds and how it is kept"
    )
    rules = _render("feature/rules.go.j2", **values)
    if rules.strip():
        yield GoFile(f"{path}rules.go", package, "", rules, f"{each.label}: what may become one, and how lists of them look")


def _views(plan: Plan) -> tuple[EntityView, ...]:
    taken: set[str] = set()
    return tuple(view.entity(plan, each, taken) for each in plan.model.entities)


def _facts(plan: Plan) -> dict[str, object]:
    return {
        "queue": bool(plan.model.ingestions),
        "makes_ids": bool(plan.model.ingestions) or any(not each.key for each in plan.model.entities),
        "refers": any(permissions.refers(plan.model, each) and writable(plan, each) for each in plan.model.entities),
    }


def writable(plan: Plan, entity: Entity) -> bool:
    """Whether records of the entity are made or changed."""
    ingested = any(each.entity == entity.name for each in plan.model.ingestions)
    return ingested or bool({Operation.CREATE, Operation.REPLACE, Operation.UPDATE} & set(entity.operations))


def _entity_values(plan: Plan, each: EntityView, views: tuple[EntityView, ...]) -> dict[str, object]:
    listed = Operation.LIST in each.entity.operations
    parsers = {parser.name for parser in each.parsers}
    filters = [
        _Filter(f.wire, f.many, name)
        for f in each.fields
        for name in parsers
        if listed and f.field.name in each.entity.filters and name in f.read
    ]
    return {
        "e": each,
        "article": f"{'an' if each.label[:1].lower() in 'aeiou' else 'a'} {each.label}",
        "plural_words": each.plural,
        "key_wires": ", ".join(go_string(field.wire) for field in each.key),
        "key_values": ", ".join(field.value for field in each.key),
        "attributes": keeping.attributes(plan, each),
        "claims": keeping.claims(each),
        "matches": _matches(plan, each, views),
        "writable": writable(plan, each.entity),
        "immutable": ", ".join(go_string(f.wire) for f in each.fields if f.field.immutable or f.field.name in each.entity.key),
        "references": keeping.references(each, views),
        "listed": listed,
        "orders": _orders(each) if listed else (),
        "filters": filters,
    }


@dataclass(frozen=True)
class _Filter:
    wire: str
    many: bool
    parser: str


@dataclass(frozen=True)
class _Sort:
    name: str
    attribute: str


@dataclass(frozen=True)
class _Matches:
    name: str
    others: str
    entries: tuple[keeping.Entry, ...]


@dataclass(frozen=True)
class _Intake:
    variable: str
    go: str
    entity: str
    resource: str
    limit: int


@dataclass(frozen=True)
class _Resource:
    variable: str
    go: str


@dataclass(frozen=True)
class _Route:
    key: str
    operation: str


def _orders(each: EntityView) -> tuple[_Sort, ...]:
    own = (_Sort(each.field(sort).wire, f"sort{place}") for place, sort in enumerate(each.entity.sorts, start=1))
    return (_Sort("created", "created"), _Sort("updated", "updated"), *own)


def _matches(plan: Plan, each: EntityView, views: tuple[EntityView, ...]) -> tuple[_Matches, ...]:
    found = ((other, keeping.matches(plan, each, other)) for other in views)
    return tuple(_Matches(_match_name(each, other), other.plural, entries) for other, entries in found if entries)


def _match_name(each: EntityView, other: EntityView) -> str:
    return f"matches{each.go}To{other.go}"


def _variable(each: EntityView) -> str:
    name = names.wire(each.design.wire_plural)
    return f"{name}Resource" if name in GO_WORDS | library.packages() else name


def _intakes(plan: Plan, views: tuple[EntityView, ...]) -> tuple[_Intake, ...]:
    by_name = {each.entity.name: each for each in views}
    return tuple(
        _Intake(f"{_variable(one)}Intake", one.go, one.entity.name, _variable(one), each.max_batch)
        for each in plan.model.ingestions
        for one in (by_name[each.entity],)
    )


def _api(plan: Plan, views: tuple[EntityView, ...]) -> str:
    routes = tuple(_Route(f"{route.method} {route.path}", _operation(route, views)) for route in plan.routes)
    used = " ".join(route.operation for route in routes)
    intakes = _intakes(plan, views)
    resources = tuple(
        _Resource(_variable(each), each.go)
        for each in views
        if f"{_variable(each)}." in used or f"({_variable(each)}," in used or any(i.resource == _variable(each) for i in intakes)
    )
    return _render("feature/api.go.j2", routes=routes, resources=resources, intakes=intakes)


def _operation(route: Route, views: tuple[EntityView, ...]) -> str:
    by_name = {each.entity.name: each for each in views}
    one = by_name[route.entity]
    variable = _variable(one)
    match route.operation:
        case Operation.LIST:
            return f"{variable}.List(listing{one.go}())"
        case Operation.INGEST:
            return f"{variable}Intake.Submit"
        case "batch":
            return f"{variable}Intake.Progress"
        case "correlated":
            other = by_name[route.other]
            plural = go_string(other.design.wire_plural)
            return f"resource.Related({variable}, {_variable(other)}.Store, {plural}, {_match_name(one, other)})"
        case _:
            return f"{variable}.{OPERATIONS[route.operation]}"


def _head(sentence: str) -> str:
    return comment(words(sentence)) + "\n"


def _render(template: str, **values: object) -> str:
    return source.render(library.HERE, template, **values)
