"""Records of two kinds that belong together are found from either side, and no others."""

from collections.abc import Iterator

from pydantic import JsonValue

from backend_factory.domain.deliverable import Behaviour
from backend_factory.domain.feature import Correlation, Entity, Field, FieldType, Operation
from backend_factory.domain.scenario import Expectation
from backend_factory.runners.blueprint.samples import NoSample, capacity, refusal, value
from backend_factory.runners.blueprint.validate.story import SETTLE, Story
from backend_factory.runners.blueprint.validate.wanted import Wanted

APART = 20
"""Records from this number on have nothing in common with those before."""


def tell(story: Story, entity: Entity, other: Entity, wanted: Wanted) -> None:
    """Steps for the criteria about what belongs to a record of `entity` and, the other way round, of `other`."""
    pairing = next((c for c in story.plan.model.correlations if {c.left, c.right} == {entity.name, other.name}), None)
    if pairing is None:
        raise NoSample(entity.name, f"a correlation with {other.plural}")
    scene = _Scene(story, pairing)
    if wanted.has(Behaviour.CORRELATED):
        scene.correlated()
    if wanted.has(Behaviour.NOT_CORRELATED):
        scene.not_correlated()


class _Scene:
    """One record on the left, one that matches it on the right for each pair of fields, and one that does not."""

    def __init__(self, story: Story, pairing: Correlation) -> None:
        self.story, self.pairing = story, pairing
        self.left, self.right = story.plan.entity(pairing.left), story.plan.entity(pairing.right)
        self.one = self.left.name == self.right.name
        self.left_body = story.body(self.left, 0) | self._shared_left()
        self.item = story.create(self.left, 0, values=self._shared_left())
        self.matches = [self._match(n) for n in range(len(pairing.keys))]
        self.stranger = story.create(self.right, APART, values=self._unlike(APART), alone=True)
        self.lonely = story.create(self.left, APART + 1, values=self._unlike_left(APART + 1), alone=True)

    def _fields(self, n: int) -> tuple[Field, Field]:
        pair = self.pairing.keys[n]
        return self.left.field(pair.left), self.right.field(pair.right)

    def _shared(self, n: int, tenant: str = "") -> JsonValue:
        """A value that both fields of the n-th pair accept."""
        left, right = self._fields(n)
        if left.type is FieldType.REFERENCE and right.type is FieldType.REFERENCE and left.references == right.references:
            return self.story.reference(left, 0, tenant or self.story.tenant)
        for each in (value(left, 0), value(right, 0)):
            if refusal(left, each) is None and refusal(right, each) is None:
                return each
        raise NoSample(left.name, f"a value that {right.name} can hold too")

    def _shared_left(self) -> dict[str, JsonValue]:
        return {self.story.wire(self.left, self._fields(n)[0].name): self._shared(n) for n in range(len(self.pairing.keys))}

    def _match(self, n: int, tenant: str = "") -> str:
        """A record on the right that shares the n-th pair and no other; in capitals where that is another value to the eye."""
        right = self._fields(n)[1]
        shared = self._shared(n, tenant)
        loud = shared.upper() if isinstance(shared, str) and right.type is FieldType.TEXT else shared
        held = loud if refusal(right, loud) is None or right.type is FieldType.REFERENCE else shared
        # Records with the same natural key have the same id, whoever owns them: a foreign one must be told apart.
        number = APART + 2 + n + (len(self.pairing.keys) if tenant else 0)
        values = self._unlike(number) | {self.story.wire(self.right, right.name): held}
        return self.story.create(self.right, number, tenant=tenant, values=values, alone=True)

    def _unlike(self, n: int) -> dict[str, JsonValue]:
        """Values of the right fields that match no left record."""
        return {self.story.wire(self.right, self._fields(k)[1].name): v for k, v in self._strange(1, n)}

    def _unlike_left(self, n: int) -> dict[str, JsonValue]:
        return {self.story.wire(self.left, self._fields(k)[0].name): v for k, v in self._strange(0, n)}

    def _strange(self, side: int, start: int) -> Iterator[tuple[int, JsonValue]]:
        for k in range(len(self.pairing.keys)):
            field = self._fields(k)[side]
            if field.type is FieldType.REFERENCE:
                continue
            taken = {str(v).lower() for v in self._shared_left().values()}
            candidates = (value(field, start + i) for i in range(capacity(field)))
            strange = next((c for c in candidates if str(c).lower() not in taken), None)
            if strange is None:
                raise NoSample(field.name, "a second value, so that records can differ")
            yield k, strange

    def _belonging(
        self,
        of: Entity,
        item: str,
        other: Entity,
        *expect: Expectation,
        status: int = 200,
        query: dict[str, str] | None = None,
        tenant: str = "",
    ) -> None:
        self.story.call(
            of,
            "correlated",
            other=other.name,
            item=item,
            status=status,
            query=query,
            expect=expect,
            within=SETTLE if status == 200 else 0.0,
            tenant=tenant or self.story.tenant,
        )

    def _count(self, other: Entity, count: int) -> Iterator[Expectation]:
        if not self.one:
            yield Expectation(at=f"/{self.story.plural(other)}", test="length", value=count)

    def _has(self, other: Entity, item: str, test: str = "contains") -> Expectation:
        return Expectation.model_validate({"at": f"/{self.story.plural(other)}", "test": test, "value": {"id": item}})

    def correlated(self) -> None:
        found = [self._has(self.right, match) for match in self.matches]
        self._belonging(self.left, self.item, self.right, *self._count(self.right, len(found)), *found)
        for match in self.matches:
            self._belonging(self.right, match, self.left, *self._count(self.left, 1), self._has(self.left, self.item))
        if len(found) > 1:
            first = Expectation(at="/next", test="present")
            self._belonging(self.left, self.item, self.right, *self._count(self.right, 1), first, query={"limit": "1"})

    def not_correlated(self) -> None:
        """Strangers, other customers' records and deleted ones do not belong; nobody's record has none to look for."""
        foreign = self._match(0, tenant=self.story.other)
        absent = [self._has(self.right, item, "excludes") for item in (self.stranger, foreign)]
        self._belonging(self.left, self.item, self.right, *absent, *self._count(self.right, len(self.matches)))
        self._belonging(self.left, self.lonely, self.right, *self._count(self.right, 0))
        self._belonging(self.right, self.stranger, self.left, *self._count(self.left, 0))
        self._belonging(self.left, self.item, self.right, status=404, tenant=self.story.other)
        self._belonging(self.left, self.story.absent(self.left), self.right, status=404)
        self._belonging(self.right, self.story.absent(self.right), self.left, status=404)
        if self.story.offers(self.right, Operation.DELETE):
            gone, *kept = self.matches
            self.story.call(self.right, Operation.DELETE, item=gone, status=204)
            left = self._count(self.right, len(kept))
            self._belonging(self.left, self.item, self.right, self._has(self.right, gone, "excludes"), *left)
