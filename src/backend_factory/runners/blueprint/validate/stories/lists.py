"""Lists: complete, narrowed by filters, sorted both ways, and read page by page."""

from typing import Unpack

from pydantic import JsonValue

from backend_factory.domain.deliverable import Behaviour
from backend_factory.domain.feature import Entity, Operation
from backend_factory.domain.scenario import Expectation
from backend_factory.runners.blueprint.samples import NoSample, distinct
from backend_factory.runners.blueprint.validate.story import SETTLE, Body, Details, Story, refused
from backend_factory.runners.blueprint.validate.wanted import Wanted

ORDER = (1, 2, 0)
"""Records are not made in the order of their values: a list in order of creation cannot pass for a sorted one."""


def tell(story: Story, entity: Entity, wanted: Wanted) -> None:
    """Steps for the criteria about lists; all over the same three records."""
    lists = _Lists(story, entity)
    if wanted.has(Behaviour.LISTED):
        lists.complete()
    if wanted.has(Behaviour.FILTERED):
        lists.filtered(wanted.fields(Behaviour.FILTERED, entity.filters))
    if wanted.has(Behaviour.SORTED):
        lists.sorted(wanted.fields(Behaviour.SORTED, ("created", "updated", *entity.sorts)))
    if wanted.has(Behaviour.PAGED):
        lists.paged()


class _Lists:
    def __init__(self, story: Story, entity: Entity) -> None:
        self.story, self.entity = story, entity
        self.at = f"/{story.plural(entity)}"
        self.bodies: dict[str, Body] = {}
        for n in ORDER[-min(3, distinct(entity)) :]:
            own = self._references_to_first() if len(self.bodies) == 1 else {}
            body = story.body(entity, n, alone=True) | own
            self.bodies[story.create(entity, n, alone=True, values=own)] = body

    def _references_to_first(self) -> Body:
        """A filter by a reference to the same kind needs a record that refers to another: the second to the first."""
        first = next(iter(self.bodies))
        fields = [f for f in self.entity.fields if f.name in self.entity.filters and f.references == self.entity.name]
        return {self.story.wire(self.entity, f.name): [first] if f.many else first for f in fields if not f.required}

    def _list(self, query: dict[str, str], *expect: Expectation, status: int = 200, **details: Unpack[Details]) -> None:
        within = SETTLE if status == 200 else 0.0
        self.story.call(self.entity, Operation.LIST, status=status, query=query, expect=expect, within=within, **details)

    def _refuse(self, query: dict[str, str], name: str, **details: Unpack[Details]) -> None:
        self._list(query, refused(name), status=400, **details)

    def _length(self, count: int) -> Expectation:
        return Expectation(at=self.at, test="length", value=count)

    def _has(self, item: str, test: str = "contains") -> Expectation:
        return Expectation.model_validate({"at": self.at, "test": test, "value": {"id": item}})

    def complete(self) -> None:
        whole = [self._has(item) for item in self.bodies]
        oldest_first = Expectation(at=self.at, test="ascending", value="/created")
        self._list({}, self._length(len(self.bodies)), *whole, oldest_first, Expectation(at="/next", test="absent"))
        changed_last = Expectation(at=self.at, test="descending", value="/updated")
        # Every list can be had in this order too, whether a criterion asks for it or not.
        self._list({"sort": "-updated"}, self._length(len(self.bodies)), *whole, changed_last)

    def filtered(self, names: tuple[str, ...]) -> None:
        for name in names:
            wire = self.story.wire(self.entity, name)
            wanted = next((body[wire] for body in self.bodies.values() if body.get(wire) is not None), None)
            if wanted is None:
                raise NoSample(name, "a value to filter by")
            matching = [item for item, body in self.bodies.items() if body.get(wire) == wanted]
            others = [self._has(item, "excludes") for item in self.bodies if item not in matching]
            found = [self._has(item) for item in matching]
            self._list({wire: _text(wanted)}, self._length(len(matching)), *found, *others)
        self._refuse({"noSuchFilter": "1"}, "noSuchFilter")

    def sorted(self, names: tuple[str, ...]) -> None:
        for name in names:
            wire = self.story.wire(self.entity, name)
            for sign, test in (("", "ascending"), ("-", "descending")):
                ordered = Expectation.model_validate({"at": self.at, "test": test, "value": f"/{wire}"})
                self._list({"sort": f"{sign}{wire}"}, self._length(len(self.bodies)), ordered)
        self._refuse({"sort": "noSuchField"}, "sort")

    def paged(self) -> None:
        """Two pages without overlap; cursors of others, of other lists and made up ones are refused."""
        count = len(self.bodies)
        if count < 2:
            raise NoSample(self.entity.name, "at least two records that can exist at once")
        cursor, seen = self.story.name("cursor"), [self.story.name("seen") for _ in range(count - 1)]
        save = {cursor: "/next"} | {name: f"{self.at}/{n}/id" for n, name in enumerate(seen)}
        self._list({"limit": str(count - 1)}, self._length(count - 1), Expectation(at="/next", test="present"), save=save)
        follow = {"limit": str(count - 1), "cursor": f"{{{cursor}}}"}
        fresh = [self._has(f"{{{name}}}", "excludes") for name in seen]
        self._list(follow, self._length(1), *fresh, Expectation(at="/next", test="absent"))
        self._refuse(follow, "cursor", tenant=self.story.other)
        self._refuse(follow | {"sort": "-created"}, "cursor")
        self._refuse({"cursor": "made-up"}, "cursor")
        for limit in ("0", "101", "many"):
            self._refuse({"limit": limit}, "limit")


def _text(value: JsonValue) -> str:
    """A value as a query parameter."""
    one = value[0] if isinstance(value, list) else value
    return str(one).lower() if isinstance(one, bool) else str(one)
