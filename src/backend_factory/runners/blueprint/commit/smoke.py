"""Which scenarios are run after deployment: few, quick, and one for each thing that only a real deployment shows."""

from backend_factory.domain.deliverable import Behaviour, Requirements, Validation
from backend_factory.domain.scenario import Scenario

WANTED: tuple[tuple[Behaviour, ...], ...] = (
    (Behaviour.CREATED, Behaviour.READ),
    (Behaviour.SIGN_IN_REQUIRED,),
    (Behaviour.INGESTED,),
    (Behaviour.CORRELATED,),
    (Behaviour.ISOLATED,),
)
"""In order of importance: the table can be written and read, the authorizer refuses, the queue reaches the worker, the match
indexes are there, tenants are apart."""

LEAST = 2


def smoke(requirements: Requirements, validation: Validation) -> tuple[str, ...]:
    """Ids of at most five scenarios, in the validation's order; at least two where there are two."""
    behaviours = {criterion.id: criterion.behaviour for criterion in requirements.criteria}
    chosen: list[Scenario] = []
    for wanted in WANTED:
        found = [s for s in validation.scenarios if any(behaviours.get(c) in wanted for c in s.criteria)]
        if found and not any(each in chosen for each in found):
            chosen.append(min(found, key=lambda scenario: (len(scenario.steps), validation.scenarios.index(scenario))))
    rest = sorted((s for s in validation.scenarios if s not in chosen), key=lambda scenario: len(scenario.steps))
    chosen.extend(rest[: max(0, LEAST - len(chosen))])
    return tuple(scenario.id for scenario in validation.scenarios if scenario in chosen)
