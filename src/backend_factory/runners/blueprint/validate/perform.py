"""The QA Engineer's work: from requirements and plan to the scenarios that the factory performs."""

from backend_factory.domain.assignment import Assignment, Blocked, Delivered, Outcome
from backend_factory.domain.deliverable import Plan, Requirements, Validation
from backend_factory.runners.blueprint.validate.compile import Unexercised, compile_scenarios
from backend_factory.workspace.workbench import Workbench


async def perform(assignment: Assignment, workbench: Workbench) -> Outcome:
    """Delivered(Validation), or Blocked with the first criterion that cannot be exercised from outside. Writes nothing."""
    requirements, plan = assignment.handed(Requirements), assignment.handed(Plan)
    workbench.say(f"compiling scenarios for {len(requirements.criteria)} acceptance criteria")
    made = compile_scenarios(requirements, plan)
    if isinstance(made, Unexercised):
        return _blocked(requirements, made)
    steps = sum(len(scenario.steps) for scenario in made)
    workbench.say(f"{len(made)} scenarios, {steps} steps")
    summary = f"{len(made)} scenarios with {steps} steps exercise all {len(requirements.criteria)} acceptance criteria over HTTP"
    return Delivered(deliverable=Validation(summary=summary, scenarios=made))


def _blocked(requirements: Requirements, left: Unexercised) -> Blocked:
    criterion = left.criterion
    owner = next(r for r in requirements.requirements if criterion in r.criteria)
    quotes = {d.id: d.quote for d in requirements.demands}
    return Blocked(
        reason="unsupported_demand",
        demand="; ".join(quotes[d] for d in owner.demands if d in quotes),
        needed=f"{criterion.id} cannot be exercised from outside without {left.needed}",
        tried=(f"compiling a scenario: given {criterion.given}, when {criterion.when}, then {criterion.then}",),
        question=f"How should {criterion.id} ({owner.title}) be shown on the deployed feature, or may it be left out?",
    )
