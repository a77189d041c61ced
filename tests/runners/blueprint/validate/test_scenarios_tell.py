"""The scenarios pass on a feature that is right, and each fault of a wrong one fails the criterion that it breaks."""

import pytest
from every_criterion import requirements
from reference_feature import deployed
from shapes import SHAPES, planned

from backend_factory.domain.deliverable import Behaviour
from backend_factory.domain.scenario import Call, Depth, Scenario
from backend_factory.gates.scenario import ScenarioResult, perform_scenarios
from backend_factory.runners.blueprint.validate.compile import Unexercised, compile_scenarios

FAULTS = {
    "open": ("windows", Behaviour.SIGN_IN_REQUIRED),
    "shared": ("windows", Behaviour.ISOLATED),
    "no_default": ("windows", Behaviour.DEFAULTED),
    "missing": ("windows", Behaviour.MISSING_REFUSED),
    "format": ("windows", Behaviour.VALUE_REFUSED),
    "minimum": ("windows", Behaviour.VALUE_REFUSED),
    "maximum": ("windows", Behaviour.VALUE_REFUSED),
    "type": ("windows", Behaviour.VALUE_REFUSED),
    "length": ("orders", Behaviour.VALUE_REFUSED),
    "pattern": ("orders", Behaviour.VALUE_REFUSED),
    "choice": ("vulnerability_processing", Behaviour.VALUE_REFUSED),
    "unknown": ("windows", Behaviour.UNKNOWN_REFUSED),
    "order": ("windows", Behaviour.ORDER_REFUSED),
    "or_equal": ("windows", Behaviour.ORDER_REFUSED),
    "reference": ("orders", Behaviour.REFERENCE_REFUSED),
    "foreign_reference": ("orders", Behaviour.REFERENCE_REFUSED),
    "unique": ("orders", Behaviour.DUPLICATE_REFUSED),
    "unique_kept": ("orders", Behaviour.DELETED),
    "duplicate_key": ("vulnerability_processing", Behaviour.DUPLICATE_REFUSED),
    "immutable": ("orders", Behaviour.CHANGE_REFUSED),
    "stale": ("windows", Behaviour.STALE_REFUSED),
    "version": ("windows", Behaviour.UPDATED),
    "not_kept": ("windows", Behaviour.UPDATED),
    "patch_replaces": ("windows", Behaviour.UPDATED),
    "null_kept": ("vulnerability_processing", Behaviour.UPDATED),
    "put_merges": ("vulnerability_processing", Behaviour.REPLACED),
    "delete": ("windows", Behaviour.DELETED),
    "filter": ("windows", Behaviour.FILTERED),
    "sort": ("windows", Behaviour.SORTED),
    "descend": ("windows", Behaviour.SORTED),
    "one_page": ("windows", Behaviour.PAGED),
    "overlap": ("windows", Behaviour.PAGED),
    "cursor": ("windows", Behaviour.PAGED),
    "limit": ("windows", Behaviour.PAGED),
    "lost": ("readings", Behaviour.INGESTED),
    "no_upsert": ("readings", Behaviour.INGESTED),
    "replay": ("readings", Behaviour.INGESTED_ONCE),
    "partial": ("readings", Behaviour.INGEST_REFUSED),
    "any_size": ("readings", Behaviour.INGEST_REFUSED),
    "swallow": ("readings", Behaviour.DEAD_LETTERED),
    "one_way": ("vulnerability_processing", Behaviour.CORRELATED),
    "first_pair": ("vulnerability_processing", Behaviour.CORRELATED),
    "match_all": ("vulnerability_processing", Behaviour.NOT_CORRELATED),
    "foreign_match": ("vulnerability_processing", Behaviour.NOT_CORRELATED),
}


def impatient(scenario: Scenario) -> Scenario:
    """The same without the seconds that a cloud may take."""
    steps = (s.model_copy(update={"within": 0.0}) if isinstance(s, Call | Depth) else s for s in scenario.steps)
    return scenario.model_copy(update={"steps": tuple(steps)})


async def perform(shape: str, fault: str = "", behaviour: Behaviour | None = None) -> tuple[ScenarioResult, ...]:
    """All scenarios of the shape, or those that show a criterion with the behaviour."""
    wanted = requirements(SHAPES[shape])
    plan = planned(wanted)
    made = compile_scenarios(wanted, plan)
    assert not isinstance(made, Unexercised), made
    asked = {c.id for c in wanted.criteria if behaviour in (None, c.behaviour)}
    chosen = [impatient(each) for each in made if asked & set(each.criteria)]
    with deployed(plan, fault) as target:
        return await perform_scenarios(chosen, target, 2)


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_right_feature_passes_every_scenario(shape: str) -> None:
    results = await perform(shape)
    assert [(r.title, r.mismatches) for r in results if not r.passed] == []


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_fails_the_criterion_that_it_breaks(fault: str) -> None:
    shape, behaviour = FAULTS[fault]
    assert not all(r.passed for r in await perform(shape, fault, behaviour))
