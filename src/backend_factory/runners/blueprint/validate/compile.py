"""From acceptance criteria to scenarios: which criteria share a story, and proof that none is left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend_factory.domain.deliverable import Behaviour, Criterion, Plan, Requirements
from backend_factory.domain.feature import Entity
from backend_factory.domain.scenario import Scenario
from backend_factory.runners.blueprint.samples import NoSample
from backend_factory.runners.blueprint.validate.stories import batches, correlation, isolation, life, lists, refusals, sign_in
from backend_factory.runners.blueprint.validate.story import Story
from backend_factory.runners.blueprint.validate.wanted import Wanted

Tell = Callable[[Story, Entity, Wanted], None]
Teller = Callable[[Story, Wanted], None]


@dataclass(frozen=True)
class Group:
    """Behaviours that share one story."""

    title: str
    """With {one} and {many} for the entity's names."""
    behaviours: tuple[Behaviour, ...]
    tell: Tell


GROUPS: tuple[Group, ...] = (
    Group("Nobody reaches {many} without a valid token", (Behaviour.SIGN_IN_REQUIRED,), sign_in.tell),
    Group(
        "The life of {one}: created, read, changed, replaced, deleted",
        (
            Behaviour.CREATED,
            Behaviour.DEFAULTED,
            Behaviour.READ,
            Behaviour.REPLACED,
            Behaviour.UPDATED,
            Behaviour.CHANGE_REFUSED,
            Behaviour.STALE_REFUSED,
            Behaviour.DELETED,
            Behaviour.ABSENT,
        ),
        life.tell,
    ),
    Group(
        "What is refused of {one}, and how the answer names it",
        (
            Behaviour.MISSING_REFUSED,
            Behaviour.VALUE_REFUSED,
            Behaviour.ORDER_REFUSED,
            Behaviour.UNKNOWN_REFUSED,
            Behaviour.REFERENCE_REFUSED,
            Behaviour.DUPLICATE_REFUSED,
        ),
        refusals.tell,
    ),
    Group(
        "Lists of {many}: complete, filtered, sorted, paged",
        (Behaviour.LISTED, Behaviour.FILTERED, Behaviour.SORTED, Behaviour.PAGED),
        lists.tell,
    ),
    Group("One customer's {many} are out of reach of another", (Behaviour.ISOLATED,), isolation.tell),
    Group(
        "Batches of {many}: processed once, or refused as a whole",
        (Behaviour.INGESTED, Behaviour.INGEST_REFUSED, Behaviour.INGESTED_ONCE),
        batches.tell,
    ),
    Group("Poison is put aside and holds up no {many}", (Behaviour.DEAD_LETTERED,), batches.tell),
)

CORRELATED = (Behaviour.CORRELATED, Behaviour.NOT_CORRELATED)


@dataclass(frozen=True)
class Unexercised:
    """A criterion for which no scenario could be compiled."""

    criterion: Criterion
    needed: str


def compile_scenarios(requirements: Requirements, plan: Plan) -> tuple[Scenario, ...] | Unexercised:
    """Scenarios that together show every acceptance criterion, or the first criterion that none can show."""
    made: list[Scenario] = []
    for title, criteria, tell in _stories(requirements, plan):
        story = Story(plan, len(made) + 1)
        try:
            tell(story, Wanted(criteria))
        except (NoSample, KeyError):
            return _culprit(plan, criteria, tell)
        ids = tuple(c.id for c in criteria)
        made.append(Scenario(id=f"S-{len(made) + 1}", title=title, criteria=ids, steps=tuple(story.steps)))
    shown = {each for scenario in made for each in scenario.criteria}
    for criterion in requirements.criteria:
        if criterion.id not in shown:
            return Unexercised(criterion, f"a scenario for {criterion.behaviour} of {criterion.entity}")
    return tuple(made)


def _culprit(plan: Plan, criteria: tuple[Criterion, ...], tell: Teller) -> Unexercised:
    """Which criterion it is that the story cannot show; the first one if they fail only together."""
    together = "a story in which all its criteria can be shown"
    for criterion in criteria:
        try:
            tell(Story(plan, 1), Wanted((criterion,)))
        except (NoSample, KeyError) as error:
            return Unexercised(criterion, str(error))
    return Unexercised(criteria[0], together)


def _stories(requirements: Requirements, plan: Plan) -> list[tuple[str, tuple[Criterion, ...], Teller]]:
    """Title, criteria and teller of each story, in the order of the entities."""
    found: list[tuple[str, tuple[Criterion, ...], Teller]] = []
    for entity in plan.model.entities:
        own = [c for c in requirements.criteria if c.entity == entity.name]
        for group in GROUPS:
            if criteria := tuple(c for c in own if c.behaviour in group.behaviours):
                title = group.title.format(one=entity.label, many=entity.plural)
                found.append((title, criteria, _about(group.tell, entity)))
    pairs: dict[frozenset[str], list[Criterion]] = {}
    for criterion in requirements.criteria:
        if criterion.behaviour in CORRELATED:
            pairs.setdefault(frozenset((criterion.entity, criterion.field)), []).append(criterion)
    found.extend((_pair_title(plan, pair), tuple(pair), _correlated) for pair in pairs.values())
    return found


def _about(tell: Tell, entity: Entity) -> Teller:
    return lambda story, wanted: tell(story, entity, wanted)


def _pair_title(plan: Plan, criteria: Sequence[Criterion]) -> str:
    plurals = {e.name: e.plural for e in plan.model.entities}
    one, other = (plurals.get(name, name) for name in (criteria[0].entity, criteria[0].field))
    return f"{one.capitalize()} and {other} that belong together are found from either side"


def _correlated(story: Story, wanted: Wanted) -> None:
    first = wanted.criteria[0]
    correlation.tell(story, story.plan.entity(first.entity), story.plan.entity(first.field), wanted)
